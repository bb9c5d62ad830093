#include "cloud/domain/mail/mail_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::mail_store {

std::int64_t count(Transaction& db) {
  return column<std::int64_t>(db.query("SELECT COUNT(*) FROM mail_outbox", {}).at(0), 0);
}

void insert(Transaction& db, const Letter& letter, Millis now) {
  db.execute(
      "INSERT INTO mail_outbox (id, sealed, attempts, next_attempt_at, not_after, created_at) "
      "VALUES ($1, $2, 0, $3, $4, $3)",
      sql_values(letter.id, letter.sealed, now, letter.not_after));
}

std::vector<Letter> take_due(Transaction& db, Millis now, Millis taken_until, int limit) {
  const auto rows = db.query(
      "UPDATE mail_outbox SET attempts = attempts + 1, next_attempt_at = $2 WHERE id IN "
      "(SELECT id FROM mail_outbox WHERE next_attempt_at <= $1 "
      "ORDER BY next_attempt_at, id LIMIT $3) RETURNING id, sealed, attempts, not_after",
      sql_values(now, taken_until, limit));
  std::vector<Letter> letters;
  letters.reserve(rows.size());
  for (const auto& row : rows) {
    letters.push_back({column<std::string>(row, 0), column<Blob>(row, 1),
                       column<std::int64_t>(row, 2), column<Millis>(row, 3)});
  }
  return letters;
}

void postpone(Transaction& db, std::string_view id, Millis next_attempt_at) {
  db.execute("UPDATE mail_outbox SET next_attempt_at = $2 WHERE id = $1",
             sql_values(id, next_attempt_at));
}

void remove(Transaction& db, std::string_view id) {
  db.execute("DELETE FROM mail_outbox WHERE id = $1", sql_values(id));
}

}  // namespace pf::mail_store
