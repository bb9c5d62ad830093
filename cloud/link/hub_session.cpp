#include "cloud/link/hub_session.hpp"

#include <utility>

#include "crypto/text.hpp"
#include "protocol/json.hpp"

namespace pf {
namespace {

constexpr Seconds lease_renewal{30};
constexpr int close_internal_error = 1011;
constexpr int close_overloaded = 1013;

}  // namespace

HubSession::HubSession(HubSessionRooms& rooms, HubSessionOwner& owner, Workers& workers,
                       std::shared_ptr<SocketPeer> peer, std::string host)
    : rooms_(rooms),
      owner_(owner),
      peer_(std::move(peer)),
      queue_(std::make_shared<SerialQueue>(workers)),
      host_(std::move(host)),
      began_at_(rooms.clock.now()),
      nonce_(crypto::hex(rooms.random.bytes(32))) {}

void HubSession::send_text(std::string text) {
  peer_->send(std::make_shared<const std::string>(std::move(text)));
}

void HubSession::refuse(std::string_view in_reply_to, std::string_view code,
                        std::string_view text) {
  WireError error;
  if (!in_reply_to.empty()) error.in_reply_to = Text<0, 64>(in_reply_to);
  error.code = code;
  error.text = text.substr(0, 300);
  send(error);
}

void HubSession::refuse_text(std::string_view text, const json::Fault& fault) {
  const auto type = json::message_type(text);
  if (type && *type == WireError::type) return;  // An error is never answered.
  const bool unknown = fault.field == "type";
  refuse(type ? std::string_view(*type).substr(0, 64) : "",
         unknown ? "unknown_type" : "bad_message", fault.text());
}

// Runs on the serial queue. A database that fails ends the connection: the hub comes back and says
// again what was not acknowledged, so nothing is lost.
void HubSession::enqueue(std::function<void(HubSession&)> work) {
  const bool taken = queue_->post([self = shared_from_this(), work = std::move(work)] {
    try {
      work(*self);
    } catch (const std::exception& broken) {
      self->rooms_.log.error("a hub's message could not be handled",
                             {{"hub_id", self->grant_.hub_id}, {"error", broken.what()}});
      self->peer_->close(close_internal_error, "try again");
    }
  });
  if (!taken) peer_->close(close_overloaded, "too much at once");
}

void HubSession::begin() {
  HubChallenge challenge;
  challenge.nonce = nonce_;
  challenge.host = host_;
  challenge.server_time = rooms_.clock.unix_now().milliseconds;
  send(challenge);
}

bool HubSession::still_opening(Instant now) {
  if (stage_ != Stage::opening) return false;
  if (now - began_at_ < Seconds{handshake_seconds}) return true;
  peer_->close(close_too_slow, "no valid hello in time");
  return false;
}

void HubSession::on_text(std::string_view text) {
  if (stage_ == Stage::closed) return;
  if (text.size() > hub_frame_bytes_max) {
    return peer_->close(close_too_large, "a frame has at most 64 KiB");
  }
  if (stage_ == Stage::opening) return on_opening_text(text);
  auto message = json::decode_message<HubToCloud>(text);
  if (!message) return refuse_text(text, message.error());
  handle(std::move(*message));
  const auto now_is = rooms_.clock.now();
  if (now_is - lease_renewed_at_ > lease_renewal) {
    lease_renewed_at_ = now_is;
    enqueue([](HubSession& self) { self.renew_lease(std::nullopt); });
  }
}

void HubSession::on_opening_text(std::string_view text) {
  auto message = json::decode_message<HubToCloud>(text);
  if (!message) return refuse_text(text, message.error());
  if (auto* wanted = std::get_if<HubClaim>(&*message)) {
    enqueue([claim = std::move(*wanted)](HubSession& self) { self.claim(claim); });
  } else if (auto* hello = std::get_if<HubHello>(&*message); hello && !hello_given_) {
    hello_given_ = true;
    enqueue([hello = std::move(*hello)](HubSession& self) { self.hello(hello); });
  } else {
    refuse("", "not_open", "Say hub_hello first.");
  }
}

void HubSession::claim(const HubClaim& claim) {
  const auto claimed = rooms_.hubs.claim(claim, peer_->address());
  if (claimed) return send(*claimed);
  refuse(HubClaim::type, "claim_refused", claimed.error().says);
  peer_->close(close_unauthorised, "claim refused");
}

void HubSession::hello(const HubHello& hello) {
  auto grant = rooms_.hubs.accept(hello, host_, nonce_);
  if (!grant) {
    const bool cloned = grant.error() == HelloRefusal::cloned;
    rooms_.log.warning(cloned ? "a hub's copy was refused" : "an unknown hub was refused",
                       {{"hub_id", hello.hub_id.value}, {"address", peer_->address()}});
    return peer_->close(close_unauthorised, cloned ? "cloned" : "unknown hub or wrong signature");
  }
  grant_ = std::move(*grant);
  rooms_.live.count_anew(grant_.tenant, learn_printers());

  CloudHello welcome;
  welcome.session_id = grant_.session_id;
  welcome.server_time = rooms_.clock.unix_now().milliseconds;
  welcome.epoch = grant_.epoch;
  welcome.store_incarnation = grant_.store_incarnation;
  welcome.event_ack = grant_.event_ack;
  welcome.proof = grant_.proof;
  const auto config = rooms_.printers.config_of(grant_.tenant, grant_.hub_id);

  // Open before the welcome leaves: a hub speaks as soon as it has heard it.
  Stage expected = Stage::opening;
  if (!stage_.compare_exchange_strong(expected, Stage::open)) {
    // It closed while the database was asked; nobody else will say that it went away.
    return rooms_.hubs.went_away(grant_.tenant, grant_.hub_id, grant_.epoch);
  }
  send(welcome);
  if (config.generation != hello.config_generation) send(config);
  rooms_.log.info("hub connected", {{"hub_id", grant_.hub_id}, {"epoch", grant_.epoch}});
  owner_.opened(shared_from_this());
  send_waiting_rows();
}

std::vector<std::string> HubSession::learn_printers() {
  auto routes = rooms_.printers.routes_of(grant_.tenant, grant_.hub_id);
  std::vector<std::string> printer_ids;
  const std::lock_guard lock(routes_.mutex);
  routes_.by_serial.clear();
  for (auto& route : routes) {
    printer_ids.push_back(route.printer_id);
    auto serial = route.serial_number.value;
    routes_.by_serial.emplace(std::move(serial), std::move(route));
  }
  return printer_ids;
}

void HubSession::renew_lease(const std::optional<HubStatus>& status) {
  if (rooms_.hubs.renew_lease(grant_.tenant, grant_.hub_id, grant_.epoch, status)) return;
  supersede();
}

void HubSession::supersede() { peer_->close(close_superseded, "a newer connection of this hub"); }

void HubSession::dismiss() {
  send(PrintersConfig{});
  peer_->close(close_unauthorised, "released");
}

void HubSession::say_restart(Milliseconds retry_after) {
  peer_->close(close_restart, "{\"retry_after_ms\":" + std::to_string(retry_after.count()) + "}");
}

void HubSession::on_closed() {
  const auto before = stage_.exchange(Stage::closed);
  if (before != Stage::open || !owner_.closed(*this)) return;
  std::vector<std::string> printer_ids;
  {
    const std::lock_guard lock(routes_.mutex);
    for (const auto& [serial, route] : routes_.by_serial) printer_ids.push_back(route.printer_id);
  }
  rooms_.live.hub_lost(grant_.tenant, printer_ids, rooms_.clock.unix_now().milliseconds);
  for (const auto& id : printer_ids) rooms_.feed.printer_touched(grant_.tenant, id);
  enqueue([](HubSession& self) {
    self.rooms_.hubs.went_away(self.grant_.tenant, self.grant_.hub_id, self.grant_.epoch);
  });
  rooms_.log.info("hub disconnected", {{"hub_id", grant_.hub_id}});
}

}  // namespace pf
