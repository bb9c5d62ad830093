#include "cloud/kit/reply_memory_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::reply_memory_store {

bool insert(Transaction& db, const Key& key, const Row& row, Millis forgotten_before) {
  db.execute(
      "DELETE FROM idempotency_keys WHERE tenant_id = $1 AND asked_by = $2 AND route = $3 "
      "AND idempotency_key = $4 AND created_at < $5",
      sql_values(key.tenant, key.asked_by, key.route, key.idempotency_key, forgotten_before));
  return db.execute(
             "INSERT INTO idempotency_keys (tenant_id, asked_by, route, idempotency_key, "
             "request_sha256, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
             sql_values(key.tenant, key.asked_by, key.route, key.idempotency_key,
                        row.request_sha256, row.created_at)) == 1;
}

std::optional<Row> find(Transaction& db, const Key& key) {
  const auto rows = db.query(
      "SELECT request_sha256, status, sealed_reply, created_at FROM idempotency_keys "
      "WHERE tenant_id = $1 AND asked_by = $2 AND route = $3 AND idempotency_key = $4",
      sql_values(key.tenant, key.asked_by, key.route, key.idempotency_key));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return Row{column<std::string>(row, 0), column<std::optional<std::int64_t>>(row, 1),
             column<std::optional<Blob>>(row, 2), column<Millis>(row, 3)};
}

void set_reply(Transaction& db, const Key& key, std::int64_t status,
               const std::optional<Blob>& sealed_reply) {
  db.execute(
      "UPDATE idempotency_keys SET status = $5, sealed_reply = $6 WHERE tenant_id = $1 "
      "AND asked_by = $2 AND route = $3 AND idempotency_key = $4",
      sql_values(key.tenant, key.asked_by, key.route, key.idempotency_key, status, sealed_reply));
}

void remove(Transaction& db, const Key& key) {
  db.execute(
      "DELETE FROM idempotency_keys WHERE tenant_id = $1 AND asked_by = $2 AND route = $3 "
      "AND idempotency_key = $4",
      sql_values(key.tenant, key.asked_by, key.route, key.idempotency_key));
}

void remove_older(Transaction& db, Millis than) {
  db.execute("DELETE FROM idempotency_keys WHERE created_at < $1", sql_values(than));
}

}  // namespace pf::reply_memory_store
