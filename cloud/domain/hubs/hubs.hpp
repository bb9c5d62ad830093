// Hubs: claiming one for an organisation, knowing it again, and whether it is there. Being online
// is a lease renewed by traffic, so a hub whose connection died silently goes offline by itself.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "cloud/domain/tenants/tenants.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/kit/secrets.hpp"
#include "cloud/ports/live_feed.hpp"
#include "protocol/hub_messages.hpp"

namespace pf {

inline constexpr Seconds hub_lease{90};  // Longer than silence_seconds_max.
inline constexpr Minutes claim_token_lifetime{10};

struct Hub {
  Uuid id;
  Name name;
  Text<0, 40> firmware_version;
  Text<0, 40> hardware_revision;
  bool online = false;
  std::optional<Millis> last_seen_at;
  std::optional<Text<0, 64>> ip_address;
  int printer_count = 0;
  Millis claimed_at = 0;
  Millis updated_at = 0;
  FIELDS(id, name, firmware_version, hardware_revision, online, last_seen_at, ip_address,
         printer_count, claimed_at, updated_at)
};

struct NewClaim {
  std::optional<Name> name;  // What to call the hub; absent: "Hub 1", "Hub 2" ...
  FIELDS(name)
};

struct ClaimToken {
  Token claim_token;  // Shown once: printfarm-hub claim TOKEN
  Millis expires_at = 0;
  FIELDS(claim_token, expires_at)
};

// What a connection is allowed to be, once its hello was accepted.
struct HubSessionGrant {
  TenantId tenant;
  std::string hub_id;
  std::string session_id;
  std::int64_t epoch = 0;
  std::int64_t event_ack = 0;
  std::string store_incarnation;
  std::string proof;  // HMAC of signed_welcome().
};

enum class HelloRefusal { unknown_or_wrong, cloned };

class Hubs {
 public:
  struct Rooms {
    Database& database;
    Tenants& tenants;
    Secrets& secrets;
    LiveFeed& feed;
  };
  Hubs(Rooms rooms, const Clock& clock, Random& random)
      : database_(rooms.database),
        tenants_(rooms.tenants),
        secrets_(rooms.secrets),
        feed_(rooms.feed),
        clock_(clock),
        random_(random) {}

  Answer<Created<ClaimToken>> mint_claim(const Caller& caller, const NewClaim& claim);
  Answer<Page<Hub>> list(const Caller& caller);
  Answer<Hub> find(const Caller& caller, const PathId& id);

  // ---- for the link, about a connection ----
  // The same token with the same hub and secret gives the same answer: a lost reply is harmless.
  Answer<HubClaimed> claim(const HubClaim& claim);
  // Verifies the signature and opens the epoch, in one transaction. An unknown hub costs the same.
  Result<HubSessionGrant, HelloRefusal> accept(const HubHello& hello, std::string_view host,
                                               std::string_view nonce);
  // Renews the lease; false: a later epoch owns the hub, close this connection.
  bool renew_lease(const TenantId& tenant, std::string_view hub_id, std::int64_t epoch,
                   const std::optional<HubStatus>& status);
  void went_away(const TenantId& tenant, std::string_view hub_id, std::int64_t epoch);
  // Ends the leases that ran out and tells the browsers.
  void expire_leases();
  std::vector<LiveHub> live(const TenantId& tenant);

  // For the modules above, inside their transaction.
  bool exists(Transaction& db, const TenantId& tenant, std::string_view hub_id);
  // Another life of the database: hubs that see it send their journals again.
  void begin_new_incarnation(Transaction& db);
  // The hub's journal is stored up to here; an event at or below it is old news.
  std::int64_t event_high(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                          std::string_view journal_id);
  void set_event_high(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                      std::string_view journal_id, std::int64_t seq);

 private:
  Database& database_;
  Tenants& tenants_;
  Secrets& secrets_;
  LiveFeed& feed_;
  const Clock& clock_;
  Random& random_;
};

inline constexpr auto hub_routes() {
  return std::to_array<Route<Hubs>>({
      post<&Hubs::mint_claim>("/api/hubs/claim", Role::admin),
      get<&Hubs::list>("/api/hubs", Role::viewer),
      get<&Hubs::find>("/api/hubs/{id}", Role::viewer),
  });
}

}  // namespace pf
