#include "cloud/domain/auth/api_keys_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::api_keys_store {

std::int64_t count(Transaction& db, const TenantId& tenant) {
  const auto rows =
      db.query("SELECT COUNT(*) FROM api_keys WHERE tenant_id = $1", sql_values(tenant));
  return column<std::int64_t>(rows.at(0), 0);
}

void insert(Transaction& db, const TenantId& tenant, const ApiKey& key,
            std::string_view secret_hash) {
  db.execute(
      "INSERT INTO api_keys (tenant_id, id, name, prefix, secret_hash, role, printer_ids, "
      "user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      sql_values(tenant, key.id, key.name, key.prefix, secret_hash, key.role, key.printer_ids,
                 key.user_id, key.created_at, key.expires_at));
}

std::optional<KeyInUse> find_by_prefix(Transaction& db, std::string_view prefix) {
  static const std::string sql =
      "SELECT " + columns<ApiKey>("k") +
      ", k.tenant_id, k.secret_hash, m.role FROM api_keys k JOIN tenant_members m "
      "ON m.tenant_id = k.tenant_id AND m.user_id = k.user_id WHERE k.prefix = $1";
  const auto rows = db.query(sql, sql_values(prefix));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  const auto after = row.size() - 3;
  return KeyInUse{column<TenantId>(row, after), row_of<ApiKey>(row),
                  column<std::string>(row, after + 1), column<Role>(row, after + 2)};
}

void note_use(Transaction& db, const TenantId& tenant, std::string_view id, Millis now) {
  db.execute("UPDATE api_keys SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2",
             sql_values(tenant, id, now));
}

void remove_of_user(Transaction& db, const TenantId& tenant, std::string_view user_id) {
  db.execute("DELETE FROM api_keys WHERE tenant_id = $1 AND user_id = $2",
             sql_values(tenant, user_id));
}

}  // namespace pf::api_keys_store
