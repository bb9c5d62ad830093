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

void Dashboards::send_snapshot(const TenantId& tenant, ViewerId viewer, std::vector<LiveHub> hubs) {
  LiveSnapshot snapshot;
  snapshot.server_time = clock_.unix_now().milliseconds;
  snapshot.hubs = std::move(hubs);
  auto& room = room_of(tenant);
  // Under the lock, so that no frame falls between the snapshot and the first update after it.
  const std::lock_guard lock(room.mutex);
  if (!waits(room, viewer)) return;
  snapshot.seq = room.seq;
  snapshot.printers = live_.all(tenant);
  const auto frame = std::make_shared<const std::string>(json::encode(snapshot));
  for (auto& [id, waiting] : room.viewers) {
    if (!waiting.asked) continue;
    waiting.peer->send(frame);
    waiting.current = true;
    waiting.asked = false;
  }
}

bool Dashboards::waits(const Room& room, ViewerId viewer) {
  const auto found = room.viewers.find(viewer);
  return found != room.viewers.end() && found->second.asked;
}

bool Dashboards::waits_for_snapshot(const TenantId& tenant, ViewerId viewer) {
  const auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  return waits(room, viewer);
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

void Dashboards::ask_again(const TenantId& tenant, ViewerId viewer) {
  auto& room = room_of(tenant);
  const std::lock_guard lock(room.mutex);
  const auto found = room.viewers.find(viewer);
  if (found != room.viewers.end()) found->second.asked = false;
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

// Where one browser sits. Shared with the workers, since it may leave while they ask who it is.
struct DashboardSockets::Seat {
  std::shared_ptr<SocketPeer> peer;
  Visitor visitor;
  std::mutex mutex;
  bool left = false;
  std::optional<TenantId> tenant;
  Dashboards::ViewerId viewer = 0;
};

class DashboardSocket final : public SocketHandler {
 public:
  DashboardSocket(DashboardSockets& sockets, std::shared_ptr<DashboardSockets::Seat> seat)
      : sockets_(sockets), seat_(std::move(seat)) {}

  void on_text(std::string_view text) override {
    if (asked_) return;  // A browser has nothing to say but who it is, once.
    asked_ = true;
    auto message = json::decode_message<BrowserToCloud>(text);
    if (!message) return sockets_.refuse(*seat_, "bad_message", message.error().text());
    sockets_.admit_later(seat_, std::move(std::get<LiveAuth>(*message).token.value));
  }
  void on_binary(std::string_view) override {}
  void on_closed() override { sockets_.leave(*seat_); }

 private:
  DashboardSockets& sockets_;
  std::shared_ptr<DashboardSockets::Seat> seat_;
  bool asked_ = false;
};

std::unique_ptr<SocketHandler> DashboardSockets::accept(std::shared_ptr<SocketPeer> peer,
                                                        const SocketRequest& request) {
  auto seat = std::make_shared<Seat>();
  seat->peer = std::move(peer);
  seat->visitor = request.visitor;
  if (request.caller) enter(*seat, request.caller->tenant);
  return std::make_unique<DashboardSocket>(*this, std::move(seat));
}

void DashboardSockets::admit_later(std::shared_ptr<Seat> seat, std::string token) {
  workers_.post([this, seat = std::move(seat), token = std::move(token)] {
    try {
      const auto caller = caller_of_(seat->visitor, token);
      if (!caller) return refuse(*seat, "unauthorised", "This token is not valid. Sign in again.");
      enter(*seat, caller->tenant);
    } catch (const std::exception& broken) {
      log_.error("a browser's token could not be checked", {{"error", broken.what()}});
      seat->peer->close(1011, "try again");
    }
  });
}

void DashboardSockets::enter(Seat& seat, const TenantId& tenant) {
  {
    const std::lock_guard lock(seat.mutex);
    if (seat.left || seat.tenant) return;
    seat.tenant = tenant;
    seat.viewer = dashboards_.join(tenant, seat.peer);
  }
  snapshot_later(tenant, seat.viewer);
}

void DashboardSockets::leave(Seat& seat) {
  const std::lock_guard lock(seat.mutex);
  seat.left = true;
  if (seat.tenant) dashboards_.leave(*seat.tenant, seat.viewer);
}

void DashboardSockets::refuse(Seat& seat, std::string_view code, std::string says) {
  seat.peer->send(std::make_shared<const std::string>(
      json::encode(LiveError{Text<1, 64>(code), Text<0, 300>(std::move(says))})));
  seat.peer->close(close_unauthorised, "not signed in");
}

void DashboardSockets::snapshot_later(const TenantId& tenant, Dashboards::ViewerId viewer) {
  const bool taken = workers_.post([this, tenant, viewer] {
    try {
      if (!dashboards_.waits_for_snapshot(tenant, viewer)) return;
      dashboards_.send_snapshot(tenant, viewer, hubs_.live(tenant));
    } catch (const std::exception& broken) {
      log_.error("a snapshot could not be made", {{"error", broken.what()}});
      dashboards_.ask_again(tenant, viewer);
    }
  });
  if (!taken) dashboards_.ask_again(tenant, viewer);
}

void DashboardSockets::tick() {
  for (const auto& [tenant, viewer] : dashboards_.caught_up()) snapshot_later(tenant, viewer);
}

}  // namespace pf
