#include "cloud/domain/auth/sessions.hpp"

#include <utility>

#include "cloud/domain/auth/opaque_token.hpp"
#include "cloud/domain/auth/sessions_store.hpp"
#include "cloud/domain/auth/users_store.hpp"
#include "cloud/domain/tenants/people_only.hpp"

namespace pf {
namespace {

constexpr Seconds refresh_token_lifetime = std::chrono::hours(7 * 24);
// Two tabs that refresh at once are not a theft.
constexpr Seconds rotation_tolerance{10};
constexpr std::size_t refresh_token_characters_max = 100;
constexpr int sessions_per_user_max = 100;
constexpr std::size_t user_agent_bytes_max = 200;

Fault session_ended() { return {401, "Your session has ended. Sign in again."}; }

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

audit::Actor visiting(const std::string& user_id, const Visitor& visitor) {
  return {ActorKind::user, user_id, visitor.address};
}

}  // namespace

Answer<Page<Session>> Sessions::list(const Caller& caller) {
  if (auto refused = refuse_key(caller)) return *refused;
  Page<Session> page;
  page.items = rooms_.database.reading([&](Transaction& db) {
    return sessions_store::of_user(db, caller.user_id, clock_.unix_now().milliseconds);
  });
  for (auto& session : page.items) session.current = session.id.value == caller.session_id;
  return page;
}

Answer<Done> Sessions::revoke(const Caller& caller, const PathId& id) {
  if (auto refused = refuse_key(caller)) return *refused;
  const auto now = clock_.unix_now();
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Done> {
    const auto tenant = sessions_store::tenant_of(db, id.value, caller.user_id);
    if (!tenant) return not_found("session");
    sessions_store::revoke(db, id.value, "signed out elsewhere", now.milliseconds);
    audit::record(db, *tenant, audit::actor_of(caller), now,
                  {"sessions.revoke", "session", id.value, {}, {}});
    return Done{};
  });
  if (answer) access_changed(caller.user_id);
  return answer;
}

Answer<Done> Sessions::revoke_others(const Caller& caller) {
  if (auto refused = refuse_key(caller)) return *refused;
  rooms_.database.write([&](Transaction& db) {
    end_all(db, caller.user_id, "signed out elsewhere", caller.session_id);
    rooms_.tenants.record_everywhere(db, caller.user_id, audit::actor_of(caller),
                                     {"sessions.revoke_others", "user", caller.user_id, {}, {}});
  });
  access_changed(caller.user_id);
  return Done{};
}

Answer<WithCookies<SignedIn>> Sessions::switch_organization(const Caller& caller,
                                                            const OrganizationChoice& choice) {
  if (auto refused = refuse_key(caller)) return *refused;
  const TenantId tenant{choice.organization_id.value};
  const auto now = clock_.unix_now();
  const auto opened = rooms_.database.writing([&](Transaction& db) -> Answer<OpenSession> {
    const auto role = rooms_.tenants.role_of(db, tenant, caller.user_id);
    if (!role) return not_found("organization");
    const auto user = users_store::find(db, caller.user_id);
    if (!user) return session_ended();
    sessions_store::revoke(db, caller.session_id, "switched organization", now.milliseconds);
    audit::record(db, caller, now, {"auth.logout", "session", caller.session_id, {}, {}});
    return open(db, caller, *user, {tenant, *role});
  });
  if (!opened) return opened.error();
  access_changed(caller.user_id);
  return signed_in(caller, *opened);
}

Answer<WithCookies<SignedIn>> Sessions::refresh(const Visitor& visitor) {
  const auto token_hash = presented_hash(visitor);
  if (!token_hash) return session_ended();
  const auto next_token = new_opaque_token(random_);
  const auto rotation = rooms_.database.writing(
      [&](Transaction& db) { return rotate(db, visitor, *token_hash, next_token); });
  if (rotation.family_ended_of) access_changed(*rotation.family_ended_of);
  if (!rotation.session) return session_ended();
  return signed_in(visitor, *rotation.session);
}

Answer<WithCookies<Done>> Sessions::logout(const Visitor& visitor) {
  if (const auto token_hash = presented_hash(visitor)) {
    const auto now = clock_.unix_now();
    const auto user_id =
        rooms_.database.writing([&](Transaction& db) -> std::optional<std::string> {
          const auto token = sessions_store::find_refresh(db, *token_hash);
          if (!token) return std::nullopt;
          if (!sessions_store::revoke(db, token->session_id, "signed out", now.milliseconds)) {
            return std::nullopt;
          }
          audit::record(db, token->tenant, visiting(token->user_id, visitor), now,
                        {"auth.logout", "session", token->session_id, {}, {}});
          return token->user_id;
        });
    if (user_id) access_changed(*user_id);
  }
  return WithCookies<Done>{{}, {{"access", "", 0}, {"refresh", "", 0}}};
}

std::optional<Caller> Sessions::caller_of(const Visitor& visitor, std::string_view access_token) {
  const auto claims = rooms_.tokens.verify(access_token, clock_.unix_now());
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

OpenSession Sessions::open(Transaction& db, const Visitor& visitor, const User& user,
                           const Membership& membership) {
  const auto now = clock_.unix_now();
  sessions_store::SessionRow session;
  session.id = uuid7(now, random_);
  session.user_id = user.id.value;
  session.tenant = membership.tenant;
  session.address = visitor.address;
  session.user_agent = shortened(visitor.user_agent, user_agent_bytes_max);
  session.created_at = now.milliseconds;
  sessions_store::keep_newest(db, user.id, sessions_per_user_max - 1);
  sessions_store::insert(db, session);
  auto refresh_token = new_opaque_token(random_);
  sessions_store::insert_refresh(db, stored_form(refresh_token), session.id, now.milliseconds,
                                 (now + refresh_token_lifetime).milliseconds);
  audit::record(db, membership.tenant, visiting(user.id.value, visitor), now,
                {"auth.login", "session", session.id, {}, {}});
  return {user, rooms_.tenants.organization(db, membership.tenant).value(), membership.role,
          session.id, std::move(refresh_token)};
}

WithCookies<SignedIn> Sessions::signed_in(const Visitor& visitor,
                                          const OpenSession& session) const {
  const auto now = clock_.unix_now();
  auto access_token =
      rooms_.tokens.issue(session.user.id, session.organization.id, session.session_id, now);
  WithCookies<SignedIn> answer;
  answer.body.user = session.user;
  answer.body.organization = session.organization;
  answer.body.role = session.role;
  // Whole seconds, as inside the token.
  answer.body.expires_at = (now + access_token_lifetime).milliseconds / 1000 * 1000;
  answer.cookies.push_back({"access", access_token, Seconds(access_token_lifetime).count()});
  answer.cookies.push_back({"refresh", session.refresh_token, refresh_token_lifetime.count()});
  // A browser's scripts must never hold it; machines have no other way to get it.
  if (!visitor.from_browser) answer.body.access_token = std::move(access_token);
  return answer;
}

void Sessions::end_all(Transaction& db, std::string_view user_id, std::string_view reason,
                       std::string_view except_session_id) {
  sessions_store::revoke_all(db, user_id, except_session_id, reason,
                             clock_.unix_now().milliseconds);
}

void Sessions::access_changed(const std::string& user_id) {
  roles_.forget_all();
  rooms_.events.emit(AccessChanged{user_id});
}

void Sessions::on_membership_changed(const MembershipChanged& change) {
  // First: from here on nobody is let in by what was remembered.
  access_changed(change.user_id);
  if (!change.is_removed) return;
  rooms_.database.write([&](Transaction& db) {
    sessions_store::revoke_in_tenant(db, change.tenant, change.user_id, "left the organization",
                                     clock_.unix_now().milliseconds);
  });
}

void Sessions::remove_ended() {
  rooms_.database.write(
      [&](Transaction& db) { sessions_store::remove_ended(db, clock_.unix_now().milliseconds); });
}

Sessions::Rotation Sessions::rotate(Transaction& db, const Visitor& visitor,
                                    std::string_view token_hash, std::string_view next_token) {
  const auto now = clock_.unix_now();
  const auto token = sessions_store::find_refresh(db, token_hash);
  if (!token || token->revoked_at || token->expires_at <= now.milliseconds) return {};
  if (token->rotated_at && now - UnixTime{*token->rotated_at} > rotation_tolerance) {
    end_family(db, visitor, token->session_id, token->user_id, token->tenant);
    return {{}, token->user_id};
  }
  const auto role = sessions_store::role_in(db, token->session_id, token->user_id, token->tenant);
  auto user = users_store::find(db, token->user_id);
  auto organization = rooms_.tenants.organization(db, token->tenant);
  if (!role || !user || !organization) return {};
  sessions_store::mark_rotated(db, token_hash, token->session_id, now.milliseconds);
  sessions_store::remove_expired_refreshes(db, token->session_id, now.milliseconds);
  sessions_store::insert_refresh(db, stored_form(next_token), token->session_id, now.milliseconds,
                                 (now + refresh_token_lifetime).milliseconds);
  return {OpenSession{std::move(*user), std::move(*organization), *role, token->session_id,
                      std::string(next_token)},
          {}};
}

// Two hold what only one was given, and nobody can tell which is the thief.
void Sessions::end_family(Transaction& db, const Visitor& visitor, std::string_view session_id,
                          const std::string& user_id, const TenantId& tenant) {
  const auto now = clock_.unix_now();
  sessions_store::revoke(db, session_id, "refresh token used twice", now.milliseconds);
  audit::record(db, tenant, {ActorKind::system, {}, visitor.address}, now,
                {"sessions.token_reused", "session", std::string(session_id), {}, {}});
  if (const auto user = users_store::find(db, user_id)) {
    rooms_.letters.refresh_token_reused(db, *user, visitor.address);
  }
}

std::optional<Role> Sessions::role_now(const AccessClaims& claims) {
  const auto now = clock_.now();
  if (const auto known = roles_.find(claims.session, now)) return known;
  const auto generation = roles_.generation();
  const auto role = rooms_.database.reading([&](Transaction& db) {
    return sessions_store::role_in(db, claims.session, claims.sub, {claims.tenant});
  });
  if (role) roles_.remember(claims.session, *role, now, generation);
  return role;
}

}  // namespace pf
