#include "cloud/link/hub_sessions.hpp"

namespace pf {
namespace {

// After a planned restart the hubs come back over half a minute, not in one instant.
constexpr Milliseconds restart_spread{30'000};

class HubSocket final : public SocketHandler {
 public:
  HubSocket(std::shared_ptr<HubSession> session, Random& random)
      : session_(std::move(session)), random_(random) {}

  void on_text(std::string_view text) override { session_->on_text(text); }
  void on_binary(std::string_view) override {}  // Pictures and logs: nobody asks for them yet.
  void on_drain() override {
    const auto spread = static_cast<std::uint64_t>(restart_spread.count());
    session_->say_restart(Milliseconds{random_.below(spread)});
  }
  void on_closed() override { session_->on_closed(); }

 private:
  std::shared_ptr<HubSession> session_;
  Random& random_;
};

}  // namespace

std::unique_ptr<SocketHandler> HubSessions::accept(std::shared_ptr<SocketPeer> peer,
                                                   const SocketRequest& request) {
  auto session =
      std::make_shared<HubSession>(rooms_, *this, workers_, std::move(peer), request.host);
  {
    const std::lock_guard lock(known_.mutex);
    known_.opening.push_back(session);
  }
  session->begin();
  return std::make_unique<HubSocket>(std::move(session), rooms_.random);
}

void HubSessions::opened(const std::shared_ptr<HubSession>& session) {
  // Two openings may overlap; the later epoch is the hub's, whichever finished first.
  std::shared_ptr<HubSession> loser = session;
  {
    const std::lock_guard lock(known_.mutex);
    auto& current = known_.open[session->hub_id()];
    if (!current || current->epoch() < session->epoch()) std::swap(current, loser);
  }
  if (loser) loser->supersede();
}

bool HubSessions::closed(const HubSession& session) {
  const std::lock_guard lock(known_.mutex);
  const auto found = known_.open.find(session.hub_id());
  if (found == known_.open.end() || found->second.get() != &session) return false;
  known_.open.erase(found);
  return true;
}

void HubSessions::wake(const std::string& hub_id) {
  std::shared_ptr<HubSession> session;
  {
    const std::lock_guard lock(known_.mutex);
    const auto found = known_.open.find(hub_id);
    if (found == known_.open.end()) return;
    session = found->second;
  }
  session->send_outbox();
}

void HubSessions::tick(Instant now) {
  std::vector<std::shared_ptr<HubSession>> due;
  {
    const std::lock_guard lock(known_.mutex);
    std::erase_if(known_.opening, [&](const std::weak_ptr<HubSession>& opening) {
      const auto session = opening.lock();
      return !session || !session->still_opening(now);
    });
    for (const auto& [id, session] : known_.open) {
      if (session->wants_outbox(now)) due.push_back(session);
    }
  }
  for (const auto& session : due) session->send_outbox();
}

std::size_t HubSessions::open_count() const {
  const std::lock_guard lock(known_.mutex);
  return known_.open.size();
}

}  // namespace pf
