#include "cloud/domain/auth/users_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::users_store {
namespace {

std::optional<Account> account_of(const std::vector<SqlRow>& rows) {
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return Account{row_of<User>(row), column<std::string>(row, row.size() - 1)};
}

}  // namespace

std::optional<Account> find_account(Transaction& db, std::string_view email) {
  static const std::string sql =
      "SELECT " + columns<User>() + ", password_hash FROM users WHERE email = $1";
  return account_of(db.query(sql, sql_values(email)));
}

std::optional<Account> find_account_by_id(Transaction& db, std::string_view user_id) {
  static const std::string sql =
      "SELECT " + columns<User>() + ", password_hash FROM users WHERE id = $1";
  return account_of(db.query(sql, sql_values(user_id)));
}

std::optional<User> find(Transaction& db, std::string_view user_id) {
  auto account = find_account_by_id(db, user_id);
  if (!account) return std::nullopt;
  return std::move(account->user);
}

void insert(Transaction& db, const Account& account) {
  const auto& user = account.user;
  db.execute(
      "INSERT INTO users (id, email, name, password_hash, created_at, updated_at) "
      "VALUES ($1, $2, $3, $4, $5, $5)",
      sql_values(user.id, user.email, user.name, account.password_hash, user.created_at));
}

void set_password(Transaction& db, std::string_view user_id, std::string_view password_hash,
                  Millis now) {
  db.execute("UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1",
             sql_values(user_id, password_hash, now));
}

}  // namespace pf::users_store
