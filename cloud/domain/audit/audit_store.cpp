#include "cloud/domain/audit/audit_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::audit_store {

Head next(Transaction& db, const TenantId& tenant) {
  const auto rows = db.query(
      "INSERT INTO audit_heads (tenant_id, seq, hash) VALUES ($1, 1, '') "
      "ON CONFLICT (tenant_id) DO UPDATE SET seq = audit_heads.seq + 1 RETURNING seq, hash",
      sql_values(tenant));
  return {column<std::int64_t>(rows.at(0), 0), column<std::string>(rows.at(0), 1)};
}

void append(Transaction& db, const TenantId& tenant, const AuditEntry& entry) {
  static const std::string sql = "INSERT INTO audit_entries (tenant_id, " + columns<AuditEntry>() +
                                 ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
  std::vector<SqlValue> values{to_sql(tenant)};
  AuditEntry::each_field(
      entry, [&](std::string_view, const auto& field) { values.push_back(to_sql(field)); });
  db.execute(sql, values);
  db.execute("UPDATE audit_heads SET hash = $2 WHERE tenant_id = $1",
             sql_values(tenant, entry.hash));
}

std::optional<Head> head(Transaction& db, const TenantId& tenant) {
  const auto rows =
      db.query("SELECT seq, hash FROM audit_heads WHERE tenant_id = $1", sql_values(tenant));
  if (rows.empty()) return std::nullopt;
  return Head{column<std::int64_t>(rows.front(), 0), column<std::string>(rows.front(), 1)};
}

std::vector<AuditEntry> after(Transaction& db, const TenantId& tenant, std::int64_t seq,
                              int limit) {
  static const std::string sql =
      "SELECT " + columns<AuditEntry>() +
      " FROM audit_entries WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
  return rows_of<AuditEntry>(db.query(sql, sql_values(tenant, seq, limit)));
}

std::vector<AuditEntry> newest(Transaction& db, const TenantId& tenant, const AuditQuery& query,
                               std::int64_t below, int limit) {
  static const std::string sql =
      "SELECT " + columns<AuditEntry>() +
      " FROM audit_entries WHERE tenant_id = $1 AND seq < $2 "
      "AND ($3 = '' OR subject_kind = $3) AND ($4 = '' OR subject_id = $4) "
      "AND ($5 = '' OR actor_id = $5) ORDER BY seq DESC LIMIT $6";
  const auto wanted = [](const auto& text) { return text ? text->value : std::string(); };
  return rows_of<AuditEntry>(
      db.query(sql, sql_values(tenant, below, wanted(query.subject_kind), wanted(query.subject_id),
                               wanted(query.actor_id), limit)));
}

}  // namespace pf::audit_store
