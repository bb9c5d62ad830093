// Open browsers: one room per organisation, in which everything that changed during a tick becomes
// one frame, encoded once and shared by all. A browser that reads too slowly is skipped and gets a
// fresh snapshot when it has caught up: always the latest, never an endless backlog.
//
// A large farm's snapshot takes longer to make than a tick, so nothing is locked meanwhile: from
// the moment its making begins, before anything is read for it, the frames of the ticks are kept
// for those who wait, and follow it. What they say twice does no harm; what is left out would.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/time.hpp"
#include "cloud/domain/printers/live.hpp"
#include "cloud/ports/live_feed.hpp"
#include "cloud/ports/sockets.hpp"

namespace pf {

inline constexpr Milliseconds dashboard_tick{50};
// A browser may lag behind by as much as the snapshot costs that it would get instead, twice over,
// but at least by this.
inline constexpr std::size_t dashboard_backlog_bytes_max = 256 * 1024;
inline constexpr std::size_t frames_kept_max = 200;  // Ten seconds of ticks.
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
  // A snapshot in the making: for this viewer and all others of its room that wait for one. Those
  // that lag, lag together, and a large farm's snapshot is dear.
  struct Draft {
    std::uint64_t number = 0;
    std::int64_t seq = 0;
  };
  // Nothing: the viewer has left, or is in somebody else's draft. Read what goes into the snapshot
  // only after this.
  std::optional<Draft> begin_snapshot(const TenantId& tenant, ViewerId viewer);
  void finish_snapshot(const TenantId& tenant, const Draft& draft, std::vector<LiveHub> hubs);
  // It could not be made: caught_up() names its viewers again.
  void give_up(const TenantId& tenant, const Draft& draft);
  // Nobody makes this viewer's snapshot: let caught_up() name it again.
  void ask_again(const TenantId& tenant, ViewerId viewer);
  // Those that lagged and have caught up since; they want a snapshot.
  std::vector<std::pair<TenantId, ViewerId>> caught_up();
  std::size_t viewer_count() const;

 private:
  using Frame = std::shared_ptr<const std::string>;
  enum class Stage {
    lagging,  // Hears nothing until its queue is empty.
    waiting,  // Somebody is to make its snapshot.
    drafted,  // Its snapshot is in the making; frames are kept for it.
    current   // Has had a snapshot and every frame since.
  };
  struct Viewer {
    std::shared_ptr<SocketPeer> peer;
    Stage stage = Stage::waiting;
    std::uint64_t draft = 0;
    std::vector<Frame> kept = {};
    std::size_t backlog_bytes_max = dashboard_backlog_bytes_max;
  };
  struct Room {
    mutable std::mutex mutex;
    std::int64_t seq = 0;
    std::uint64_t last_draft = 0;
    std::map<ViewerId, Viewer> viewers;
    std::unordered_set<std::string> printers;
    std::map<std::string, LiveHub> hubs;
    std::map<std::string, LiveTransfer> transfers;
    std::set<std::pair<ChangedKind, std::string>> changed;
  };
  Room& room_of(const TenantId& tenant);
  static void hand_out(Viewer& viewer, const Frame& frame);
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

}  // namespace pf
