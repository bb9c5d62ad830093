// All hubs that are connected to this server: accepts their sockets, knows the current session of
// each, and is the HubLink through which the domain wakes the outbox.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cloud/link/hub_session.hpp"
#include "cloud/ports/hub_link.hpp"

namespace pf {

class HubSessions final : public SocketAcceptor, public HubSessionOwner {
 public:
  HubSessions(HubSessionRooms rooms, Workers& workers) : rooms_(rooms), workers_(workers) {}

  std::unique_ptr<SocketHandler> accept(std::shared_ptr<SocketPeer> peer,
                                        const SocketRequest& request) override;
  void wake(const std::string& hub_id);
  void dismiss(const std::string& hub_id);
  // About once a second: slow openings, unanswered messages.
  void tick(Instant now);
  std::size_t open_count() const;
  // For a planned restart: each connection that asks is told another time to come back, evenly
  // spread, so that the hubs arrive no faster than the server opens sessions.
  Milliseconds next_return();

  void opened(const std::shared_ptr<HubSession>& session) override;
  bool closed(const HubSession& session) override;

 private:
  HubSessionRooms rooms_;
  Workers& workers_;
  std::shared_ptr<HubSession> session_of(const std::string& hub_id) const;

  struct Known {
    mutable std::mutex mutex;
    std::map<std::string, std::shared_ptr<HubSession>, std::less<>> open;
    std::vector<std::weak_ptr<HubSession>> opening;
    std::int64_t returns_given = 0;
  } known_;
};

// Given to the domain before the sessions exist: main closes the circle once both stand.
class WakeHubs final : public HubLink {
 public:
  void connect(HubSessions& sessions) { sessions_ = &sessions; }
  void wake(const std::string& hub_id) override {
    if (sessions_) sessions_->wake(hub_id);
  }
  void dismiss(const std::string& hub_id) override {
    if (sessions_) sessions_->dismiss(hub_id);
  }

 private:
  HubSessions* sessions_ = nullptr;
};

}  // namespace pf
