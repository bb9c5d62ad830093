// The statements about hubs, their identities and their claim tokens.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/domain/hubs/hubs.hpp"

namespace pf::hubs_store {

struct ClaimRow {
  std::string token_hash;
  TenantId tenant;
  std::string created_by;
  std::optional<std::string> hub_name;
  Millis expires_at = 0;
  std::optional<std::string> used_by_hub;
  std::optional<std::string> used_secret_hash;
  std::optional<std::string> same_hub;  // Present: only this hub may use it.
};
void insert_claim(Transaction& db, const ClaimRow& claim);
std::optional<ClaimRow> find_claim(Transaction& db, std::string_view token_hash);
void use_claim(Transaction& db, std::string_view token_hash, std::string_view hub_id,
               std::string_view secret_hash);

struct IdentityRow {
  std::string hub_id;
  std::optional<TenantId> tenant;  // Absent: unclaimed.
  Blob secret_sealed;
  std::int64_t boot_count = 0;
  std::string boot_id;
  std::int64_t epoch = 0;
  std::optional<Millis> quarantined_at;
};
std::optional<IdentityRow> find_identity(Transaction& db, std::string_view hub_id);
// A new claim gives a new secret: it ends a quarantine, boots are counted from zero again, and
// epochs never go back.
void put_identity(Transaction& db, std::string_view hub_id, const TenantId& tenant,
                  const Blob& secret_sealed);
void open_epoch(Transaction& db, std::string_view hub_id, std::int64_t epoch,
                std::int64_t boot_count, std::string_view boot_id);
bool is_epoch(Transaction& db, std::string_view hub_id, std::int64_t epoch);
// The first reason stays.
void quarantine(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                QuarantineReason reason, Millis now);

int count(Transaction& db, const TenantId& tenant);
void put_hub(Transaction& db, const TenantId& tenant, std::string_view hub_id,
             std::string_view name, const HubClaim& claim, Millis now);
std::vector<Hub> list(Transaction& db, const TenantId& tenant, Millis now);
std::optional<Hub> find(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                        Millis now);
void rename(Transaction& db, const TenantId& tenant, const Hub& hub);
// The row stays for what names it; whoever claims the hub next gives it a secret of its own.
void release(Transaction& db, const TenantId& tenant, std::string_view hub_id, Millis now);
void put_discovery(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                   const PrintersDiscovered& found, Millis now);
Discovery discovery(Transaction& db, const TenantId& tenant, std::string_view hub_id);
void came_online(Transaction& db, const TenantId& tenant, const HubHello& hello, Millis now,
                 Millis lease_until);
void renew(Transaction& db, const TenantId& tenant, std::string_view hub_id, Millis now,
           Millis lease_until, const std::optional<std::string>& ip_address);
void went_away(Transaction& db, const TenantId& tenant, std::string_view hub_id, Millis now);
struct Ended {
  TenantId tenant;
  std::string hub_id;
  std::optional<Millis> last_seen_at;
};
std::vector<Ended> end_leases(Transaction& db, Millis now);
std::int64_t event_high(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                        std::string_view journal_id);
void set_event_high(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                    std::string_view journal_id, std::int64_t seq);
std::string store_incarnation(Transaction& db);
void set_store_incarnation(Transaction& db, std::string_view incarnation);

}  // namespace pf::hubs_store
