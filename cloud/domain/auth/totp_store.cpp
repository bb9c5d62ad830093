#include "cloud/domain/auth/totp_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::totp_store {

std::optional<TotpRow> find(Transaction& db, std::string_view user_id) {
  const auto rows =
      db.query("SELECT secret, enabled_at FROM user_totp WHERE user_id = $1", sql_values(user_id));
  if (rows.empty()) return std::nullopt;
  return TotpRow{column<Blob>(rows.front(), 0), column<std::optional<Millis>>(rows.front(), 1)};
}

void put(Transaction& db, std::string_view user_id, const Blob& secret, Millis now) {
  db.execute(
      "INSERT INTO user_totp (user_id, secret, created_at, last_step) VALUES ($1, $2, $3, 0) "
      "ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, "
      "created_at = excluded.created_at",
      sql_values(user_id, secret, now));
}

void enable(Transaction& db, std::string_view user_id, Millis now) {
  db.execute("UPDATE user_totp SET enabled_at = $2 WHERE user_id = $1", sql_values(user_id, now));
}

bool use_step(Transaction& db, std::string_view user_id, std::int64_t step) {
  return db.execute("UPDATE user_totp SET last_step = $2 WHERE user_id = $1 AND last_step < $2",
                    sql_values(user_id, step)) == 1;
}

void remove(Transaction& db, std::string_view user_id) {
  db.execute("DELETE FROM user_totp WHERE user_id = $1", sql_values(user_id));
  db.execute("DELETE FROM recovery_codes WHERE user_id = $1", sql_values(user_id));
}

void insert_recovery_code(Transaction& db, std::string_view user_id, std::string_view code_hash) {
  db.execute("INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, $2)",
             sql_values(user_id, code_hash));
}

bool use_recovery_code(Transaction& db, std::string_view user_id, std::string_view code_hash) {
  return db.execute("DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2",
                    sql_values(user_id, code_hash)) == 1;
}

int count_recovery_codes(Transaction& db, std::string_view user_id) {
  const auto rows =
      db.query("SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1", sql_values(user_id));
  return column<int>(rows.at(0), 0);
}

}  // namespace pf::totp_store
