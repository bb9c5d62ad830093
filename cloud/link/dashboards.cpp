#include "cloud/link/dashboards.hpp"

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
  for (auto& [id, viewer] : room.viewers) {
    if (!viewer.current) continue;
    if (viewer.peer->queued_bytes() > dashboard_backlog_bytes_max) {
      viewer.current = false;
      continue;
    }
    viewer.peer->send(frame);
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
  room.viewers.emplace(id, Viewer{std::move(peer), false, true});
  return id;
}

void Dashboards::leave(const TenantId& tenant, ViewerId viewer) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  room.viewers.erase(viewer);
}

void Dashboards::send_snapshot(const TenantId& tenant, ViewerId viewer,
                               std::vector<LiveHub> hubs) {
  LiveSnapshot snapshot;
  snapshot.server_time = clock_.unix_now().milliseconds;
  snapshot.hubs = std::move(hubs);
  auto& room = room_of(tenant);
  // Under the lock, so that no frame falls between the snapshot and the first update after it.
  const std::lock_guard lock(room.mutex);
  const auto found = room.viewers.find(viewer);
  if (found == room.viewers.end()) return;
  snapshot.seq = room.seq;
  snapshot.printers = live_.all(tenant);
  found->second.peer->send(std::make_shared<const std::string>(json::encode(snapshot)));
  found->second.current = true;
  found->second.asked = false;
}

std::vector<std::pair<TenantId, Dashboards::ViewerId>> Dashboards::caught_up() {
  std::vector<std::pair<TenantId, ViewerId>> ready;
  for (const auto& [tenant, room] : rooms()) {
    const std::lock_guard lock(room->mutex);
    for (auto& [id, viewer] : room->viewers) {
      if (viewer.current || viewer.asked || viewer.peer->queued_bytes() > 0) continue;
      viewer.asked = true;
      ready.emplace_back(tenant, id);
    }
  }
  return ready;
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

// ---- sockets ----

class DashboardSocket final : public SocketHandler {
 public:
  DashboardSocket(DashboardSockets& sockets, std::shared_ptr<SocketPeer> peer, Visitor visitor)
      : sockets_(sockets), peer_(std::move(peer)), visitor_(std::move(visitor)) {}

  void enter(const TenantId& tenant) {
    tenant_ = tenant;
    viewer_ = sockets_.dashboards_.join(tenant, peer_);
    sockets_.snapshot_later(tenant, viewer_);
  }

  void on_text(std::string_view text) override {
    if (tenant_) return;  // A browser has nothing to say but who it is.
    const auto message = json::decode_message<BrowserToCloud>(text);
    if (!message) return refuse("bad_message", message.error().text());
    const auto caller = sockets_.caller_of_(visitor_, std::get<LiveAuth>(*message).token);
    if (!caller) return refuse("unauthorised", "This token is not valid. Sign in again.");
    enter(caller->tenant);
  }
  void on_binary(std::string_view) override {}
  void on_closed() override {
    if (tenant_) sockets_.dashboards_.leave(*tenant_, viewer_);
  }

 private:
  void refuse(std::string_view code, std::string text) {
    peer_->send(std::make_shared<const std::string>(
        json::encode(LiveError{Text<1, 64>(code), Text<0, 300>(std::move(text))})));
    peer_->close(close_unauthorised, "not signed in");
  }

  DashboardSockets& sockets_;
  std::shared_ptr<SocketPeer> peer_;
  Visitor visitor_;
  std::optional<TenantId> tenant_;
  Dashboards::ViewerId viewer_ = 0;
};

std::unique_ptr<SocketHandler> DashboardSockets::accept(std::shared_ptr<SocketPeer> peer,
                                                        const SocketRequest& request) {
  auto socket = std::make_unique<DashboardSocket>(*this, std::move(peer), request.visitor);
  if (request.caller) socket->enter(request.caller->tenant);
  return socket;
}

void DashboardSockets::snapshot_later(const TenantId& tenant, Dashboards::ViewerId viewer) {
  workers_.post([this, tenant, viewer] {
    try {
      dashboards_.send_snapshot(tenant, viewer, hubs_.live(tenant));
    } catch (const std::exception& broken) {
      log_.error("a snapshot could not be made", {{"error", broken.what()}});
    }
  });
}

void DashboardSockets::tick() {
  for (const auto& [tenant, viewer] : dashboards_.caught_up()) snapshot_later(tenant, viewer);
}

}  // namespace pf
