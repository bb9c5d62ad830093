#include "cloud/domain/auth/auth.hpp"

#include <utility>

#include "cloud/domain/auth/email.hpp"
#include "cloud/domain/auth/users_store.hpp"

namespace pf {
namespace {

Fault address_taken() {
  return conflict("There is already an account with this e-mail address. Sign in instead.");
}
Fault wrong_login() { return {401, "The e-mail address or the password is wrong."}; }
Fault code_wanted() {
  Fault fault{401, "Your account has a second factor. Enter the code that your app shows."};
  fault.type = "totp_required";
  return fault;
}
Fault code_wrong() {
  Fault fault{401, "The code is wrong or was used before. Wait for the next one."};
  fault.type = "totp_wrong";
  return fault;
}

}  // namespace

Answer<WithCookies<SignedIn>> Auth::register_(const Visitor& visitor,
                                              const Registration& registration) {
  auto email = normalised_email(registration.email);
  if (!email) return invalid("email", "must be an e-mail address such as name@example.com");
  const bool taken = rooms_.database.reading(
      [&](Transaction& db) { return users_store::find_account(db, *email).has_value(); });
  if (taken) return address_taken();

  const auto now = clock_.unix_now();
  const User user{uuid7(now, random_), std::move(*email), registration.name, now.milliseconds};
  // Slow on purpose, so before the transaction: the writer waits for nobody's password.
  const auto password_hash = rooms_.passwords.hash(registration.password);
  try {
    const auto session = rooms_.database.writing([&](Transaction& db) {
      users_store::insert(db, {user, password_hash});
      const auto organization = rooms_.tenants.create(db, registration.organization_name);
      const TenantId tenant{organization.id.value};
      rooms_.tenants.add_member(db, tenant, user.id, Role::owner);
      audit::record(
          db, tenant, {ActorKind::user, user.id.value, visitor.address}, now,
          {"auth.register", "organization", tenant.value, {}, json::encode(organization)});
      return rooms_.sessions.open(db, visitor, user, {tenant, Role::owner});
    });
    return rooms_.sessions.signed_in(visitor, session);
  } catch (const UniqueViolation&) {  // Somebody registered it while the password was hashed.
    return address_taken();
  }
}

Answer<WithCookies<SignedIn>> Auth::login(const Visitor& visitor, const Login& login) {
  // An address that is none is delayed like one that is.
  const auto email = normalised_email(login.email).value_or(login.email.value);
  if (auto wait = rooms_.delay.begin(email, visitor.address)) return *wait;
  const auto account = rooms_.database.reading(
      [&](Transaction& db) { return users_store::find_account(db, email); });
  if (!account) {
    // The same work as for a wrong password, so that the time does not tell who has an account.
    rooms_.passwords.verify_nothing(login.password);
    return wrong_login();
  }
  if (!rooms_.passwords.verify(login.password, account->password_hash)) return wrong_login();

  const auto session = rooms_.database.writing(
      [&](Transaction& db) { return admit(db, visitor, account->user, login); });
  if (!session) return session.error();
  rooms_.delay.succeeded(email, visitor.address);
  return rooms_.sessions.signed_in(visitor, *session);
}

// Whose password was right.
Answer<OpenSession> Auth::admit(Transaction& db, const Visitor& visitor, const User& user,
                                const Login& login) {
  switch (rooms_.totp.check(db, visitor, user.id.value, login.totp, login.recovery_code)) {
    case SecondFactor::missing: return code_wanted();
    case SecondFactor::wrong: return code_wrong();
    case SecondFactor::not_wanted:
    case SecondFactor::passed: break;
  }
  auto membership = rooms_.tenants.membership_of(db, user.id);
  if (login.invitation) {
    const auto joined = rooms_.invitations.admit(db, visitor, user, *login.invitation);
    if (!joined) return joined.error();
    membership = *joined;
  }
  if (!membership) {
    return Fault{403, "Your account belongs to no organization. Ask an owner to invite you."};
  }
  return rooms_.sessions.open(db, visitor, user, *membership);
}

Answer<WithCookies<SignedIn>> Auth::refresh(const Visitor& visitor) {
  return rooms_.sessions.refresh(visitor);
}

Answer<WithCookies<Done>> Auth::logout(const Visitor& visitor) {
  return rooms_.sessions.logout(visitor);
}

Answer<SignedIn> Auth::me(const Caller& caller) {
  if (!caller.expires_at) {
    return Fault{403, "An API key has no account. Sign in with yours to see it."};
  }
  auto signed_in = rooms_.database.reading([&](Transaction& db) -> std::optional<SignedIn> {
    auto user = users_store::find(db, caller.user_id);
    auto organization = rooms_.tenants.organization(db, caller.tenant);
    if (!user || !organization) return std::nullopt;
    return SignedIn{
        std::move(*user), std::move(*organization), caller.role, *caller.expires_at, {}};
  });
  if (!signed_in) return Fault{401, "Your session has ended. Sign in again."};
  return std::move(*signed_in);
}

std::optional<Caller> Auth::caller_of(const Visitor& visitor, std::string_view credential) {
  return credential.starts_with(api_key_mark) ? rooms_.api_keys.caller_of(visitor, credential)
                                              : rooms_.sessions.caller_of(visitor, credential);
}

}  // namespace pf
