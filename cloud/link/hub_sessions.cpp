#include "cloud/link/hub_sessions.hpp"

namespace pf {
namespace {

// The first comes back when a server has usually started again, the others one by one: a hundred a
// second, which leaves a core to everything else.
constexpr Milliseconds first_return{1'000};
constexpr Milliseconds between_returns{10};
// No hub waits longer than after an unplanned end; from there on they share the slots.
constexpr Milliseconds last_return{300'000};

class HubSocket final : public SocketHandler {
 public:
  HubSocket(std::shared_ptr<HubSession> session, HubSessions& sessions)
      : session_(std::move(session)), sessions_(sessions) {}

  void on_text(std::string_view text) override { session_->on_text(text); }
  void on_binary(std::string_view frame) override { session_->on_binary(frame); }
  void on_drain() override { session_->say_restart(sessions_.next_return()); }
  void on_closed() override { session_->on_closed(); }

 private:
  std::shared_ptr<HubSession> session_;
  HubSessions& sessions_;
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
  return std::make_unique<HubSocket>(std::move(session), *this);
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

std::shared_ptr<HubSession> HubSessions::session_of(const std::string& hub_id) const {
  const std::lock_guard lock(known_.mutex);
  const auto found = known_.open.find(hub_id);
  return found == known_.open.end() ? nullptr : found->second;
}

void HubSessions::wake(const std::string& hub_id) {
  if (const auto session = session_of(hub_id)) session->send_outbox();
}

void HubSessions::dismiss(const std::string& hub_id) {
  if (const auto session = session_of(hub_id)) session->dismiss();
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

Milliseconds HubSessions::next_return() {
  const std::lock_guard lock(known_.mutex);
  const auto slots = (last_return - first_return) / between_returns;
  return first_return + between_returns * (known_.returns_given++ % slots);
}

std::size_t HubSessions::open_count() const {
  const std::lock_guard lock(known_.mutex);
  return known_.open.size();
}

}  // namespace pf
