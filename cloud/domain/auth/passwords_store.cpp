#include "cloud/domain/auth/passwords_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::passwords_store {

std::int64_t count_requests(Transaction& db) {
  const auto rows = db.query("SELECT COUNT(*) FROM password_reset_requests", {});
  return column<std::int64_t>(rows.at(0), 0);
}

void insert_request(Transaction& db, std::string_view id, std::string_view email,
                    std::string_view address, Millis now) {
  db.execute(
      "INSERT INTO password_reset_requests (id, email, address, created_at) "
      "VALUES ($1, $2, $3, $4)",
      sql_values(id, email, address, now));
}

std::vector<std::string> take_requests(Transaction& db, int limit) {
  const auto rows = db.query(
      "DELETE FROM password_reset_requests WHERE id IN (SELECT id FROM password_reset_requests "
      "ORDER BY id LIMIT $1) RETURNING email",
      sql_values(limit));
  std::vector<std::string> emails;
  emails.reserve(rows.size());
  for (const auto& row : rows) emails.push_back(column<std::string>(row, 0));
  return emails;
}

std::int64_t count_resets_since(Transaction& db, std::string_view user_id, Millis since) {
  const auto rows =
      db.query("SELECT COUNT(*) FROM password_resets WHERE user_id = $1 AND created_at > $2",
               sql_values(user_id, since));
  return column<std::int64_t>(rows.at(0), 0);
}

void insert_reset(Transaction& db, std::string_view token_hash, std::string_view user_id,
                  Millis created_at, Millis expires_at) {
  db.execute(
      "INSERT INTO password_resets (token_hash, user_id, created_at, expires_at) "
      "VALUES ($1, $2, $3, $4)",
      sql_values(token_hash, user_id, created_at, expires_at));
}

std::optional<std::string> user_of_reset(Transaction& db, std::string_view token_hash, Millis now) {
  const auto rows =
      db.query("SELECT user_id FROM password_resets WHERE token_hash = $1 AND expires_at > $2",
               sql_values(token_hash, now));
  if (rows.empty()) return std::nullopt;
  return column<std::string>(rows.front(), 0);
}

void remove_resets_of(Transaction& db, std::string_view user_id) {
  db.execute("DELETE FROM password_resets WHERE user_id = $1", sql_values(user_id));
}

void remove_resets_before(Transaction& db, Millis created_before) {
  db.execute("DELETE FROM password_resets WHERE created_at < $1", sql_values(created_before));
}

}  // namespace pf::passwords_store
