// The second factor: a code from an authenticator app, or one of ten recovery codes for the day the
// phone is gone. No code is ever accepted twice.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cloud/domain/auth/password_hasher.hpp"
#include "cloud/domain/auth/sign_in_delay.hpp"
#include "cloud/domain/auth/user.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/kit/secrets.hpp"

namespace pf {

using TotpCode = Text<6, 6>;
using RecoveryCode = Text<16, 24>;  // With or without the dashes.

struct TotpStatus {
  bool enabled = false;
  int recovery_codes_left = 0;
  FIELDS(enabled, recovery_codes_left)
};

struct TotpSetup {
  std::string secret;       // For typing into an app, base 32.
  std::string otpauth_url;  // For its camera, as a QR code.
  FIELDS(secret, otpauth_url)
};

struct TotpProof {
  TotpCode code;
  FIELDS(code)
};

struct RecoveryCodes {
  std::vector<std::string> recovery_codes;  // Shown this once.
  FIELDS(recovery_codes)
};

struct TotpEnd {
  Text<1, 200> password;
  Text<6, 24> code;  // Of the app, or a recovery code.
  FIELDS(password, code)
};

enum class SecondFactor { not_wanted, passed, missing, wrong };

class Totp {
 public:
  struct Rooms {
    Database& database;
    Tenants& tenants;
    Secrets& secrets;
    PasswordHasher& passwords;
    SignInDelay& delay;
  };
  Totp(Rooms rooms, const Clock& clock, Random& random)
      : rooms_(rooms), clock_(clock), random_(random) {}

  Answer<TotpStatus> status(const Caller& caller);
  // A new secret, which counts for nothing until enable() has seen a code of it.
  Answer<TotpSetup> setup(const Caller& caller);
  Answer<RecoveryCodes> enable(const Caller& caller, const TotpProof& proof);
  Answer<Done> disable(const Caller& caller, const TotpEnd& end);

  // For signing in, inside its transaction. What passes is used up.
  SecondFactor check(Transaction& db, const Visitor& visitor, const std::string& user_id,
                     const std::optional<TotpCode>& totp,
                     const std::optional<RecoveryCode>& recovery_code);

 private:
  bool accept_code(Transaction& db, std::string_view user_id, std::string_view code);
  bool accept_recovery_code(Transaction& db, std::string_view user_id, std::string_view code);
  void record_failure(Transaction& db, const Visitor& visitor, const std::string& user_id);

  Rooms rooms_;
  const Clock& clock_;
  Random& random_;
};

inline constexpr auto totp_routes() {
  return std::to_array<Route<Totp>>({
      get<&Totp::status>("/auth/totp", Role::viewer),
      post<&Totp::setup>("/auth/totp/setup", Role::viewer),
      post<&Totp::enable>("/auth/totp/enable", Role::viewer),
      post<&Totp::disable>("/auth/totp/disable", Role::viewer),
  });
}

}  // namespace pf
