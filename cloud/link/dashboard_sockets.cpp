#include "cloud/link/dashboard_sockets.hpp"

#include "protocol/json.hpp"

namespace pf {

// Where one browser sits. Shared with the workers, since it may leave while they ask who it is.
struct DashboardSockets::Seat {
  std::shared_ptr<SocketPeer> peer;
  Visitor visitor;
  std::mutex mutex;
  bool left = false;
  std::optional<TenantId> tenant;
  std::string user_id;
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
  if (request.caller) enter(seat, *request.caller);
  return std::make_unique<DashboardSocket>(*this, std::move(seat));
}

void DashboardSockets::admit_later(std::shared_ptr<Seat> seat, std::string token) {
  workers_.post([this, seat = std::move(seat), token = std::move(token)] {
    try {
      const auto caller = caller_of_(seat->visitor, token);
      if (!caller) return refuse(*seat, "unauthorised", "This token is not valid. Sign in again.");
      enter(seat, *caller);
    } catch (const std::exception& broken) {
      log_.error("a browser's token could not be checked", {{"error", broken.what()}});
      seat->peer->close(1011, "try again");
    }
  });
}

void DashboardSockets::enter(const std::shared_ptr<Seat>& seat, const Caller& caller) {
  // A room's frames are the same for all in it.
  if (caller.only_printers) {
    return refuse(*seat, "limited_key",
                  "This API key is limited to some printers; ask GET /api/printers/{id}/status.");
  }
  {
    const std::lock_guard lock(seat->mutex);
    if (seat->left || seat->tenant) return;
    seat->tenant = caller.tenant;
    seat->user_id = caller.user_id;
    seat->viewer = dashboards_.join(caller.tenant, seat->peer);
    const std::lock_guard seats_lock(seats_.mutex);
    seats_.by_user.emplace(caller.user_id, seat);
  }
  snapshot_later(caller.tenant, seat->viewer);
}

void DashboardSockets::leave(Seat& seat) {
  const std::lock_guard lock(seat.mutex);
  seat.left = true;
  if (!seat.tenant) return;
  dashboards_.leave(*seat.tenant, seat.viewer);
  const std::lock_guard seats_lock(seats_.mutex);
  const auto [first, last] = seats_.by_user.equal_range(seat.user_id);
  for (auto at = first; at != last; ++at) {
    if (at->second.lock().get() == &seat) {
      seats_.by_user.erase(at);
      return;
    }
  }
}

void DashboardSockets::on_access_changed(const AccessChanged& change) {
  std::vector<std::shared_ptr<SocketPeer>> peers;
  {
    const std::lock_guard lock(seats_.mutex);
    const auto [first, last] = seats_.by_user.equal_range(change.user_id);
    for (auto at = first; at != last; ++at) {
      if (const auto seat = at->second.lock()) peers.push_back(seat->peer);
    }
  }
  for (const auto& peer : peers) peer->close(close_unauthorised, "what you may do has changed");
}

void DashboardSockets::refuse(Seat& seat, std::string_view code, std::string says) {
  seat.peer->send(std::make_shared<const std::string>(
      json::encode(LiveError{Text<1, 64>(code), Text<0, 300>(std::move(says))})));
  seat.peer->close(close_unauthorised, "not signed in");
}

void DashboardSockets::snapshot_later(const TenantId& tenant, Dashboards::ViewerId viewer) {
  const bool taken = workers_.post([this, tenant, viewer] {
    const auto draft = dashboards_.begin_snapshot(tenant, viewer);
    if (!draft) return;
    try {
      dashboards_.finish_snapshot(tenant, *draft, hubs_.live(tenant));
    } catch (const std::exception& broken) {
      log_.error("a snapshot could not be made", {{"error", broken.what()}});
      dashboards_.give_up(tenant, *draft);
    }
  });
  if (!taken) dashboards_.ask_again(tenant, viewer);
}

void DashboardSockets::tick() {
  for (const auto& [tenant, viewer] : dashboards_.caught_up()) snapshot_later(tenant, viewer);
}

}  // namespace pf
