#include "cloud/domain/auth/auth.hpp"

#include <utility>

#include "cloud/domain/auth/auth_store.hpp"
#include "cloud/domain/auth/email.hpp"
#include "crypto/hash.hpp"
#include "crypto/password.hpp"
#include "crypto/text.hpp"

namespace pf {
namespace {

constexpr Seconds refresh_token_lifetime = std::chrono::hours(7 * 24);
// Two tabs that refresh at once are not a theft.
constexpr Seconds rotation_tolerance{10};
constexpr std::size_t refresh_token_random_bytes = 32;
constexpr std::size_t refresh_token_characters_max = 100;
constexpr int sessions_per_user_max = 100;
constexpr std::size_t user_agent_bytes_max = 200;

Fault address_taken() {
  return conflict("There is already an account with this e-mail address. Sign in instead.");
}
Fault wrong_login() { return {401, "The e-mail address or the password is wrong."}; }
Fault session_ended() { return {401, "Your session has ended. Sign in again."}; }

std::string new_refresh_token(Random& random) {
  return crypto::base64url(random.bytes(refresh_token_random_bytes));
}

// The tokens are random enough that their plain hash tells nothing.
std::string stored_form(std::string_view refresh_token) {
  return crypto::sha256_hex(refresh_token);
}

std::optional<std::string> presented_hash(const Visitor& visitor) {
  if (!visitor.refresh_token || visitor.refresh_token->size() > refresh_token_characters_max) {
    return std::nullopt;
  }
  return stored_form(*visitor.refresh_token);
}

// As much of the text as fits, cut between characters.
std::string shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80) --bytes_max;
  return std::string(text.substr(0, bytes_max));
}

}  // namespace

Answer<WithCookies<SignedIn>> Auth::register_(const Visitor& visitor,
                                              const Registration& registration) {
  auto email = normalised_email(registration.email);
  if (!email) return invalid("email", "must be an e-mail address such as name@example.com");
  const bool taken = database_.reading(
      [&](Transaction& db) { return auth_store::find_account(db, *email).has_value(); });
  if (taken) return address_taken();

  User user;
  user.id = uuid7(clock_.unix_now(), random_);
  user.email = std::move(*email);
  user.name = registration.name;
  user.created_at = clock_.unix_now().milliseconds;
  // Slow on purpose, so before the transaction: the writer waits for nobody's password.
  const auto password_hash = crypto::hash_password(registration.password, random_);
  const auto refresh_token = new_refresh_token(random_);
  try {
    const auto access = database_.writing([&](Transaction& db) {
      return open_account(db, visitor, registration, user, password_hash, refresh_token);
    });
    return signed_in(visitor, access, refresh_token);
  } catch (const UniqueViolation&) {  // Somebody registered it while the password was hashed.
    return address_taken();
  }
}

Answer<WithCookies<SignedIn>> Auth::login(const Visitor& visitor, const Login& login) {
  const auto email = normalised_email(login.email);
  const auto account =
      database_.reading([&](Transaction& db) -> std::optional<auth_store::Account> {
        if (!email) return std::nullopt;
        return auth_store::find_account(db, *email);
      });
  if (!account) {
    // The same work as for a wrong password, so that the time does not tell who has an account.
    crypto::hash_password(login.password, random_);
    return wrong_login();
  }
  if (!crypto::verify_password(login.password, account->password_hash)) return wrong_login();

  const auto refresh_token = new_refresh_token(random_);
  const auto access = database_.writing([&](Transaction& db) -> std::optional<Access> {
    const auto membership = tenants_.membership_of(db, account->user.id);
    if (!membership) return std::nullopt;
    const auto session_id =
        open_session(db, visitor, account->user.id, membership->tenant, refresh_token);
    return Access{account->user, tenants_.organization(db, membership->tenant).value(),
                  membership->role, session_id};
  });
  if (!access) {
    return Fault{403, "Your account belongs to no organization. Ask an owner to add you."};
  }
  return signed_in(visitor, *access, refresh_token);
}

Answer<WithCookies<SignedIn>> Auth::refresh(const Visitor& visitor) {
  const auto token_hash = presented_hash(visitor);
  if (!token_hash) return session_ended();
  const auto next_token = new_refresh_token(random_);
  const auto rotation =
      database_.writing([&](Transaction& db) { return rotate(db, *token_hash, next_token); });
  if (rotation.family_ended) roles_.forget_all();
  if (!rotation.access) return session_ended();
  return signed_in(visitor, *rotation.access, next_token);
}

Answer<WithCookies<Done>> Auth::logout(const Visitor& visitor) {
  if (const auto token_hash = presented_hash(visitor)) {
    const bool ended = database_.writing([&](Transaction& db) {
      const auto token = auth_store::find_refresh(db, *token_hash);
      return token && auth_store::revoke_session(db, token->session_id, "signed out",
                                                 clock_.unix_now().milliseconds);
    });
    if (ended) roles_.forget_all();
  }
  return WithCookies<Done>{{}, {{"access", "", 0}, {"refresh", "", 0}}};
}

Answer<SignedIn> Auth::me(const Caller& caller) {
  if (!caller.expires_at)
    return Fault{403, "An API key has no account. Sign in with yours to see it."};
  auto signed_in = database_.reading([&](Transaction& db) -> std::optional<SignedIn> {
    auto user = auth_store::find_user(db, caller.user_id);
    auto organization = tenants_.organization(db, caller.tenant);
    if (!user || !organization) return std::nullopt;
    return SignedIn{
        std::move(*user), std::move(*organization), caller.role, *caller.expires_at, {}};
  });
  if (!signed_in) return session_ended();
  return std::move(*signed_in);
}

std::optional<Caller> Auth::caller_of(const Visitor& visitor, std::string_view access_token) {
  const auto claims = tokens_.verify(access_token, clock_.unix_now());
  if (!claims) return std::nullopt;
  const auto role = role_now(*claims);
  if (!role) return std::nullopt;
  Caller caller{visitor};
  caller.tenant = {claims->tenant};
  caller.user_id = claims->sub;
  caller.session_id = claims->session;
  caller.role = *role;
  caller.expires_at = claims->exp * 1000;
  return caller;
}

Auth::Access Auth::open_account(Transaction& db, const Visitor& visitor,
                                const Registration& registration, const User& user,
                                std::string_view password_hash, std::string_view refresh_token) {
  auth_store::insert_account(db, {user, std::string(password_hash)});
  auto organization = tenants_.create(db, registration.organization_name);
  const TenantId tenant{organization.id.value};
  tenants_.add_member(db, tenant, user.id, Role::owner);
  auto session_id = open_session(db, visitor, user.id, tenant, refresh_token);
  return {user, std::move(organization), Role::owner, std::move(session_id)};
}

std::string Auth::open_session(Transaction& db, const Visitor& visitor, std::string_view user_id,
                               const TenantId& tenant, std::string_view refresh_token) {
  const auto now = clock_.unix_now();
  auth_store::SessionRow session;
  session.id = uuid7(now, random_);
  session.user_id = user_id;
  session.tenant = tenant;
  session.address = visitor.address;
  session.user_agent = shortened(visitor.user_agent, user_agent_bytes_max);
  session.created_at = now.milliseconds;
  auth_store::keep_newest_sessions(db, user_id, sessions_per_user_max - 1);
  auth_store::insert_session(db, session);
  auth_store::insert_refresh(db, stored_form(refresh_token), session.id, now.milliseconds,
                             (now + refresh_token_lifetime).milliseconds);
  return session.id;
}

Auth::Rotation Auth::rotate(Transaction& db, std::string_view token_hash,
                            std::string_view next_token) {
  const auto now = clock_.unix_now();
  const auto token = auth_store::find_refresh(db, token_hash);
  if (!token || token->revoked_at || token->expires_at <= now.milliseconds) return {};
  if (token->rotated_at && now - UnixTime{*token->rotated_at} > rotation_tolerance) {
    // Two hold what only one was given, and nobody can tell which is the thief.
    return {{},
            auth_store::revoke_session(db, token->session_id, "refresh token used twice",
                                       now.milliseconds)};
  }
  const auto role =
      auth_store::role_in_session(db, token->session_id, token->user_id, token->tenant);
  auto user = auth_store::find_user(db, token->user_id);
  auto organization = tenants_.organization(db, token->tenant);
  if (!role || !user || !organization) return {};
  auth_store::mark_rotated(db, token_hash, now.milliseconds);
  auth_store::remove_expired_refreshes(db, token->session_id, now.milliseconds);
  auth_store::insert_refresh(db, stored_form(next_token), token->session_id, now.milliseconds,
                             (now + refresh_token_lifetime).milliseconds);
  return {Access{std::move(*user), std::move(*organization), *role, token->session_id}, false};
}

std::optional<Role> Auth::role_now(const AccessClaims& claims) {
  const auto now = clock_.now();
  if (const auto known = roles_.find(claims.session, now)) return known;
  const auto generation = roles_.generation();
  const auto role = database_.reading([&](Transaction& db) {
    return auth_store::role_in_session(db, claims.session, claims.sub, {claims.tenant});
  });
  if (role) roles_.remember(claims.session, *role, now, generation);
  return role;
}

WithCookies<SignedIn> Auth::signed_in(const Visitor& visitor, const Access& access,
                                      std::string_view refresh_token) const {
  const auto now = clock_.unix_now();
  auto access_token = tokens_.issue(access.user.id, access.organization.id, access.session_id, now);
  WithCookies<SignedIn> answer;
  answer.body.user = access.user;
  answer.body.organization = access.organization;
  answer.body.role = access.role;
  // Whole seconds, as inside the token.
  answer.body.expires_at = (now + access_token_lifetime).milliseconds / 1000 * 1000;
  answer.cookies.push_back({"access", access_token, Seconds(access_token_lifetime).count()});
  answer.cookies.push_back({"refresh", std::string(refresh_token), refresh_token_lifetime.count()});
  // A browser's scripts must never hold it; machines have no other way to get it.
  if (!visitor.from_browser) answer.body.access_token = std::move(access_token);
  return answer;
}

}  // namespace pf
