#include "cloud/link/dashboards.hpp"

#include <algorithm>

#include "protocol/json.hpp"

namespace pf {

Dashboards::Room& Dashboards::room_of(const TenantId& tenant) {
  const std::lock_guard lock(rooms_.mutex);
  auto& room = rooms_.by_tenant[tenant];
  if (!room) room = std::make_unique<Room>();
  return *room;
}

std::vector<std::pair<TenantId, Dashboards::Room*>> Dashboards::rooms() {
  const std::lock_guard lock(rooms_.mutex);
  std::vector<std::pair<TenantId, Room*>> all;
  all.reserve(rooms_.by_tenant.size());
  for (const auto& [tenant, room] : rooms_.by_tenant) all.emplace_back(tenant, room.get());
  return all;
}

void Dashboards::changed(const TenantId& tenant, ChangedKind kind, const std::string& id) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  if (room.viewers.empty() || room.changed.size() >= changed_per_tick_max) return;
  room.changed.emplace(kind, id);
}

void Dashboards::printer_touched(const TenantId& tenant, const std::string& printer_id) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  if (!room.viewers.empty()) room.printers.insert(printer_id);
}

void Dashboards::hub_touched(const TenantId& tenant, const LiveHub& hub) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  if (!room.viewers.empty()) room.hubs[hub.hub_id.value] = hub;
}

void Dashboards::transfer(const TenantId& tenant, const LiveTransfer& transfer) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  if (!room.viewers.empty()) room.transfers[transfer.job_id.value] = transfer;
}

void Dashboards::tick() {
  for (const auto& [tenant, room] : rooms()) tick_room(tenant, *room);
}

void Dashboards::tick_room(const TenantId& tenant, Room& room) {
  LiveUpdate update;
  std::vector<std::string> touched;
  {
    const std::lock_guard lock(room.mutex);
    const bool nothing = room.printers.empty() && room.hubs.empty() && room.transfers.empty() &&
                         room.changed.empty();
    if (nothing) return;
    touched.assign(room.printers.begin(), room.printers.end());
    for (auto& [id, hub] : room.hubs) update.hubs.push_back(std::move(hub));
    for (auto& [id, transfer] : room.transfers) update.transfers.push_back(std::move(transfer));
    for (const auto& [kind, id] : room.changed) update.changed.push_back({kind, id});
    room.printers.clear();
    room.hubs.clear();
    room.transfers.clear();
    room.changed.clear();
    update.seq = ++room.seq;
  }
  update.printers = live_.some(tenant, touched);
  const auto frame = std::make_shared<const std::string>(json::encode(update));

  const std::lock_guard lock(room.mutex);
  for (auto& [id, viewer] : room.viewers) hand_out(viewer, frame);
}

void Dashboards::hand_out(Viewer& viewer, const Frame& frame) {
  if (viewer.stage == Stage::drafted) {
    viewer.kept.push_back(frame);
    if (viewer.kept.size() <= frames_kept_max) return;
    viewer.kept.clear();
    viewer.stage = Stage::lagging;
  } else if (viewer.stage == Stage::current) {
    if (viewer.peer->queued_bytes() <= viewer.backlog_bytes_max) return viewer.peer->send(frame);
    viewer.stage = Stage::lagging;
  }
}

Dashboards::ViewerId Dashboards::join(const TenantId& tenant, std::shared_ptr<SocketPeer> peer) {
  auto& room = room_of(tenant);
  ViewerId id = 0;
  {
    const std::lock_guard lock(rooms_.mutex);
    id = rooms_.next_viewer++;
  }
  const std::lock_guard lock(room.mutex);
  room.viewers.emplace(id, Viewer{std::move(peer)});
  return id;
}

void Dashboards::leave(const TenantId& tenant, ViewerId viewer) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  room.viewers.erase(viewer);
}

std::optional<Dashboards::Draft> Dashboards::begin_snapshot(const TenantId& tenant,
                                                            ViewerId viewer) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  const auto found = room.viewers.find(viewer);
  if (found == room.viewers.end() || found->second.stage != Stage::waiting) return std::nullopt;
  const Draft draft{++room.last_draft, room.seq};
  for (auto& [id, one] : room.viewers) {
    if (one.stage != Stage::waiting) continue;
    one.stage = Stage::drafted;
    one.draft = draft.number;
  }
  return draft;
}

void Dashboards::finish_snapshot(const TenantId& tenant, const Draft& draft,
                                 std::vector<LiveHub> hubs) {
  LiveSnapshot snapshot;
  snapshot.seq = draft.seq;
  snapshot.server_time = clock_.unix_now().milliseconds;
  snapshot.hubs = std::move(hubs);
  snapshot.printers = live_.all(tenant);
  const auto frame = std::make_shared<const std::string>(json::encode(snapshot));
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  for (auto& [id, viewer] : room.viewers) {
    if (viewer.stage != Stage::drafted || viewer.draft != draft.number) continue;
    viewer.peer->send(frame);
    for (const auto& kept : viewer.kept) viewer.peer->send(kept);
    viewer.kept.clear();
    viewer.stage = Stage::current;
    viewer.backlog_bytes_max = std::max(dashboard_backlog_bytes_max, 2 * frame->size());
  }
}

void Dashboards::give_up(const TenantId& tenant, const Draft& draft) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  for (auto& [id, viewer] : room.viewers) {
    if (viewer.stage != Stage::drafted || viewer.draft != draft.number) continue;
    viewer.kept.clear();
    viewer.stage = Stage::lagging;
  }
}

std::vector<std::pair<TenantId, Dashboards::ViewerId>> Dashboards::caught_up() {
  std::vector<std::pair<TenantId, ViewerId>> ready;
  for (const auto& [tenant, room] : rooms()) {
    const std::lock_guard lock(room->mutex);
    for (auto& [id, viewer] : room->viewers) {
      if (viewer.stage != Stage::lagging || viewer.peer->queued_bytes() > 0) continue;
      viewer.stage = Stage::waiting;
      ready.emplace_back(tenant, id);
    }
  }
  return ready;
}

void Dashboards::ask_again(const TenantId& tenant, ViewerId viewer) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  const auto found = room.viewers.find(viewer);
  if (found != room.viewers.end() && found->second.stage == Stage::waiting) {
    found->second.stage = Stage::lagging;
  }
}

std::size_t Dashboards::viewer_count() const {
  const std::lock_guard lock(rooms_.mutex);
  std::size_t count = 0;
  for (const auto& [tenant, room] : rooms_.by_tenant) {
    const std::lock_guard room_lock(room->mutex);
    count += room->viewers.size();
  }
  return count;
}

}  // namespace pf
