// Hubs: what people ask of one. An order that comes late would surprise whoever stands beside the
// hub by then, so each is given up after a while.
#include "cloud/domain/hubs/hubs.hpp"
#include "cloud/domain/hubs/hubs_store.hpp"
#include "crypto/hash.hpp"

namespace pf {
namespace {

constexpr Milliseconds reboot_patience{60'000};
constexpr Milliseconds identify_patience{30'000};
constexpr Milliseconds discover_patience{60'000};
constexpr Milliseconds logs_patience{60'000};

std::string log_key(const TenantId& tenant, std::string_view hub_id) {
  return tenant.value + "/hubs/" + std::string(hub_id) + "/log";
}

}  // namespace

CommandId Hubs::add_order(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                          const HubCommand& message) {
  std::optional<UnixTime> not_after;
  if (message.not_after) not_after = UnixTime{*message.not_after};
  HubCommand numbered = message;
  numbered.command_id = "-";  // The outbox row's id, filled in when it is sent; so is the epoch.
  return rooms_.commands.add(db, tenant,
                             {.hub_id = std::string(hub_id),
                              .kind = CommandKind::command_hub,
                              .not_after = not_after,
                              .payload = json::encode(numbered)});
}

Answer<Accepted> Hubs::order(const Caller& caller, const PathId& id, HubAction action,
                             Milliseconds patience) {
  if (caller.only_printers) return limited_key();
  const auto now = clock_.unix_now();
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Accepted> {
    if (!exists(db, caller.tenant, id.value)) return not_found("hub");
    HubCommand message;
    message.action = action;
    message.not_after = (now + patience).milliseconds;
    const auto command_id = add_order(db, caller.tenant, id.value, message);
    audit::record(db, caller, now,
                  {"hubs." + std::string(word(action)), "hub", id.value, std::nullopt,
                   json::encode(Accepted{command_id})});
    return Accepted{command_id};
  });
  if (answer) rooms_.hub_link.wake(id.value);
  return answer;
}

Answer<Accepted> Hubs::reboot(const Caller& caller, const PathId& id) {
  return order(caller, id, HubAction::reboot, reboot_patience);
}

Answer<Accepted> Hubs::identify(const Caller& caller, const PathId& id) {
  return order(caller, id, HubAction::identify, identify_patience);
}

Answer<Accepted> Hubs::discover(const Caller& caller, const PathId& id,
                                const DiscoveryOrder& order) {
  if (caller.only_printers) return limited_key();
  const auto now = clock_.unix_now();
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Accepted> {
    if (!exists(db, caller.tenant, id.value)) return not_found("hub");
    DiscoverPrinters message;
    message.command_id = "-";
    message.address = order.address;
    const auto command_id = rooms_.commands.add(db, caller.tenant,
                                                {.hub_id = id.value,
                                                 .kind = CommandKind::discover_printers,
                                                 .not_after = now + discover_patience,
                                                 .payload = json::encode(message)});
    audit::record(db, caller, now,
                  {"hubs.discover", "hub", id.value, std::nullopt, json::encode(order)});
    return Accepted{command_id};
  });
  if (answer) rooms_.hub_link.wake(id.value);
  return answer;
}

Answer<Discovery> Hubs::discovered(const Caller& caller, const PathId& id) {
  const auto now = clock_.unix_now().milliseconds;
  return rooms_.database.reading([&](Transaction& db) -> Answer<Discovery> {
    if (!hubs_store::find(db, caller.tenant, id.value, now)) return not_found("hub");
    return hubs_store::discovery(db, caller.tenant, id.value);
  });
}

void Hubs::keep_discovery(const TenantId& tenant, std::string_view hub_id,
                          const PrintersDiscovered& found) {
  if (!found.command_id) return;  // Nobody asked; the hub itself heeds what it hears.
  const auto now = clock_.unix_now().milliseconds;
  rooms_.database.write(
      [&](Transaction& db) { hubs_store::put_discovery(db, tenant, hub_id, found, now); });
  rooms_.feed.changed(tenant, ChangedKind::hub, std::string(hub_id));
}

Answer<Accepted> Hubs::send_logs(const Caller& caller, const PathId& id) {
  return order(caller, id, HubAction::send_logs, logs_patience);
}

void Hubs::keep_log(const TenantId& tenant, std::string_view hub_id, std::string_view lines) {
  const auto writer = rooms_.blobs.create();
  writer->append(lines);
  writer->commit(log_key(tenant, hub_id));
  rooms_.feed.changed(tenant, ChangedKind::hub, std::string(hub_id));
}

Answer<BlobReply> Hubs::latest_log(const Caller& caller, const PathId& id) {
  if (caller.only_printers) return limited_key();
  const auto hub = find(caller, id);
  if (!hub) return hub.error();
  BlobReply reply{.content_type = "text/plain; charset=utf-8"};
  reply.blob.key = log_key(caller.tenant, hub->id);
  const auto reader = rooms_.blobs.open(reply.blob.key);
  if (!reader) return Fault{404, "This hub has not sent its log yet. Ask for it first."};
  reply.blob.size = reader->size();
  reply.blob.etag = crypto::sha256_hex(reader->read_at(0, reader->size()));
  return reply;
}

}  // namespace pf
