#include "cloud/domain/tenants/tenants_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::tenants_store {
namespace {

// The columns are Member's fields.
constexpr std::string_view select_member =
    "SELECT m.user_id, u.name, u.email, m.role, m.created_at "
    "FROM tenant_members m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $1 ";

}  // namespace

void insert(Transaction& db, const Organization& organization) {
  db.execute("INSERT INTO tenants (id, name, created_at, updated_at) VALUES ($1, $2, $3, $4)",
             sql_values(organization.id, organization.name, organization.created_at,
                        organization.updated_at));
}

std::optional<Organization> find(Transaction& db, const TenantId& tenant) {
  static const std::string sql =
      "SELECT " + columns<Organization>() + " FROM tenants WHERE id = $1";
  const auto rows = db.query(sql, sql_values(tenant));
  if (rows.empty()) return std::nullopt;
  return row_of<Organization>(rows.front());
}

std::vector<Organization> all(Transaction& db) {
  static const std::string sql = "SELECT " + columns<Organization>() + " FROM tenants ORDER BY id";
  return rows_of<Organization>(db.query(sql, {}));
}

bool update(Transaction& db, const Organization& organization) {
  return db.execute("UPDATE tenants SET name = $2, updated_at = $3 WHERE id = $1",
                    sql_values(organization.id, organization.name, organization.updated_at)) == 1;
}

void insert_member(Transaction& db, const TenantId& tenant, std::string_view user_id, Role role,
                   Millis now) {
  db.execute(
      "INSERT INTO tenant_members (tenant_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)",
      sql_values(tenant, user_id, role, now));
}

std::vector<Organization> of_user(Transaction& db, std::string_view user_id, int limit) {
  static const std::string sql =
      "SELECT " + columns<Organization>("t") +
      " FROM tenant_members m JOIN tenants t ON t.id = m.tenant_id WHERE m.user_id = $1 "
      "ORDER BY m.created_at, m.tenant_id LIMIT $2";
  return rows_of<Organization>(db.query(sql, sql_values(user_id, limit)));
}

std::optional<Membership> first_membership(Transaction& db, std::string_view user_id) {
  const auto rows = db.query(
      "SELECT tenant_id, role FROM tenant_members WHERE user_id = $1 "
      "ORDER BY created_at, tenant_id LIMIT 1",
      sql_values(user_id));
  if (rows.empty()) return std::nullopt;
  return Membership{column<TenantId>(rows.front(), 0), column<Role>(rows.front(), 1)};
}

std::optional<Role> role_of(Transaction& db, const TenantId& tenant, std::string_view user_id) {
  const auto rows =
      db.query("SELECT role FROM tenant_members WHERE tenant_id = $1 AND user_id = $2",
               sql_values(tenant, user_id));
  if (rows.empty()) return std::nullopt;
  return column<Role>(rows.front(), 0);
}

std::int64_t count_owned(Transaction& db, std::string_view user_id) {
  const auto rows =
      db.query("SELECT COUNT(*) FROM tenant_members WHERE user_id = $1 AND role = 'owner'",
               sql_values(user_id));
  return column<std::int64_t>(rows.at(0), 0);
}

std::vector<Member> members(Transaction& db, const TenantId& tenant, int limit) {
  static const std::string sql =
      std::string(select_member) + "ORDER BY m.created_at, m.user_id LIMIT $2";
  return rows_of<Member>(db.query(sql, sql_values(tenant, limit)));
}

std::optional<Member> find_member(Transaction& db, const TenantId& tenant,
                                  std::string_view user_id) {
  static const std::string sql = std::string(select_member) + "AND m.user_id = $2";
  const auto rows = db.query(sql, sql_values(tenant, user_id));
  if (rows.empty()) return std::nullopt;
  return row_of<Member>(rows.front());
}

std::int64_t count_members(Transaction& db, const TenantId& tenant) {
  const auto rows =
      db.query("SELECT COUNT(*) FROM tenant_members WHERE tenant_id = $1", sql_values(tenant));
  return column<std::int64_t>(rows.at(0), 0);
}

std::int64_t count_owners(Transaction& db, const TenantId& tenant) {
  const auto rows =
      db.query("SELECT COUNT(*) FROM tenant_members WHERE tenant_id = $1 AND role = 'owner'",
               sql_values(tenant));
  return column<std::int64_t>(rows.at(0), 0);
}

void set_role(Transaction& db, const TenantId& tenant, std::string_view user_id, Role role) {
  db.execute("UPDATE tenant_members SET role = $3 WHERE tenant_id = $1 AND user_id = $2",
             sql_values(tenant, user_id, role));
}

void remove_member(Transaction& db, const TenantId& tenant, std::string_view user_id) {
  db.execute("DELETE FROM tenant_members WHERE tenant_id = $1 AND user_id = $2",
             sql_values(tenant, user_id));
}

}  // namespace pf::tenants_store
