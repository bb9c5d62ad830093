#include "cloud/adapters/sql/postgres/row_security.hpp"

namespace pf {
namespace {

// Tables whose key begins with tenant_id and that have no policy yet. Members and the audit log are
// left out: a person who is signed in to one organisation joins or leaves another.
constexpr std::string_view unsecured_tables =
    "SELECT c.relname FROM pg_index i "
    "JOIN pg_class c ON c.oid = i.indrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema() "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
    "WHERE i.indisprimary AND a.attname = 'tenant_id' AND NOT c.relrowsecurity "
    "AND c.relname NOT IN ('tenant_members', 'audit_heads', 'audit_entries') "
    "ORDER BY c.relname";

}  // namespace

void secure_rows(Transaction& db) {
  for (const auto& row : db.query(unsecured_tables, {})) {
    const auto table = "\"" + std::get<std::string>(row.at(0)) + "\"";
    // The policy comes first: a table with security but without a policy shows nothing.
    db.execute("CREATE POLICY one_tenant ON " + table +
                   " USING (COALESCE(current_setting('printfarm.tenant', true), '') IN "
                   "('', tenant_id))",
               {});
    db.execute("ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY", {});
    db.execute("ALTER TABLE " + table + " FORCE ROW LEVEL SECURITY", {});  // We own it.
  }
}

}  // namespace pf
