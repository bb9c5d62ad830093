// The statements about sessions and their refresh tokens. Sessions belong to people; the tenant in
// them says which organisation they are signed in to.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/domain/auth/sessions.hpp"

namespace pf::sessions_store {

struct SessionRow {
  std::string id;
  std::string user_id;
  TenantId tenant;
  std::string address;
  std::string user_agent;
  Millis created_at = 0;
};
void insert(Transaction& db, const SessionRow& session);
// Those that still can be refreshed, the most recently used first.
std::vector<Session> of_user(Transaction& db, std::string_view user_id, Millis now);
// The organisation of a session of the user that has not ended.
std::optional<TenantId> tenant_of(Transaction& db, std::string_view session_id,
                                  std::string_view user_id);
// False: it had ended before.
bool revoke(Transaction& db, std::string_view session_id, std::string_view reason, Millis now);
// All of the user, but the one named, if any.
void revoke_all(Transaction& db, std::string_view user_id, std::string_view except_session_id,
                std::string_view reason, Millis now);
void revoke_in_tenant(Transaction& db, const TenantId& tenant, std::string_view user_id,
                      std::string_view reason, Millis now);
// Removes the user's sessions but the newest.
void keep_newest(Transaction& db, std::string_view user_id, int kept);
// Removes those that have ended or can be refreshed no more.
void remove_ended(Transaction& db, Millis now);
// The role the session's user has now; absent: the session has ended or he belongs there no more.
std::optional<Role> role_in(Transaction& db, std::string_view session_id, std::string_view user_id,
                            const TenantId& tenant);

struct RefreshRow {
  std::string session_id;
  std::string user_id;
  TenantId tenant;
  Millis expires_at = 0;
  std::optional<Millis> rotated_at;
  std::optional<Millis> revoked_at;  // Of the session.
};
std::optional<RefreshRow> find_refresh(Transaction& db, std::string_view token_hash);
void insert_refresh(Transaction& db, std::string_view token_hash, std::string_view session_id,
                    Millis created_at, Millis expires_at);
// The first use of the token counts; later ones leave its time. The session was used now.
void mark_rotated(Transaction& db, std::string_view token_hash, std::string_view session_id,
                  Millis now);
void remove_expired_refreshes(Transaction& db, std::string_view session_id, Millis now);

}  // namespace pf::sessions_store
