#include "cloud/kit/secrets_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::secrets_store {

std::optional<Blob> find_key(Transaction& db, const TenantId& tenant) {
  const auto rows = db.query("SELECT sealed_key FROM tenants WHERE id = $1", sql_values(tenant));
  if (rows.empty()) return std::nullopt;
  return column<std::optional<Blob>>(rows.front(), 0);
}

void insert_key(Transaction& db, const TenantId& tenant, const Blob& sealed_key) {
  db.execute("UPDATE tenants SET sealed_key = $2 WHERE id = $1 AND sealed_key IS NULL",
             sql_values(tenant, sealed_key));
}

}  // namespace pf::secrets_store
