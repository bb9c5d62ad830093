// Accounts and sessions: who a request comes from. Passwords are Argon2id; the access token is a JWT
// (RS256, 15 minutes); the refresh token is opaque, stored as a hash and changed at each use.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/log.hpp"
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
  Millis expires_at = 0;                     // Of the access token; refresh before it.
  std::optional<std::string> access_token;   // Only for requests without an Origin header.
  FIELDS(user, organization, role, expires_at, access_token)
};

class Auth {
 public:
  Auth(Database& database, Tenants& tenants, const Clock& clock, Random& random, TokenIssuer& tokens);

  Answer<WithCookies<SignedIn>> register_(const Visitor& visitor, const Registration& registration);
  // The same answer and the same work for a wrong password and an unknown user.
  Answer<WithCookies<SignedIn>> login(const Visitor& visitor, const Login& login);
  // A rotated token used again within 10 s is two tabs; later it is theft and ends the family.
  Answer<WithCookies<SignedIn>> refresh(const Visitor& visitor);
  // Ends the session of the refresh token, if any; always succeeds.
  Answer<WithCookies<Done>> logout(const Visitor& visitor);
  Answer<SignedIn> me(const Caller& caller);

  // For the HTTP edge: the caller of an access token. Checks the signature, then the role as it is
  // now, so that a demoted or removed member loses access at once.
  std::optional<Caller> caller_of(const Visitor& visitor, std::string_view access_token);

 private:
  Database& database_;
  Tenants& tenants_;
  const Clock& clock_;
  Random& random_;
  TokenIssuer& tokens_;
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
