// Accounts and sessions: who a request comes from. Passwords are Argon2id; the access token is a
// JWT (RS256, 15 minutes); the refresh token is opaque, stored as a hash and changed at each use.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/domain/auth/caller_cache.hpp"
#include "cloud/domain/auth/tokens.hpp"
#include "cloud/domain/tenants/tenants.hpp"
#include "cloud/kit/route.hpp"

namespace pf {

using Email = Text<3, 254>;
// Long passphrases are welcome; the upper bound keeps hashing cheap.
using Password = Text<10, 200>;

struct Registration {
  Email email;
  Password password;
  Name name;
  Name organization_name;
  FIELDS(email, password, name, organization_name)
};

struct Login {
  Email email;
  Text<1, 200> password;
  FIELDS(email, password)
};

struct User {
  Uuid id;
  Email email;
  Name name;
  Millis created_at = 0;
  FIELDS(id, email, name, created_at)
};

struct SignedIn {
  User user;
  Organization organization;
  Role role = Role::viewer;
  Millis expires_at = 0;                    // Of the access token; refresh before it.
  std::optional<std::string> access_token;  // Only for requests without an Origin header.
  FIELDS(user, organization, role, expires_at, access_token)
};

class Auth {
 public:
  Auth(Database& database, Tenants& tenants, const Clock& clock, Random& random,
       const TokenIssuer& tokens)
      : database_(database), tenants_(tenants), clock_(clock), random_(random), tokens_(tokens) {}

  Answer<WithCookies<SignedIn>> register_(const Visitor& visitor, const Registration& registration);
  // The same answer and the same work for a wrong password and an unknown user.
  Answer<WithCookies<SignedIn>> login(const Visitor& visitor, const Login& login);
  // A rotated token used again within 10 s is two tabs; later it is theft and ends the family.
  Answer<WithCookies<SignedIn>> refresh(const Visitor& visitor);
  // Ends the session of the refresh token, if any; always succeeds.
  Answer<WithCookies<Done>> logout(const Visitor& visitor);
  Answer<SignedIn> me(const Caller& caller);

  // For the HTTP edge: the caller of an access token. Checks the signature, then the session and
  // role as they are now, so that who signed out, was demoted or removed loses access: at once
  // where this process did it, within role_remembered_for otherwise.
  std::optional<Caller> caller_of(const Visitor& visitor, std::string_view access_token);

 private:
  // A session and what its owner may do.
  struct Access {
    User user;
    Organization organization;
    Role role = Role::viewer;
    std::string session_id;
  };
  // What a refresh token came to; without access it is refused.
  struct Rotation {
    std::optional<Access> access;
    bool family_ended = false;
  };

  Access open_account(Transaction& db, const Visitor& visitor, const Registration& registration,
                      const User& user, std::string_view password_hash,
                      std::string_view refresh_token);
  std::string open_session(Transaction& db, const Visitor& visitor, std::string_view user_id,
                           const TenantId& tenant, std::string_view refresh_token);
  Rotation rotate(Transaction& db, std::string_view token_hash, std::string_view next_token);
  std::optional<Role> role_now(const AccessClaims& claims);
  WithCookies<SignedIn> signed_in(const Visitor& visitor, const Access& access,
                                  std::string_view refresh_token) const;

  Database& database_;
  Tenants& tenants_;
  const Clock& clock_;
  Random& random_;
  const TokenIssuer& tokens_;
  CallerCache roles_;
};

inline constexpr auto auth_routes() {
  return std::to_array<Route<Auth>>({
      open_post<&Auth::register_>("/auth/register"),
      open_post<&Auth::login>("/auth/login"),
      open_post<&Auth::refresh>("/auth/refresh"),
      open_post<&Auth::logout>("/auth/logout"),
      get<&Auth::me>("/auth/me", Role::viewer),
  });
}

}  // namespace pf
