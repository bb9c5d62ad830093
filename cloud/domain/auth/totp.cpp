#include "cloud/domain/auth/totp.hpp"

#include "cloud/domain/auth/opaque_token.hpp"
#include "cloud/domain/auth/totp_code.hpp"
#include "cloud/domain/auth/totp_store.hpp"
#include "cloud/domain/auth/users_store.hpp"
#include "cloud/domain/tenants/people_only.hpp"

namespace pf {
namespace {

constexpr std::size_t secret_bytes = 20;  // As long as the hash (RFC 4226 section 4).
constexpr int recovery_code_count = 10;
constexpr std::size_t recovery_code_characters = 16;  // 80 bits.
constexpr std::size_t recovery_code_group = 4;

SecretPlace place_of(std::string_view user_id) { return {"user_totp", user_id, "secret"}; }

// "ABCD-EFGH-...": read from paper more easily.
std::string grouped(std::string_view code) {
  std::string text;
  for (std::size_t i = 0; i < code.size(); i += recovery_code_group) {
    if (i > 0) text += '-';
    text += code.substr(i, recovery_code_group);
  }
  return text;
}

// As typed from paper: dashes and spaces are no part of it, nor is the case.
std::string ungrouped(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    if (c == '-' || c == ' ') continue;
    code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return code;
}

Fault already_enabled() {
  return conflict("Your account has a second factor already. Turn it off to set up another.");
}

}  // namespace

Answer<TotpStatus> Totp::status(const Caller& caller) {
  if (auto refused = refuse_key(caller)) return *refused;
  return rooms_.database.reading([&](Transaction& db) {
    const auto row = totp_store::find(db, caller.user_id);
    return TotpStatus{row && row->enabled_at, totp_store::count_recovery_codes(db, caller.user_id)};
  });
}

Answer<TotpSetup> Totp::setup(const Caller& caller) {
  if (auto refused = refuse_key(caller)) return *refused;
  const auto secret = random_.bytes(secret_bytes);
  const auto sealed = rooms_.secrets.seal_global(place_of(caller.user_id), secret);
  return rooms_.database.writing([&](Transaction& db) -> Answer<TotpSetup> {
    const auto user = users_store::find(db, caller.user_id);
    if (!user) return not_found("account");
    const auto row = totp_store::find(db, caller.user_id);
    if (row && row->enabled_at) return already_enabled();
    totp_store::put(db, caller.user_id, sealed, clock_.unix_now().milliseconds);
    rooms_.tenants.record_everywhere(db, caller.user_id, audit::actor_of(caller),
                                     {"totp.setup", "user", caller.user_id, {}, {}});
    const auto shown = crypto::base32(secret);
    return TotpSetup{shown, otpauth_url(shown, user->email)};
  });
}

Answer<RecoveryCodes> Totp::enable(const Caller& caller, const TotpProof& proof) {
  if (auto refused = refuse_key(caller)) return *refused;
  return rooms_.database.writing([&](Transaction& db) -> Answer<RecoveryCodes> {
    const auto row = totp_store::find(db, caller.user_id);
    if (!row) return conflict("Set up your authenticator app first.");
    if (row->enabled_at) return already_enabled();
    if (!accept_code(db, caller.user_id, proof.code)) {
      return invalid("code", "is not what your app should show now; check the phone's clock");
    }
    totp_store::enable(db, caller.user_id, clock_.unix_now().milliseconds);
    RecoveryCodes codes;
    for (int i = 0; i < recovery_code_count; ++i) {
      const auto code = base32_token(random_, recovery_code_characters);
      totp_store::insert_recovery_code(db, caller.user_id, stored_form(code));
      codes.recovery_codes.push_back(grouped(code));
    }
    rooms_.tenants.record_everywhere(db, caller.user_id, audit::actor_of(caller),
                                     {"totp.enable", "user", caller.user_id, {}, {}});
    return codes;
  });
}

Answer<Done> Totp::disable(const Caller& caller, const TotpEnd& end) {
  if (auto refused = refuse_key(caller)) return *refused;
  const auto account = rooms_.database.reading(
      [&](Transaction& db) { return users_store::find_account_by_id(db, caller.user_id); });
  if (!account) return not_found("account");
  const auto& email = account->user.email;
  if (auto wait = rooms_.delay.begin(email, caller.address)) return *wait;
  if (!rooms_.passwords.verify(end.password, account->password_hash)) {
    return invalid("password", "is wrong");
  }
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Done> {
    const auto row = totp_store::find(db, caller.user_id);
    if (!row || !row->enabled_at) return conflict("Your account has no second factor.");
    const bool right = end.code.value.size() == totp_digits
                           ? accept_code(db, caller.user_id, end.code)
                           : accept_recovery_code(db, caller.user_id, end.code);
    if (!right) {
      record_failure(db, caller, caller.user_id);
      return invalid("code", "is wrong or was used before");
    }
    totp_store::remove(db, caller.user_id);
    rooms_.tenants.record_everywhere(db, caller.user_id, audit::actor_of(caller),
                                     {"totp.disable", "user", caller.user_id, {}, {}});
    return Done{};
  });
  if (answer) rooms_.delay.succeeded(email, caller.address);
  return answer;
}

SecondFactor Totp::check(Transaction& db, const Visitor& visitor, const std::string& user_id,
                         const std::optional<TotpCode>& totp,
                         const std::optional<RecoveryCode>& recovery_code) {
  const auto row = totp_store::find(db, user_id);
  if (!row || !row->enabled_at) return SecondFactor::not_wanted;
  if (!totp && !recovery_code) return SecondFactor::missing;
  const bool right =
      totp ? accept_code(db, user_id, *totp) : accept_recovery_code(db, user_id, *recovery_code);
  if (right) return SecondFactor::passed;
  record_failure(db, visitor, user_id);
  return SecondFactor::wrong;
}

bool Totp::accept_code(Transaction& db, std::string_view user_id, std::string_view code) {
  const auto row = totp_store::find(db, user_id);
  if (!row) return false;
  const auto secret = rooms_.secrets.open_global(place_of(user_id), row->secret);
  const auto step = totp_step_of(secret, code, clock_.unix_now());
  return step && totp_store::use_step(db, user_id, *step);
}

bool Totp::accept_recovery_code(Transaction& db, std::string_view user_id, std::string_view code) {
  return totp_store::use_recovery_code(db, user_id, stored_form(ungrouped(code)));
}

void Totp::record_failure(Transaction& db, const Visitor& visitor, const std::string& user_id) {
  rooms_.tenants.record_everywhere(db, user_id, {ActorKind::user, user_id, visitor.address},
                                   {"auth.second_factor_failed", "user", user_id, {}, {}});
}

}  // namespace pf
