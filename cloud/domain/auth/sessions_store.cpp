#include "cloud/domain/auth/sessions_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::sessions_store {

void insert(Transaction& db, const SessionRow& session) {
  db.execute(
      "INSERT INTO sessions (id, user_id, tenant_id, address, user_agent, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      sql_values(session.id, session.user_id, session.tenant, session.address, session.user_agent,
                 session.created_at));
}

std::vector<Session> of_user(Transaction& db, std::string_view user_id, Millis now) {
  const auto rows = db.query(
      "SELECT s.id, s.tenant_id, t.name, s.address, s.user_agent, s.created_at, "
      "COALESCE(s.last_used_at, s.created_at) AS used_at FROM sessions s "
      "JOIN tenants t ON t.id = s.tenant_id WHERE s.user_id = $1 AND s.revoked_at IS NULL AND "
      "EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.session_id = s.id AND r.expires_at > $2) "
      "ORDER BY used_at DESC, s.id DESC",
      sql_values(user_id, now));
  std::vector<Session> sessions;
  sessions.reserve(rows.size());
  for (const auto& row : rows) {
    sessions.push_back({column<Uuid>(row, 0), column<Uuid>(row, 1), column<Name>(row, 2),
                        column<std::string>(row, 3), column<std::string>(row, 4),
                        column<Millis>(row, 5), column<Millis>(row, 6)});
  }
  return sessions;
}

std::optional<TenantId> tenant_of(Transaction& db, std::string_view session_id,
                                  std::string_view user_id) {
  const auto rows = db.query(
      "SELECT tenant_id FROM sessions WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
      sql_values(session_id, user_id));
  if (rows.empty()) return std::nullopt;
  return column<TenantId>(rows.front(), 0);
}

bool revoke(Transaction& db, std::string_view session_id, std::string_view reason, Millis now) {
  return db.execute(
             "UPDATE sessions SET revoked_at = $2, revoked_reason = $3 "
             "WHERE id = $1 AND revoked_at IS NULL",
             sql_values(session_id, now, reason)) == 1;
}

void revoke_all(Transaction& db, std::string_view user_id, std::string_view except_session_id,
                std::string_view reason, Millis now) {
  db.execute(
      "UPDATE sessions SET revoked_at = $4, revoked_reason = $3 "
      "WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL",
      sql_values(user_id, except_session_id, reason, now));
}

void revoke_in_tenant(Transaction& db, const TenantId& tenant, std::string_view user_id,
                      std::string_view reason, Millis now) {
  db.execute(
      "UPDATE sessions SET revoked_at = $4, revoked_reason = $3 "
      "WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL",
      sql_values(tenant, user_id, reason, now));
}

void keep_newest(Transaction& db, std::string_view user_id, int kept) {
  db.execute(
      "DELETE FROM sessions WHERE user_id = $1 AND id NOT IN (SELECT id FROM sessions "
      "WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)",
      sql_values(user_id, kept));
}

void remove_ended(Transaction& db, Millis now) {
  db.execute(
      "DELETE FROM sessions WHERE revoked_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM "
      "refresh_tokens r WHERE r.session_id = sessions.id AND r.expires_at > $1)",
      sql_values(now));
}

std::optional<Role> role_in(Transaction& db, std::string_view session_id, std::string_view user_id,
                            const TenantId& tenant) {
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

void mark_rotated(Transaction& db, std::string_view token_hash, std::string_view session_id,
                  Millis now) {
  db.execute(
      "UPDATE refresh_tokens SET rotated_at = $2 WHERE token_hash = $1 AND rotated_at IS NULL",
      sql_values(token_hash, now));
  db.execute("UPDATE sessions SET last_used_at = $2 WHERE id = $1", sql_values(session_id, now));
}

void remove_expired_refreshes(Transaction& db, std::string_view session_id, Millis now) {
  db.execute("DELETE FROM refresh_tokens WHERE session_id = $1 AND expires_at <= $2",
             sql_values(session_id, now));
}

}  // namespace pf::sessions_store
