#include "cloud/domain/hubs/hubs.hpp"

#include <algorithm>

#include "cloud/domain/hubs/hubs_store.hpp"
#include "crypto/hash.hpp"
#include "protocol/handshake.hpp"

namespace pf {
namespace {

// 26 characters of base 32: 130 bits, and still something a person can type.
constexpr std::size_t claim_token_characters = 26;
constexpr int hubs_per_tenant_max = 2'000;

SecretPlace secret_of(std::string_view hub_id) { return {"hub_identities", hub_id, "secret"}; }

Fault wrong_claim() {
  return {401, "This claim token is wrong, used or expired. Make a new one under Hubs > Add hub."};
}

}  // namespace

Answer<Created<ClaimToken>> Hubs::mint_claim(const Caller& caller, const NewClaim& claim) {
  ClaimToken minted{base32_token(random_, claim_token_characters),
                    (clock_.unix_now() + claim_token_lifetime).milliseconds};
  hubs_store::ClaimRow row;
  row.token_hash = crypto::sha256_hex(minted.claim_token);
  row.tenant = caller.tenant;
  row.created_by = caller.user_id;
  if (claim.name) row.hub_name = claim.name->value;
  row.expires_at = minted.expires_at;
  const bool room = database_.writing([&](Transaction& db) {
    if (hubs_store::count(db, caller.tenant) >= hubs_per_tenant_max) return false;
    hubs_store::insert_claim(db, row);
    return true;
  });
  if (!room) return conflict("This organisation has as many hubs as it may have.");
  return Created<ClaimToken>{minted, "/api/hubs"};
}

Answer<Page<Hub>> Hubs::list(const Caller& caller) {
  const auto now = clock_.unix_now().milliseconds;
  Page<Hub> page;
  page.items =
      database_.reading([&](Transaction& db) { return hubs_store::list(db, caller.tenant, now); });
  return page;
}

Answer<Hub> Hubs::find(const Caller& caller, const PathId& id) {
  const auto now = clock_.unix_now().milliseconds;
  auto hub = database_.reading(
      [&](Transaction& db) { return hubs_store::find(db, caller.tenant, id.value, now); });
  if (!hub) return not_found("hub");
  return std::move(*hub);
}

Answer<HubClaimed> Hubs::claim(const HubClaim& claim) {
  const auto now = clock_.unix_now();
  const auto token_hash = crypto::sha256_hex(claim.claim_token);
  const auto secret_hash = crypto::sha256_hex(claim.proposed_secret);
  struct Outcome {
    std::optional<Fault> fault;
    HubClaimed claimed;
    TenantId tenant;
  };
  const auto outcome = database_.writing([&](Transaction& db) -> Outcome {
    const auto row = hubs_store::find_claim(db, token_hash);
    if (!row || row->expires_at < now.milliseconds) return {wrong_claim(), {}, {}};
    const bool repeated =
        row->used_by_hub == claim.hub_id.value && row->used_secret_hash == secret_hash;
    if (row->used_by_hub && !repeated) return {wrong_claim(), {}, {}};
    const auto identity = hubs_store::find_identity(db, claim.hub_id);
    if (identity && identity->tenant && *identity->tenant != row->tenant) {
      return {
          Fault{409, "This hub belongs to another organisation. Its owner must release it first."},
          {},
          {}};
    }
    const auto known = hubs_store::find(db, row->tenant, claim.hub_id, now.milliseconds);
    const std::string name =
        known ? known->name.value
              : row->hub_name.value_or("Hub " +
                                       std::to_string(hubs_store::count(db, row->tenant) + 1));
    if (!repeated) {
      hubs_store::put_identity(
          db, claim.hub_id, row->tenant,
          secrets_.seal_global(secret_of(claim.hub_id), claim.proposed_secret));
      hubs_store::put_hub(db, row->tenant, claim.hub_id, name, claim, now.milliseconds);
      hubs_store::use_claim(db, token_hash, claim.hub_id, secret_hash);
    }
    const auto organization = tenants_.organization(db, row->tenant);
    return {std::nullopt,
            {claim.hub_id, name, organization ? organization->name : Name("?")},
            row->tenant};
  });
  if (outcome.fault) return *outcome.fault;
  feed_.changed(outcome.tenant, ChangedKind::hub, claim.hub_id.value);
  return outcome.claimed;
}

Result<HubSessionGrant, HelloRefusal> Hubs::accept(const HubHello& hello, std::string_view host,
                                                   std::string_view nonce) {
  const auto now = clock_.unix_now();
  // An unknown hub is checked against a secret of no use, so that it takes the same path and time.
  static const std::string no_secret(64, '0');
  const auto expected_for = [&](std::string_view secret) {
    return crypto::hmac_sha256_hex(secret, signed_hello(host, nonce, hello));
  };
  struct Outcome {
    std::optional<HelloRefusal> refusal;
    HubSessionGrant grant;
  };
  auto outcome = database_.writing([&](Transaction& db) -> Outcome {
    const auto identity = hubs_store::find_identity(db, hello.hub_id);
    const bool claimed = identity && identity->tenant;
    const auto secret = claimed
                            ? secrets_.open_global(secret_of(hello.hub_id), identity->secret_sealed)
                            : no_secret;
    const bool signature_ok = crypto::constant_time_equal(expected_for(secret), hello.signature);
    if (!claimed || !signature_ok) return {HelloRefusal::unknown_or_wrong, {}};
    // A boot count that goes back, or two boots with one number, is a second copy of the hub.
    const bool cloned = hello.boot_count < identity->boot_count ||
                        (hello.boot_count == identity->boot_count && !identity->boot_id.empty() &&
                         identity->boot_id != hello.boot_id.value);
    if (cloned) return {HelloRefusal::cloned, {}};
    HubSessionGrant grant;
    grant.tenant = *identity->tenant;
    grant.hub_id = hello.hub_id.value;
    grant.session_id = uuid7(now, random_);
    grant.epoch = std::max(identity->epoch, hello.last_epoch) + 1;
    grant.event_ack = hubs_store::event_high(db, grant.tenant, hello.hub_id, hello.journal_id);
    grant.store_incarnation = hubs_store::store_incarnation(db);
    grant.proof = crypto::hmac_sha256_hex(secret, signed_welcome(hello.client_nonce, grant.epoch));
    hubs_store::open_epoch(db, hello.hub_id, grant.epoch, hello.boot_count, hello.boot_id);
    hubs_store::came_online(db, grant.tenant, hello, now.milliseconds,
                            (now + hub_lease).milliseconds);
    return {std::nullopt, std::move(grant)};
  });
  if (outcome.refusal) return *outcome.refusal;
  feed_.hub_touched(outcome.grant.tenant, {outcome.grant.hub_id, true, now.milliseconds});
  return std::move(outcome.grant);
}

bool Hubs::renew_lease(const TenantId& tenant, std::string_view hub_id, std::int64_t epoch,
                       const std::optional<HubStatus>& status) {
  const auto now = clock_.unix_now();
  std::optional<std::string> ip_address;
  if (status && status->ip_address) ip_address = status->ip_address->value;
  return database_.writing([&](Transaction& db) {
    if (!hubs_store::is_epoch(db, hub_id, epoch)) return false;
    hubs_store::renew(db, tenant, hub_id, now.milliseconds, (now + hub_lease).milliseconds,
                      ip_address);
    return true;
  });
}

void Hubs::went_away(const TenantId& tenant, std::string_view hub_id, std::int64_t epoch) {
  const auto now = clock_.unix_now().milliseconds;
  const bool ours = database_.writing([&](Transaction& db) {
    if (!hubs_store::is_epoch(db, hub_id, epoch)) return false;
    hubs_store::went_away(db, tenant, hub_id, now);
    return true;
  });
  if (ours) feed_.hub_touched(tenant, {std::string(hub_id), false, now});
}

void Hubs::expire_leases() {
  const auto now = clock_.unix_now().milliseconds;
  const auto ended =
      database_.writing([&](Transaction& db) { return hubs_store::end_leases(db, now); });
  for (const auto& hub : ended)
    feed_.hub_touched(hub.tenant, {hub.hub_id, false, hub.last_seen_at});
}

std::vector<LiveHub> Hubs::live(const TenantId& tenant) {
  const auto now = clock_.unix_now().milliseconds;
  const auto hubs =
      database_.reading([&](Transaction& db) { return hubs_store::list(db, tenant, now); });
  std::vector<LiveHub> live;
  for (const auto& hub : hubs) live.push_back({hub.id, hub.online, hub.last_seen_at});
  return live;
}

bool Hubs::exists(Transaction& db, const TenantId& tenant, std::string_view hub_id) {
  return hubs_store::find(db, tenant, hub_id, clock_.unix_now().milliseconds).has_value();
}

void Hubs::begin_new_incarnation(Transaction& db) {
  hubs_store::set_store_incarnation(db, uuid4(random_));
}

std::int64_t Hubs::event_high(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                              std::string_view journal_id) {
  return hubs_store::event_high(db, tenant, hub_id, journal_id);
}

void Hubs::set_event_high(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                          std::string_view journal_id, std::int64_t seq) {
  hubs_store::set_event_high(db, tenant, hub_id, journal_id, seq);
}

}  // namespace pf
