// Everything that has to do with accounts on a real database, with a clock that stands still and a
// letter box instead of a mail server. For tests.
#pragma once
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/adapters/sql/test_database.hpp"
#include "cloud/domain/auth/auth.hpp"
#include "cloud/domain/auth/opaque_token.hpp"
#include "cloud/domain/auth/passwords.hpp"
#include "cloud/domain/mail/test_mailer.hpp"
#include "cloud/domain/tenants/members.hpp"

namespace pf {

// Generating a key takes long enough to do it once.
inline const TokenIssuer& test_token_issuer() {
  static const TokenIssuer issuer(crypto::RsaKey::generate());
  return issuer;
}

enum class TestMail { on, off };

struct TestAccounts {
  static constexpr std::string_view password = "correct horse battery";

  TestDatabase database;
  ManualClock clock;
  SeededRandom random{1};
  QuietLog log;
  LetterBox letter_box;
  TestMail mail = TestMail::on;
  Secrets secrets{std::string(32, 'k'), random};
  Mails mails{
      {database, secrets, log}, mail == TestMail::on ? &letter_box : nullptr, clock, random};
  Letters letters{mails, "https://farm.example"};
  Events events;
  Tenants tenants{database, clock, random};
  Members members{database, events, clock};
  PasswordHasher hasher{random};
  SignInDelay delay{clock};
  Sessions sessions{{database, tenants, letters, test_token_issuer(), events}, clock, random};
  Passwords passwords{{database, tenants, sessions, letters, hasher, delay}, clock, random};
  Totp totp{{database, tenants, secrets, hasher, delay}, clock, random};
  Invitations invitations{{database, tenants, sessions, letters, hasher}, clock, random};
  ApiKeys api_keys{database, events, clock, random};
  Auth auth{
      {database, tenants, sessions, totp, invitations, api_keys, hasher, delay}, clock, random};

  explicit TestAccounts(TestMail wanted = TestMail::on) : mail(wanted) {
    events.on(sessions, &Sessions::on_membership_changed);
    events.on(api_keys, &ApiKeys::on_membership_changed);
  }

  Answer<WithCookies<SignedIn>> sign_up(std::string_view email, const Visitor& visitor = {}) {
    return auth.register_(visitor, {email, password, "Ada", "Ada's farm"});
  }
  Answer<WithCookies<SignedIn>> log_in(std::string_view email, std::string_view with = password) {
    return auth.login({}, {email, with});
  }
  Answer<WithCookies<SignedIn>> refresh(const std::string& token) {
    Visitor visitor;
    visitor.refresh_token = token;
    return auth.refresh(visitor);
  }
  template <class Body>
  static const Cookie& cookie(const WithCookies<Body>& answer, std::string_view name) {
    for (const auto& one : answer.cookies) {
      if (one.name == name) return one;
    }
    throw std::out_of_range("no such cookie");
  }
  std::optional<Caller> caller_of(const WithCookies<SignedIn>& answer) {
    return auth.caller_of({}, cookie(answer, "access").value);
  }
  // Somebody with an organisation of his own, signed in to it.
  Caller owner(std::string_view email) { return caller_of(sign_up(email).value()).value(); }
  // Somebody new in the caller's organisation, signed in to it.
  Caller member(const Caller& of, std::string_view email, Role role) {
    clock.advance(Seconds(1));  // People are listed in the order of joining.
    const auto signed_up = sign_up(email).value();
    database.write(
        [&](Transaction& db) { tenants.add_member(db, of.tenant, signed_up.body.user.id, role); });
    const auto caller = caller_of(signed_up).value();
    return caller_of(sessions.switch_organization(caller, {of.tenant.value}).value()).value();
  }
  std::int64_t count(const std::string& table) {
    return std::get<std::int64_t>(database.query("SELECT count(*) FROM " + table).at(0).at(0));
  }
  // The actions in an organisation's log, the newest first.
  std::vector<std::string> log_of(const TenantId& tenant) {
    std::vector<std::string> actions;
    for (const auto& row :
         database.query("SELECT action FROM audit_entries WHERE tenant_id = $1 ORDER BY seq DESC",
                        {tenant.value})) {
      actions.push_back(std::get<std::string>(row.at(0)));
    }
    return actions;
  }
  // Answers lost passwords and sends what waits; the letters are in letter_box.
  void deliver() {
    passwords.answer_requests();
    mails.send_due();
  }
};

// What stands behind the # of the letter's link.
inline std::string token_in(const std::string& text) {
  const auto hash = text.find('#');
  if (hash == std::string::npos) throw std::out_of_range("no link");
  return text.substr(hash + 1, opaque_token_characters);
}

}  // namespace pf
