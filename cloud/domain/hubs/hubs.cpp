#include "cloud/domain/hubs/hubs.hpp"

#include <algorithm>

#include "cloud/domain/hubs/hubs_store.hpp"

namespace pf {

Answer<Page<Hub>> Hubs::list(const Caller& caller) {
  const auto now = clock_.unix_now().milliseconds;
  Page<Hub> page;
  page.items = rooms_.database.reading(
      [&](Transaction& db) { return hubs_store::list(db, caller.tenant, now); });
  return page;
}

Answer<Hub> Hubs::find(const Caller& caller, const PathId& id) {
  const auto now = clock_.unix_now().milliseconds;
  auto hub = rooms_.database.reading(
      [&](Transaction& db) { return hubs_store::find(db, caller.tenant, id.value, now); });
  if (!hub) return not_found("hub");
  return std::move(*hub);
}

Answer<Hub> Hubs::update(const Caller& caller, const PathId& id, const HubChange& change) {
  if (caller.only_printers) return limited_key();
  const auto now = clock_.unix_now();
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Hub> {
    auto hub = hubs_store::find(db, caller.tenant, id.value, now.milliseconds);
    if (!hub) return not_found("hub");
    if (caller.if_match && *caller.if_match != std::to_string(hub->updated_at)) {
      return Fault{412, "The hub was changed by somebody else. Load it again."};
    }
    if (!change.name || *change.name == hub->name) return std::move(*hub);
    const auto before = json::encode(*hub);
    hub->name = *change.name;
    hub->updated_at = std::max(now.milliseconds, hub->updated_at + 1);
    hubs_store::rename(db, caller.tenant, *hub);
    HubCommand message;
    message.action = HubAction::rename;
    message.name = hub->name;
    add_order(db, caller.tenant, hub->id, message);
    audit::record(db, caller, now,
                  {"hubs.update", "hub", hub->id.value, before, json::encode(*hub)});
    return std::move(*hub);
  });
  if (answer) {
    rooms_.feed.changed(caller.tenant, ChangedKind::hub, id.value);
    rooms_.hub_link.wake(id.value);
  }
  return answer;
}

Answer<Done> Hubs::release(const Caller& caller, const PathId& id) {
  if (caller.only_printers) return limited_key();
  const auto now = clock_.unix_now();
  const auto fault = rooms_.database.writing([&](Transaction& db) -> std::optional<Fault> {
    const auto hub = hubs_store::find(db, caller.tenant, id.value, now.milliseconds);
    if (!hub) return not_found("hub");
    if (hub->printer_count > 0) {
      return conflict("This hub still has " + std::to_string(hub->printer_count) +
                      " printer(s). Move them to another hub or remove them first.");
    }
    hubs_store::release(db, caller.tenant, id.value, now.milliseconds);
    audit::record(db, caller, now,
                  {"hubs.release", "hub", hub->id.value, json::encode(*hub), std::nullopt});
    return std::nullopt;
  });
  if (fault) return *fault;
  rooms_.hub_link.dismiss(id.value);
  rooms_.feed.changed(caller.tenant, ChangedKind::hub, id.value);
  return Done{};
}

bool Hubs::renew_lease(const TenantId& tenant, std::string_view hub_id, std::int64_t epoch,
                       const std::optional<HubStatus>& status) {
  const auto now = clock_.unix_now();
  std::optional<std::string> ip_address;
  if (status && status->ip_address) ip_address = status->ip_address->value;
  return rooms_.database.writing([&](Transaction& db) {
    if (!hubs_store::is_epoch(db, hub_id, epoch)) return false;
    hubs_store::renew(db, tenant, hub_id, now.milliseconds, (now + hub_lease).milliseconds,
                      ip_address);
    return true;
  });
}

void Hubs::went_away(const TenantId& tenant, std::string_view hub_id, std::int64_t epoch) {
  const auto now = clock_.unix_now().milliseconds;
  const bool ours = rooms_.database.writing([&](Transaction& db) {
    if (!hubs_store::is_epoch(db, hub_id, epoch)) return false;
    hubs_store::went_away(db, tenant, hub_id, now);
    return true;
  });
  if (ours) rooms_.feed.hub_touched(tenant, {std::string(hub_id), false, now});
}

void Hubs::expire_leases() {
  const auto now = clock_.unix_now().milliseconds;
  const auto ended =
      rooms_.database.writing([&](Transaction& db) { return hubs_store::end_leases(db, now); });
  for (const auto& hub : ended) {
    rooms_.feed.hub_touched(hub.tenant, {hub.hub_id, false, hub.last_seen_at});
  }
}

std::vector<LiveHub> Hubs::live(const TenantId& tenant) {
  const auto now = clock_.unix_now().milliseconds;
  const auto hubs =
      rooms_.database.reading([&](Transaction& db) { return hubs_store::list(db, tenant, now); });
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
