// Sign-ins and what proves them. The access token is a JWT (RS256, 15 minutes); the refresh token
// is opaque, stored as a hash and changed at each use. All refresh tokens of one sign-in are a
// family, ended as a whole. A session is signed in to one organisation.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/domain/auth/caller_cache.hpp"
#include "cloud/domain/auth/letters.hpp"
#include "cloud/domain/auth/tokens.hpp"
#include "cloud/domain/auth/user.hpp"
#include "cloud/domain/tenants/members.hpp"
#include "cloud/kit/route.hpp"

namespace pf {

struct Session {
  Uuid id;
  Uuid organization_id;
  Name organization_name;
  std::string address;     // Where it was begun.
  std::string user_agent;  // What it was begun with.
  Millis created_at = 0;
  Millis last_used_at = 0;  // To a quarter of an hour.
  bool current = false;     // The one that asks.
  FIELDS(id, organization_id, organization_name, address, user_agent, created_at, last_used_at,
         current)
};

struct OrganizationChoice {
  Uuid organization_id;
  FIELDS(organization_id)
};

// Somebody's sign-ins or roles are not what they were: whoever serves him over an open connection
// must ask again who he is.
struct AccessChanged {
  std::string user_id;
};

// A session that was just begun or refreshed.
struct OpenSession {
  User user;
  Organization organization;
  Role role = Role::viewer;
  std::string session_id;
  std::string refresh_token;
};

class Sessions {
 public:
  struct Rooms {
    Database& database;
    Tenants& tenants;
    Letters& letters;
    const TokenIssuer& tokens;
    const Events& events;
  };
  Sessions(Rooms rooms, const Clock& clock, Random& random)
      : rooms_(rooms), clock_(clock), random_(random) {}

  // Those of the caller that have not ended.
  Answer<Page<Session>> list(const Caller& caller);
  Answer<Done> revoke(const Caller& caller, const PathId& id);
  Answer<Done> revoke_others(const Caller& caller);
  // Ends this session and begins one in another organisation of the caller.
  Answer<WithCookies<SignedIn>> switch_organization(const Caller& caller,
                                                    const OrganizationChoice& choice);

  // ---- for the modules of sign-in ----
  // A rotated token used again within 10 s is two tabs; later it is theft and ends the family.
  Answer<WithCookies<SignedIn>> refresh(const Visitor& visitor);
  // Ends the session of the refresh token, if any; always succeeds.
  Answer<WithCookies<Done>> logout(const Visitor& visitor);
  // Checks the signature, then the session and role as they are now, so that who signed out, was
  // demoted or removed loses access: at once where this process did it, within
  // role_remembered_for otherwise.
  std::optional<Caller> caller_of(const Visitor& visitor, std::string_view access_token);
  OpenSession open(Transaction& db, const Visitor& visitor, const User& user,
                   const Membership& membership);
  WithCookies<SignedIn> signed_in(const Visitor& visitor, const OpenSession& session) const;
  // Call access_changed() after the commit.
  void end_all(Transaction& db, std::string_view user_id, std::string_view reason,
               std::string_view except_session_id = "");
  void access_changed(const std::string& user_id);

  // ---- for main ----
  void on_membership_changed(const MembershipChanged& change);
  void remove_ended();

 private:
  // What a refresh token came to; without a session it is refused.
  struct Rotation {
    std::optional<OpenSession> session;
    std::optional<std::string> family_ended_of;  // The user.
  };
  Rotation rotate(Transaction& db, const Visitor& visitor, std::string_view token_hash,
                  std::string_view next_token);
  void end_family(Transaction& db, const Visitor& visitor, std::string_view session_id,
                  const std::string& user_id, const TenantId& tenant);
  std::optional<Role> role_now(const AccessClaims& claims);

  Rooms rooms_;
  const Clock& clock_;
  Random& random_;
  CallerCache roles_;
};

inline constexpr auto session_routes() {
  return std::to_array<Route<Sessions>>({
      get<&Sessions::list>("/auth/sessions", Role::viewer),
      remove<&Sessions::revoke>("/auth/sessions/{id}", Role::viewer),
      post<&Sessions::revoke_others>("/auth/sessions/revoke-others", Role::viewer),
      post<&Sessions::switch_organization>("/auth/organization", Role::viewer),
  });
}

}  // namespace pf
