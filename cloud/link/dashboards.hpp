// Open browsers: one room per organisation, in which everything that changed during a tick becomes
// one frame, encoded once and shared by all. A browser that reads too slowly is skipped and gets a
// fresh snapshot when it has caught up: always the latest, never an endless backlog.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/log.hpp"
#include "cloud/domain/hubs/hubs.hpp"
#include "cloud/domain/printers/live.hpp"
#include "cloud/ports/live_feed.hpp"
#include "cloud/ports/sockets.hpp"
#include "cloud/ports/workers.hpp"

namespace pf {

inline constexpr Milliseconds dashboard_tick{50};
inline constexpr std::size_t dashboard_backlog_bytes_max = 256 * 1024;
inline constexpr std::size_t changed_per_tick_max = 5'000;

class Dashboards final : public LiveFeed {
 public:
  Dashboards(LivePrinters& live, const Clock& clock) : live_(live), clock_(clock) {}

  // ---- LiveFeed: from any thread, cheap ----
  void changed(const TenantId& tenant, ChangedKind kind, const std::string& id) override;
  void printer_touched(const TenantId& tenant, const std::string& printer_id) override;
  void hub_touched(const TenantId& tenant, const LiveHub& hub) override;
  void transfer(const TenantId& tenant, const LiveTransfer& transfer) override;

  // Every dashboard_tick: builds and sends each room's frame.
  void tick();

  // ---- for the sockets ----
  using ViewerId = std::uint64_t;
  // Hears nothing until its snapshot was sent.
  ViewerId join(const TenantId& tenant, std::shared_ptr<SocketPeer> peer);
  void leave(const TenantId& tenant, ViewerId viewer);
  // To this viewer and to all others of its room that wait for one: those that lag, lag together,
  // and a large farm's snapshot is dear.
  void send_snapshot(const TenantId& tenant, ViewerId viewer, std::vector<LiveHub> hubs);
  // False: it has left, or somebody else's snapshot was sent to it as well.
  bool waits_for_snapshot(const TenantId& tenant, ViewerId viewer);
  // Those that lagged and have caught up since; they want a snapshot.
  std::vector<std::pair<TenantId, ViewerId>> caught_up();
  // Its snapshot could not be made: let caught_up() name it again.
  void ask_again(const TenantId& tenant, ViewerId viewer);
  std::size_t viewer_count() const;

 private:
  struct Viewer {
    std::shared_ptr<SocketPeer> peer;
    bool current = false;  // Has had a snapshot and every frame since.
    bool asked = false;    // Its snapshot is being made.
  };
  struct Room {
    mutable std::mutex mutex;
    std::int64_t seq = 0;
    std::map<ViewerId, Viewer> viewers;
    std::unordered_set<std::string> printers;
    std::map<std::string, LiveHub> hubs;
    std::map<std::string, LiveTransfer> transfers;
    std::set<std::pair<ChangedKind, std::string>> changed;
  };
  Room& room_of(const TenantId& tenant);
  static bool waits(const Room& room, ViewerId viewer);
  std::vector<std::pair<TenantId, Room*>> rooms();
  void tick_room(const TenantId& tenant, Room& room);

  LivePrinters& live_;
  const Clock& clock_;
  struct Rooms {
    mutable std::mutex mutex;
    std::map<TenantId, std::unique_ptr<Room>> by_tenant;  // Never removed: as many as tenants seen.
    ViewerId next_viewer = 1;
  } rooms_;
};

// The sockets of /ws/dashboard: a cookie proves who it is, or the first message does.
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

 private:
  friend class DashboardSocket;
  struct Seat;
  // On a worker: who a token belongs to may take a question to the database.
  void admit_later(std::shared_ptr<Seat> seat, std::string token);
  void enter(Seat& seat, const TenantId& tenant);
  void leave(Seat& seat);
  void refuse(Seat& seat, std::string_view code, std::string says);
  void snapshot_later(const TenantId& tenant, Dashboards::ViewerId viewer);

  Dashboards& dashboards_;
  Hubs& hubs_;
  Workers& workers_;
  CallerOf caller_of_;
  Log& log_;
};

}  // namespace pf
