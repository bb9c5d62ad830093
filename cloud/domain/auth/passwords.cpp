#include "cloud/domain/auth/passwords.hpp"

#include "cloud/domain/auth/email.hpp"
#include "cloud/domain/auth/opaque_token.hpp"
#include "cloud/domain/auth/passwords_store.hpp"
#include "cloud/domain/auth/users_store.hpp"
#include "cloud/domain/tenants/people_only.hpp"

namespace pf {
namespace {

constexpr std::int64_t requests_waiting_max = 1'000;
constexpr int requests_answered_at_once = 50;
// So that nobody can fill another's letter box.
constexpr std::int64_t resets_per_hour_max = 5;
constexpr Minutes resets_counted_for{60};

Fault link_is_over() {
  return invalid("token",
                 "is of no use any more: the link was used or is older than 30 minutes; ask for a "
                 "new one");
}

}  // namespace

Answer<Done> Passwords::forgot(const Visitor& visitor, const ForgottenPassword& forgotten) {
  const auto email = normalised_email(forgotten.email);
  if (!email) return invalid("email", "must be an e-mail address such as name@example.com");
  const auto now = clock_.unix_now();
  const bool taken = rooms_.database.writing([&](Transaction& db) {
    if (passwords_store::count_requests(db) >= requests_waiting_max) return false;
    passwords_store::insert_request(db, uuid7(now, random_), *email, visitor.address,
                                    now.milliseconds);
    return true;
  });
  if (taken) return Done{};
  Fault fault{503, "Too many people ask for this now. Try again in a minute."};
  fault.retry_after = Seconds{60};
  return fault;
}

Answer<Done> Passwords::reset(const Visitor& visitor, const PasswordReset& reset) {
  const auto token_hash = stored_form(reset.token);
  const auto user_of_token = [&](Transaction& db) {
    return passwords_store::user_of_reset(db, token_hash, clock_.unix_now().milliseconds);
  };
  if (!rooms_.database.reading(user_of_token)) return link_is_over();
  // Slow on purpose, so before the transaction: the writer waits for nobody's password.
  const auto password_hash = rooms_.hasher.hash(reset.password);
  const auto user = rooms_.database.writing([&](Transaction& db) -> std::optional<User> {
    const auto user_id = user_of_token(db);  // Again: it may have been used meanwhile.
    if (!user_id) return std::nullopt;
    auto owner = users_store::find(db, *user_id);
    if (!owner) return std::nullopt;
    set_password(db, *owner, {ActorKind::user, *user_id, visitor.address}, password_hash,
                 "passwords.reset");
    rooms_.sessions.end_all(db, *user_id, "password was reset");
    rooms_.letters.password_changed(db, *owner, visitor.address);
    return owner;
  });
  if (!user) return link_is_over();
  rooms_.sessions.access_changed(user->id.value);
  rooms_.delay.succeeded(user->email, visitor.address);
  return Done{};
}

Answer<Done> Passwords::change(const Caller& caller, const PasswordChange& change) {
  if (auto refused = refuse_key(caller)) return *refused;
  const auto account = rooms_.database.reading(
      [&](Transaction& db) { return users_store::find_account_by_id(db, caller.user_id); });
  if (!account) return not_found("account");
  const auto& user = account->user;
  if (auto wait = rooms_.delay.begin(user.email, caller.address)) return *wait;
  if (!rooms_.hasher.verify(change.current, account->password_hash)) {
    return invalid("current", "is not your password");
  }
  rooms_.delay.succeeded(user.email, caller.address);
  const auto password_hash = rooms_.hasher.hash(change.new_);
  rooms_.database.write([&](Transaction& db) {
    set_password(db, user, audit::actor_of(caller), password_hash, "passwords.change");
    rooms_.sessions.end_all(db, user.id, "password was changed", caller.session_id);
    rooms_.letters.password_changed(db, user, caller.address);
  });
  rooms_.sessions.access_changed(caller.user_id);
  return Done{};
}

void Passwords::answer_requests() {
  const auto waiting =
      rooms_.database.reading([](Transaction& db) { return passwords_store::count_requests(db); });
  if (waiting == 0) return;  // Nearly always; writing nothing would still wait for the disk.
  rooms_.database.write([&](Transaction& db) {
    for (const auto& email : passwords_store::take_requests(db, requests_answered_at_once)) {
      answer(db, email);
    }
  });
}

void Passwords::remove_expired() {
  const auto before = clock_.unix_now() + -Milliseconds(resets_counted_for);
  rooms_.database.write(
      [&](Transaction& db) { passwords_store::remove_resets_before(db, before.milliseconds); });
}

void Passwords::answer(Transaction& db, const std::string& email) {
  const auto now = clock_.unix_now();
  const auto account = users_store::find_account(db, email);
  if (!account) return;
  const auto& user = account->user;
  const auto since = (now + -Milliseconds(resets_counted_for)).milliseconds;
  if (passwords_store::count_resets_since(db, user.id, since) >= resets_per_hour_max) return;
  const auto token = new_opaque_token(random_);
  passwords_store::insert_reset(db, stored_form(token), user.id, now.milliseconds,
                                (now + password_reset_lifetime).milliseconds);
  rooms_.letters.password_reset(db, user, token);
  rooms_.tenants.record_everywhere(db, user.id.value, {ActorKind::system, {}, {}},
                                   {"passwords.send_reset", "user", user.id.value, {}, {}});
}

void Passwords::set_password(Transaction& db, const User& user, const audit::Actor& actor,
                             std::string_view password_hash, std::string_view action) {
  users_store::set_password(db, user.id, password_hash, clock_.unix_now().milliseconds);
  passwords_store::remove_resets_of(db, user.id);
  rooms_.tenants.record_everywhere(db, user.id.value, actor,
                                   {action, "user", user.id.value, {}, {}});
}

}  // namespace pf
