#include "cloud/domain/auth/auth_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::auth_store {

std::optional<Account> find_account(Transaction& db, std::string_view email) {
  static const std::string sql =
      "SELECT " + columns<User>() + ", password_hash FROM users WHERE email = $1";
  const auto rows = db.query(sql, sql_values(email));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return Account{row_of<User>(row), column<std::string>(row, row.size() - 1)};
}

std::optional<User> find_user(Transaction& db, std::string_view user_id) {
  static const std::string sql = "SELECT " + columns<User>() + " FROM users WHERE id = $1";
  const auto rows = db.query(sql, sql_values(user_id));
  if (rows.empty()) return std::nullopt;
  return row_of<User>(rows.front());
}

void insert_account(Transaction& db, const Account& account) {
  const auto& user = account.user;
  db.execute(
      "INSERT INTO users (id, email, name, password_hash, created_at, updated_at) "
      "VALUES ($1, $2, $3, $4, $5, $5)",
      sql_values(user.id, user.email, user.name, account.password_hash, user.created_at));
}

void insert_session(Transaction& db, const SessionRow& session) {
  db.execute(
      "INSERT INTO sessions (id, user_id, tenant_id, address, user_agent, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      sql_values(session.id, session.user_id, session.tenant, session.address, session.user_agent,
                 session.created_at));
}

bool revoke_session(Transaction& db, std::string_view session_id, std::string_view reason,
                    Millis now) {
  return db.execute(
             "UPDATE sessions SET revoked_at = $2, revoked_reason = $3 "
             "WHERE id = $1 AND revoked_at IS NULL",
             sql_values(session_id, now, reason)) == 1;
}

void keep_newest_sessions(Transaction& db, std::string_view user_id, int kept) {
  db.execute(
      "DELETE FROM sessions WHERE user_id = $1 AND id NOT IN (SELECT id FROM sessions "
      "WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)",
      sql_values(user_id, kept));
}

std::optional<Role> role_in_session(Transaction& db, std::string_view session_id,
                                    std::string_view user_id, const TenantId& tenant) {
  const auto rows = db.query(
      "SELECT m.role FROM sessions s JOIN tenant_members m ON m.tenant_id = s.tenant_id AND "
      "m.user_id = s.user_id WHERE s.tenant_id = $1 AND s.id = $2 AND s.user_id = $3 AND "
      "s.revoked_at IS NULL",
      sql_values(tenant, session_id, user_id));
  if (rows.empty()) return std::nullopt;
  return column<Role>(rows.front(), 0);
}

std::optional<RefreshRow> find_refresh(Transaction& db, std::string_view token_hash) {
  const auto rows = db.query(
      "SELECT r.session_id, s.user_id, s.tenant_id, r.expires_at, r.rotated_at, s.revoked_at "
      "FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id WHERE r.token_hash = $1",
      sql_values(token_hash));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return RefreshRow{column<std::string>(row, 0),
                    column<std::string>(row, 1),
                    column<TenantId>(row, 2),
                    column<Millis>(row, 3),
                    column<std::optional<Millis>>(row, 4),
                    column<std::optional<Millis>>(row, 5)};
}

void insert_refresh(Transaction& db, std::string_view token_hash, std::string_view session_id,
                    Millis created_at, Millis expires_at) {
  db.execute(
      "INSERT INTO refresh_tokens (token_hash, session_id, created_at, expires_at) "
      "VALUES ($1, $2, $3, $4)",
      sql_values(token_hash, session_id, created_at, expires_at));
}

void mark_rotated(Transaction& db, std::string_view token_hash, Millis now) {
  db.execute(
      "UPDATE refresh_tokens SET rotated_at = $2 WHERE token_hash = $1 AND rotated_at IS NULL",
      sql_values(token_hash, now));
}

void remove_expired_refreshes(Transaction& db, std::string_view session_id, Millis now) {
  db.execute("DELETE FROM refresh_tokens WHERE session_id = $1 AND expires_at <= $2",
             sql_values(session_id, now));
}

}  // namespace pf::auth_store
