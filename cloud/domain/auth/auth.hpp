// The front door: registering, signing in and out, and who a request comes from.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/domain/auth/api_keys.hpp"
#include "cloud/domain/auth/invitations.hpp"
#include "cloud/domain/auth/password_hasher.hpp"
#include "cloud/domain/auth/sessions.hpp"
#include "cloud/domain/auth/sign_in_delay.hpp"
#include "cloud/domain/auth/totp.hpp"
#include "cloud/domain/auth/user.hpp"
#include "cloud/kit/route.hpp"

namespace pf {

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
  std::optional<TotpCode> totp;               // Where the account has a second factor,
  std::optional<RecoveryCode> recovery_code;  // one of these.
  std::optional<InvitationToken> invitation;  // Accepted with the sign-in.
  FIELDS(email, password, totp, recovery_code, invitation)
};

class Auth {
 public:
  struct Rooms {
    Database& database;
    Tenants& tenants;
    Sessions& sessions;
    Totp& totp;
    Invitations& invitations;
    ApiKeys& api_keys;
    PasswordHasher& passwords;
    SignInDelay& delay;
  };
  Auth(Rooms rooms, const Clock& clock, Random& random)
      : rooms_(rooms), clock_(clock), random_(random) {}

  Answer<WithCookies<SignedIn>> register_(const Visitor& visitor, const Registration& registration);
  // The same answer and the same work for a wrong password and an unknown user. 401 of the type
  // totp_required: the password was right, ask for a code.
  Answer<WithCookies<SignedIn>> login(const Visitor& visitor, const Login& login);
  Answer<WithCookies<SignedIn>> refresh(const Visitor& visitor);
  Answer<WithCookies<Done>> logout(const Visitor& visitor);
  Answer<SignedIn> me(const Caller& caller);

  // For the HTTP edge: the caller of an access token or an API key.
  std::optional<Caller> caller_of(const Visitor& visitor, std::string_view credential);

 private:
  Answer<OpenSession> admit(Transaction& db, const Visitor& visitor, const User& user,
                            const Login& login);

  Rooms rooms_;
  const Clock& clock_;
  Random& random_;
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
