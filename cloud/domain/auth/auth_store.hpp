// The statements about accounts, sessions and refresh tokens: people, who belong to no one tenant.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/domain/auth/auth.hpp"

namespace pf::auth_store {

struct Account {
  User user;
  std::string password_hash;
};
// By the address in lower case.
std::optional<Account> find_account(Transaction& db, std::string_view email);
std::optional<User> find_user(Transaction& db, std::string_view user_id);
// Throws UniqueViolation when the address has an account.
void insert_account(Transaction& db, const Account& account);

struct SessionRow {
  std::string id;
  std::string user_id;
  TenantId tenant;
  std::string address;
  std::string user_agent;
  Millis created_at = 0;
};
void insert_session(Transaction& db, const SessionRow& session);
// False: it had ended before.
bool revoke_session(Transaction& db, std::string_view session_id, std::string_view reason,
                    Millis now);
// Removes the user's sessions but the newest.
void keep_newest_sessions(Transaction& db, std::string_view user_id, int kept);
// The role the session's user has now; absent: the session has ended or he belongs there no more.
std::optional<Role> role_in_session(Transaction& db, std::string_view session_id,
                                    std::string_view user_id, const TenantId& tenant);

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
// The first use counts; later ones leave its time.
void mark_rotated(Transaction& db, std::string_view token_hash, Millis now);
void remove_expired_refreshes(Transaction& db, std::string_view session_id, Millis now);

}  // namespace pf::auth_store
