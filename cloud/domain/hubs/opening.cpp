// Hubs: how one becomes an organisation's, and how it is known again (WIRE, "Opening").
#include <algorithm>

#include "cloud/domain/hubs/hubs.hpp"
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

hubs_store::ClaimRow claim_row(const ClaimToken& token, const TenantId& tenant,
                               std::string_view created_by) {
  hubs_store::ClaimRow row;
  row.token_hash = crypto::sha256_hex(token.claim_token);
  row.tenant = tenant;
  row.created_by = created_by;
  row.expires_at = token.expires_at;
  return row;
}

// Whether this hub may take what the token offers.
std::optional<Fault> refuse_claim(const HubClaim& claim, const hubs_store::ClaimRow& row,
                                  const std::optional<hubs_store::IdentityRow>& identity) {
  if (row.same_hub && *row.same_hub != claim.hub_id.value) return wrong_claim();
  if (!identity) return std::nullopt;
  if (identity->tenant && *identity->tenant != row.tenant) {
    return conflict("This hub belongs to another organisation. Its owner must release it first.");
  }
  if (identity->quarantined_at && !row.same_hub) {
    return conflict(
        "There may be two of this hub. Its owner must say \"same hub\" under Hubs, which gives the "
        "token for it.");
  }
  return std::nullopt;
}

// A boot count that goes back, or two boots with one number, is a second copy of the hub.
std::optional<QuarantineReason> looks_cloned(const HubHello& hello,
                                             const hubs_store::IdentityRow& identity) {
  if (hello.boot_count < identity.boot_count) return QuarantineReason::boot_count_went_back;
  const bool same_number = hello.boot_count == identity.boot_count && !identity.boot_id.empty();
  if (same_number && identity.boot_id != hello.boot_id.value) {
    return QuarantineReason::two_boots_with_one_number;
  }
  return std::nullopt;
}

}  // namespace

ClaimToken Hubs::new_token() {
  return {base32_token(random_, claim_token_characters),
          (clock_.unix_now() + claim_token_lifetime).milliseconds};
}

Answer<Created<ClaimToken>> Hubs::mint_claim(const Caller& caller, const NewClaim& claim) {
  if (caller.only_printers) return limited_key();
  const auto minted = new_token();
  auto row = claim_row(minted, caller.tenant, caller.user_id);
  if (claim.name) row.hub_name = claim.name->value;
  const bool room = rooms_.database.writing([&](Transaction& db) {
    if (hubs_store::count(db, caller.tenant) >= hubs_per_tenant_max) return false;
    hubs_store::insert_claim(db, row);
    audit::record(
        db, caller, clock_.unix_now(),
        {"hubs.mint_claim", "hub_claim", std::nullopt, std::nullopt, json::encode(claim)});
    return true;
  });
  if (!room) return conflict("This organisation has as many hubs as it may have.");
  return Created<ClaimToken>{minted, "/api/hubs"};
}

Answer<Created<ClaimToken>> Hubs::same_hub(const Caller& caller, const PathId& id) {
  if (caller.only_printers) return limited_key();
  const auto now = clock_.unix_now();
  const auto minted = new_token();
  auto row = claim_row(minted, caller.tenant, caller.user_id);
  row.same_hub = id.value;
  const auto fault = rooms_.database.writing([&](Transaction& db) -> std::optional<Fault> {
    const auto hub = hubs_store::find(db, caller.tenant, id.value, now.milliseconds);
    if (!hub) return not_found("hub");
    if (!hub->quarantined_at) return conflict("This hub is not in quarantine.");
    hubs_store::insert_claim(db, row);
    audit::record(db, caller, now,
                  {"hubs.same_hub", "hub", id.value, json::encode(*hub), std::nullopt});
    return std::nullopt;
  });
  if (fault) return *fault;
  return Created<ClaimToken>{minted, "/api/hubs/" + id.value};
}

ClaimToken Hubs::mint_local_claim(const TenantId& tenant, std::string_view hub_id,
                                  std::string_view name) {
  const auto minted = new_token();
  auto row = claim_row(minted, tenant, "server");
  row.hub_name = name;
  row.same_hub = hub_id;
  rooms_.database.write([&](Transaction& db) {
    hubs_store::insert_claim(db, row);
    audit::record(
        db, tenant, {}, clock_.unix_now(),
        {"hubs.mint_claim", "hub_claim", std::nullopt, std::nullopt, json::encode(NewClaim{name})});
  });
  return minted;
}

bool Hubs::is_trusted(const TenantId& tenant, std::string_view hub_id) {
  const auto identity = rooms_.database.reading(
      [&](Transaction& db) { return hubs_store::find_identity(db, hub_id); });
  return identity && identity->tenant == tenant && !identity->quarantined_at;
}

Answer<HubClaimed> Hubs::claim(const HubClaim& claim, const std::string& address) {
  const auto now = clock_.unix_now();
  const auto token_hash = crypto::sha256_hex(claim.claim_token);
  const auto secret_hash = crypto::sha256_hex(claim.proposed_secret);
  TenantId tenant;
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<HubClaimed> {
    const auto row = hubs_store::find_claim(db, token_hash);
    if (!row || row->expires_at < now.milliseconds) return wrong_claim();
    const bool repeated =
        row->used_by_hub == claim.hub_id.value && row->used_secret_hash == secret_hash;
    if (row->used_by_hub && !repeated) return wrong_claim();
    tenant = row->tenant;
    const auto identity = hubs_store::find_identity(db, claim.hub_id);
    if (auto fault = refuse_claim(claim, *row, identity); fault && !repeated) return *fault;
    const auto known = hubs_store::find(db, tenant, claim.hub_id, now.milliseconds);
    const std::string name =
        known ? known->name.value
              : row->hub_name.value_or("Hub " + std::to_string(hubs_store::count(db, tenant) + 1));
    if (!repeated) {
      hubs_store::put_identity(
          db, claim.hub_id, tenant,
          rooms_.secrets.seal_global(secret_of(claim.hub_id), claim.proposed_secret));
      hubs_store::put_hub(db, tenant, claim.hub_id, name, claim, now.milliseconds);
      hubs_store::use_claim(db, token_hash, claim.hub_id, secret_hash);
      const auto claimed = hubs_store::find(db, tenant, claim.hub_id, now.milliseconds);
      audit::record(
          db, tenant, {ActorKind::hub, claim.hub_id.value, address}, now,
          {"hubs.claim", "hub", claim.hub_id.value,
           known ? std::optional(json::encode(*known)) : std::nullopt, json::encode(*claimed)});
    }
    const auto organization = rooms_.tenants.organization(db, tenant);
    return HubClaimed{claim.hub_id, name, organization ? organization->name : Name("?")};
  });
  if (answer) rooms_.feed.changed(tenant, ChangedKind::hub, claim.hub_id.value);
  return answer;
}

bool Hubs::is_copy(Transaction& db, const HubHello& hello,
                   const hubs_store::IdentityRow& identity) {
  if (identity.quarantined_at) return true;
  const auto reason = looks_cloned(hello, identity);
  if (!reason) return false;
  const auto now = clock_.unix_now();
  const auto& tenant = *identity.tenant;
  hubs_store::quarantine(db, tenant, hello.hub_id, *reason, now.milliseconds);
  const auto hub = hubs_store::find(db, tenant, hello.hub_id, now.milliseconds);
  audit::record(db, tenant, {ActorKind::hub, hello.hub_id.value, std::nullopt}, now,
                {"hubs.quarantine", "hub", hello.hub_id.value, std::nullopt,
                 hub ? std::optional(json::encode(*hub)) : std::nullopt});
  return true;
}

Result<HubSessionGrant, HelloRefusal> Hubs::accept(const HubHello& hello, std::string_view host,
                                                   std::string_view nonce) {
  const auto now = clock_.unix_now();
  const auto place = secret_of(hello.hub_id);
  // An unknown hub is checked against a secret of no use, so that it takes the same path and time.
  const Blob no_secret = rooms_.secrets.seal_global(place, std::string(64, '0'));
  struct Outcome {
    std::optional<HelloRefusal> refusal;
    HubSessionGrant grant;
  };
  auto outcome = rooms_.database.writing([&](Transaction& db) -> Outcome {
    const auto identity = hubs_store::find_identity(db, hello.hub_id);
    const bool claimed = identity && identity->tenant;
    const auto secret =
        rooms_.secrets.open_global(place, claimed ? identity->secret_sealed : no_secret);
    const auto expected = crypto::hmac_sha256_hex(secret, signed_hello(host, nonce, hello));
    const bool signature_ok = crypto::constant_time_equal(expected, hello.signature);
    if (!claimed || !signature_ok) return {HelloRefusal::unknown_or_wrong, {}};
    HubSessionGrant grant;
    grant.tenant = *identity->tenant;
    grant.hub_id = hello.hub_id.value;
    if (is_copy(db, hello, *identity)) return {HelloRefusal::cloned, std::move(grant)};
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
  if (outcome.refusal == HelloRefusal::cloned) {
    rooms_.feed.changed(outcome.grant.tenant, ChangedKind::hub, outcome.grant.hub_id);
  }
  if (outcome.refusal) return *outcome.refusal;
  rooms_.feed.hub_touched(outcome.grant.tenant, {outcome.grant.hub_id, true, now.milliseconds});
  return std::move(outcome.grant);
}

}  // namespace pf
