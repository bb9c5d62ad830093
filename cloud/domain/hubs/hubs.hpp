// Hubs: claiming one for an organisation, knowing it again, giving it orders, and whether it is
// there. Being online is a lease renewed by traffic, so a hub whose connection died silently goes
// offline by itself.
//
// A hub of which a copy may exist is quarantined: nobody is believed to be it until its owner says
// "same hub", and that one claims a new secret. Two hubs with one journal could each start the same
// print.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "cloud/domain/audit/audit.hpp"
#include "cloud/domain/commands/commands.hpp"
#include "cloud/domain/tenants/tenants.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/kit/secrets.hpp"
#include "cloud/ports/blobs.hpp"
#include "cloud/ports/hub_link.hpp"
#include "cloud/ports/live_feed.hpp"
#include "protocol/hub_messages.hpp"

namespace pf {

namespace hubs_store {
struct IdentityRow;
}

inline constexpr Seconds hub_lease{90};  // Longer than silence_seconds_max.
inline constexpr Minutes claim_token_lifetime{10};

// Why a hello was taken for that of a copy.
enum class QuarantineReason { boot_count_went_back, two_boots_with_one_number };
WORDS(QuarantineReason, boot_count_went_back, two_boots_with_one_number)

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
  std::optional<Millis> quarantined_at;
  std::optional<QuarantineReason> quarantine_reason;
  FIELDS(id, name, firmware_version, hardware_revision, online, last_seen_at, ip_address,
         printer_count, claimed_at, updated_at, quarantined_at, quarantine_reason)
};

struct HubChange {
  std::optional<Name> name;  // Absent stays as it is.
  FIELDS(name)
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

struct DiscoveryOrder {
  std::optional<HostName> address;  // Ask this one; absent: listen on the hub's network.
  FIELDS(address)
};

struct FoundPrinter {
  Serial serial_number;
  HostName ip_address;
  Text<0, 40> model;
  Text<0, 100> name;
  std::optional<Text<0, 32>> firmware_version;
  std::optional<bool> bound;       // To somebody's account at the printer's maker.
  std::optional<Uuid> printer_id;  // Present: it is one of this organisation already.
  FIELDS(serial_number, ip_address, model, name, firmware_version, bound, printer_id)
};

// What the hub found when it last looked; command_id tells which order this answers.
struct Discovery {
  std::optional<CommandId> command_id;  // Absent, like found_at: it never looked.
  std::optional<Millis> found_at;
  std::vector<FoundPrinter> printers;
  FIELDS(command_id, found_at, printers)
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
    Commands& commands;
    HubLink& hub_link;
    LiveFeed& feed;
    Blobs& blobs;
  };
  Hubs(Rooms rooms, const Clock& clock, Random& random)
      : rooms_(rooms), clock_(clock), random_(random) {}

  Answer<Page<Hub>> list(const Caller& caller);
  Answer<Hub> find(const Caller& caller, const PathId& id);
  Answer<Hub> update(const Caller& caller, const PathId& id, const HubChange& change);
  // 409 while it has printers: they are moved or removed first, each by its own rules.
  Answer<Done> release(const Caller& caller, const PathId& id);

  // ---- opening.cpp ----
  Answer<Created<ClaimToken>> mint_claim(const Caller& caller, const NewClaim& claim);
  // The owner says that this hub is the one it claims to be: a token that only it can use.
  Answer<Created<ClaimToken>> same_hub(const Caller& caller, const PathId& id);
  // For the hub inside this very process, whose identity nobody else can hold.
  ClaimToken mint_local_claim(const TenantId& tenant, std::string_view hub_id,
                              std::string_view name);
  // False also for a hub in quarantine.
  bool is_trusted(const TenantId& tenant, std::string_view hub_id);

  // ---- orders.cpp ----
  Answer<Accepted> reboot(const Caller& caller, const PathId& id);
  Answer<Accepted> identify(const Caller& caller, const PathId& id);
  Answer<Accepted> discover(const Caller& caller, const PathId& id, const DiscoveryOrder& order);
  Answer<Discovery> discovered(const Caller& caller, const PathId& id);
  Answer<Accepted> send_logs(const Caller& caller, const PathId& id);
  // The lines that the hub sent last, one JSON object each.
  Answer<BlobReply> latest_log(const Caller& caller, const PathId& id);

  // ---- for the link, about a connection ----
  // The same token with the same hub and secret gives the same answer: a lost reply is harmless.
  Answer<HubClaimed> claim(const HubClaim& claim, const std::string& address);
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
  void keep_discovery(const TenantId& tenant, std::string_view hub_id,
                      const PrintersDiscovered& found);
  void keep_log(const TenantId& tenant, std::string_view hub_id, std::string_view lines);

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
  ClaimToken new_token();
  // Quarantines the hub where its hello is that of a copy.
  bool is_copy(Transaction& db, const HubHello& hello, const hubs_store::IdentityRow& identity);
  Answer<Accepted> order(const Caller& caller, const PathId& id, HubAction action,
                         Milliseconds patience);
  CommandId add_order(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                      const HubCommand& message);

  Rooms rooms_;
  const Clock& clock_;
  Random& random_;
};

inline constexpr auto hub_routes() {
  return std::to_array<Route<Hubs>>({
      post<&Hubs::mint_claim>("/api/hubs/claim", Role::admin),
      get<&Hubs::list>("/api/hubs", Role::viewer),
      get<&Hubs::find>("/api/hubs/{id}", Role::viewer),
      put<&Hubs::update>("/api/hubs/{id}", Role::admin),
      remove<&Hubs::release>("/api/hubs/{id}", Role::owner),
      post<&Hubs::same_hub>("/api/hubs/{id}/same-hub", Role::owner),
      post<&Hubs::reboot>("/api/hubs/{id}/reboot", Role::admin),
      post<&Hubs::identify>("/api/hubs/{id}/identify", Role::operator_),
      post<&Hubs::discover>("/api/hubs/{id}/discover", Role::operator_),
      get<&Hubs::discovered>("/api/hubs/{id}/discovered", Role::viewer),
      post<&Hubs::send_logs>("/api/hubs/{id}/logs", Role::admin),
      get<&Hubs::latest_log>("/api/hubs/{id}/logs/latest", Role::admin),
  });
}

}  // namespace pf
