// The sockets of /ws/dashboard: a cookie proves who it is, or the first message does.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "cloud/domain/auth/sessions.hpp"
#include "cloud/domain/hubs/hubs.hpp"
#include "cloud/link/dashboards.hpp"
#include "cloud/ports/workers.hpp"

namespace pf {

class DashboardSockets final : public SocketAcceptor {
 public:
  using CallerOf = std::function<std::optional<Caller>(const Visitor&, std::string_view token)>;
  DashboardSockets(Dashboards& dashboards, Hubs& hubs, Workers& workers, CallerOf caller_of,
                   Log& log)
      : dashboards_(dashboards),
        hubs_(hubs),
        workers_(workers),
        caller_of_(std::move(caller_of)),
        log_(log) {}

  std::unique_ptr<SocketHandler> accept(std::shared_ptr<SocketPeer> peer,
                                        const SocketRequest& request) override;
  // Snapshots for those that lagged; about every tick.
  void tick();
  // Shows this user's browsers and keys the door; who may still look comes back by himself.
  void on_access_changed(const AccessChanged& change);

 private:
  friend class DashboardSocket;
  struct Seat;
  // On a worker: who a token belongs to may take a question to the database.
  void admit_later(std::shared_ptr<Seat> seat, std::string token);
  void enter(const std::shared_ptr<Seat>& seat, const Caller& caller);
  void leave(Seat& seat);
  void refuse(Seat& seat, std::string_view code, std::string says);
  void snapshot_later(const TenantId& tenant, Dashboards::ViewerId viewer);

  Dashboards& dashboards_;
  Hubs& hubs_;
  Workers& workers_;
  CallerOf caller_of_;
  Log& log_;
  struct {
    std::mutex mutex;
    std::multimap<std::string, std::weak_ptr<Seat>, std::less<>> by_user;
  } seats_;
};

}  // namespace pf
