// Passwords that were forgotten or are to be another. Whether an address has an account shows
// neither in words nor in time: a question is written down, and answered by mail a little later.
#pragma once
#include <string>

#include "cloud/domain/auth/letters.hpp"
#include "cloud/domain/auth/password_hasher.hpp"
#include "cloud/domain/auth/sessions.hpp"
#include "cloud/domain/auth/sign_in_delay.hpp"
#include "cloud/domain/auth/user.hpp"
#include "cloud/kit/route.hpp"

namespace pf {

struct ForgottenPassword {
  Email email;
  FIELDS(email)
};

struct PasswordReset {
  Text<1, 100> token;  // From the mail.
  Password password;
  FIELDS(token, password)
};

struct PasswordChange {
  Text<1, 200> current;
  Password new_;
  FIELDS(current, new_)
};

class Passwords {
 public:
  struct Rooms {
    Database& database;
    Tenants& tenants;
    Sessions& sessions;
    Letters& letters;
    PasswordHasher& hasher;
    SignInDelay& delay;
  };
  Passwords(Rooms rooms, const Clock& clock, Random& random)
      : rooms_(rooms), clock_(clock), random_(random) {}

  Answer<Done> forgot(const Visitor& visitor, const ForgottenPassword& forgotten);
  // Ends every session of the account.
  Answer<Done> reset(const Visitor& visitor, const PasswordReset& reset);
  // Ends every other session of the account.
  Answer<Done> change(const Caller& caller, const PasswordChange& change);

  // For the schedule: mails a link to each who asked and has an account.
  void answer_requests();
  void remove_expired();

 private:
  void answer(Transaction& db, const std::string& email);
  void set_password(Transaction& db, const User& user, const audit::Actor& actor,
                    std::string_view password_hash, std::string_view action);

  Rooms rooms_;
  const Clock& clock_;
  Random& random_;
};

inline constexpr auto password_routes() {
  return std::to_array<Route<Passwords>>({
      open_post<&Passwords::forgot>("/auth/password/forgot"),
      open_post<&Passwords::reset>("/auth/password/reset"),
      put<&Passwords::change>("/auth/password", Role::viewer),
  });
}

}  // namespace pf
