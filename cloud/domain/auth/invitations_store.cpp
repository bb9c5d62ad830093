#include "cloud/domain/auth/invitations_store.hpp"

#include "cloud/kit/table.hpp"

namespace pf::invitations_store {

std::int64_t count(Transaction& db, const TenantId& tenant) {
  const auto rows =
      db.query("SELECT COUNT(*) FROM invitations WHERE tenant_id = $1", sql_values(tenant));
  return column<std::int64_t>(rows.at(0), 0);
}

void insert(Transaction& db, const TenantId& tenant, const Invitation& invitation,
            std::string_view token_hash) {
  db.execute(
      "INSERT INTO invitations (tenant_id, id, email, role, token_hash, invited_by, created_at, "
      "expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      sql_values(tenant, invitation.id, invitation.email, invitation.role, token_hash,
                 invitation.invited_by, invitation.created_at, invitation.expires_at));
}

void remove_for(Transaction& db, const TenantId& tenant, std::string_view email) {
  db.execute("DELETE FROM invitations WHERE tenant_id = $1 AND email = $2",
             sql_values(tenant, email));
}

std::optional<Pending> find_by_token(Transaction& db, std::string_view token_hash, Millis now) {
  static const std::string sql =
      "SELECT " + columns<Invitation>() +
      ", tenant_id FROM invitations WHERE token_hash = $1 AND expires_at > $2";
  const auto rows = db.query(sql, sql_values(token_hash, now));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return Pending{column<TenantId>(row, row.size() - 1), row_of<Invitation>(row)};
}

void remove_expired(Transaction& db, Millis now) {
  db.execute("DELETE FROM invitations WHERE expires_at <= $1", sql_values(now));
}

}  // namespace pf::invitations_store
