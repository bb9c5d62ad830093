#include "cloud/link/hub_session.hpp"

#include "crypto/text.hpp"
#include "protocol/json.hpp"

namespace pf {
namespace {

constexpr Seconds lease_renewal{30};
constexpr Seconds resend_after{10};
constexpr Seconds outbox_floor{60};
constexpr int close_internal_error = 1011;
constexpr int close_overloaded = 1013;

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

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

template <class Message>
void HubSession::send(const Message& message) {
  peer_->send(std::make_shared<const std::string>(json::encode(message)));
}

void HubSession::refuse(std::string_view in_reply_to, std::string_view code,
                        std::string_view text) {
  WireError error;
  error.in_reply_to = Text<0, 64>(in_reply_to);
  error.code = code;
  error.text = text.substr(0, 300);
  send(error);
}

// Runs on the serial queue. A database that fails ends the connection: the hub comes back and says
// again what was not acknowledged, so nothing is lost.
template <class Work>
void HubSession::enqueue(Work work) {
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
  if (stage_ == Stage::opening) return on_opening_text(text);
  auto message = json::decode_message<HubToCloud>(text);
  if (!message) return refuse("", "bad_message", message.error().text());
  handle(std::move(*message));
  const auto now_is = rooms_.clock.now();
  if (now_is - lease_renewed_at_ > lease_renewal) {
    lease_renewed_at_ = now_is;
    enqueue([](HubSession& self) { self.renew_lease(std::nullopt); });
  }
}

void HubSession::on_opening_text(std::string_view text) {
  auto message = json::decode_message<HubToCloud>(text);
  if (!message) return refuse("", "bad_message", message.error().text());
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
  const auto claimed = rooms_.hubs.claim(claim);
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
  learn_printers();

  CloudHello welcome;
  welcome.session_id = grant_.session_id;
  welcome.server_time = rooms_.clock.unix_now().milliseconds;
  welcome.epoch = grant_.epoch;
  welcome.store_incarnation = grant_.store_incarnation;
  welcome.event_ack = grant_.event_ack;
  welcome.proof = grant_.proof;
  send(welcome);
  const auto config = rooms_.printers.config_of(grant_.tenant, grant_.hub_id);
  if (config.generation != hello.config_generation) send(config);

  Stage expected = Stage::opening;
  if (!stage_.compare_exchange_strong(expected, Stage::open)) {
    // It closed while the database was asked; nobody else will say that it went away.
    return rooms_.hubs.went_away(grant_.tenant, grant_.hub_id, grant_.epoch);
  }
  rooms_.log.info("hub connected", {{"hub_id", grant_.hub_id}, {"epoch", grant_.epoch}});
  owner_.opened(shared_from_this());
  send_waiting_rows();
}

void HubSession::learn_printers() {
  auto routes = rooms_.printers.routes_of(grant_.tenant, grant_.hub_id);
  const std::lock_guard lock(routes_.mutex);
  routes_.by_serial.clear();
  for (auto& route : routes) {
    auto serial = route.serial_number.value;
    routes_.by_serial.emplace(std::move(serial), std::move(route));
  }
}

void HubSession::handle(HubToCloud&& message) {
  std::visit(
      Overloaded{
          [&](PrinterStatusMessage&& status) { on_status(std::move(status)); },
          [&](FileProgress&& progress) {
            rooms_.jobs.on_file_progress(grant_.tenant, progress);
            rooms_.feed.transfer(grant_.tenant, {progress.job_id, progress.stage,
                                                 progress.bytes_sent, progress.bytes_total});
          },
          [&](HubHello&&) { refuse(HubHello::type, "open_already", "The hello was accepted."); },
          [&](HubClaim&&) { refuse(HubClaim::type, "open_already", "The hub is claimed."); },
          [&](PrintersDiscovered&& found) {
            rooms_.log.info("printers discovered",
                            {{"hub_id", grant_.hub_id},
                             {"count", static_cast<std::int64_t>(found.printers.size())}});
          },
          [&](WireError&& error) {
            rooms_.log.warning("a hub refused a message", {{"hub_id", grant_.hub_id},
                                                           {"code", error.code.value},
                                                           {"text", error.text.value}});
          },
          [&](auto durable) { later(std::move(durable)); },
      },
      std::move(message));
}

template <class Message>
void HubSession::later(Message message) {
  enqueue([message = std::move(message)](HubSession& self) { self.now(message); });
}

void HubSession::on_status(PrinterStatusMessage&& message) {
  std::string printer_id;
  {
    const std::lock_guard lock(routes_.mutex);
    const auto route = routes_.by_serial.find(message.printer_id.value);
    const bool ours =
        route != routes_.by_serial.end() && route->second.assignment == message.assignment;
    if (ours) printer_id = route->second.printer_id;
  }
  if (printer_id.empty()) {
    return refuse(PrinterStatusMessage::type, "unknown_printer",
                  "This hub has no such printer, or it was assigned anew.");
  }
  const auto fingerprint = message.connection.fingerprint;
  const auto print = message.print;
  const auto observed = rooms_.live.observe(grant_.tenant, printer_id, std::move(message),
                                            rooms_.clock.unix_now().milliseconds);
  if (observed.stale) return;
  rooms_.feed.printer_touched(grant_.tenant, printer_id);
  // Only what lasts touches the database, and only when it is new.
  if (observed.new_fingerprint && fingerprint && !fingerprint->empty()) {
    enqueue([printer_id, key = fingerprint->value](HubSession& self) {
      self.rooms_.printers.remember_fingerprint(self.grant_.tenant, printer_id, key);
    });
  }
  if (observed.print_changed && print) {
    enqueue([printer_id, print = *print](HubSession& self) {
      self.rooms_.printers.print_changed(self.grant_.tenant, printer_id, print);
    });
  }
}

void HubSession::now(const CommandAck& ack) {
  sent_.erase(ack.command_id.value);
  rooms_.jobs.on_command_ack(grant_.tenant, grant_.hub_id, ack);
}

void HubSession::now(const JobEvent& event) {
  rooms_.jobs.on_job_event(grant_.tenant, grant_.hub_id, event);
  acknowledge(event.journal_id, event.seq);
}

void HubSession::now(const PrintEvent& event) {
  rooms_.jobs.on_print_event(grant_.tenant, grant_.hub_id, event);
  acknowledge(event.journal_id, event.seq);
}

void HubSession::acknowledge(const Text<1, 64>& journal_id, std::int64_t seq) {
  send(EventAck{journal_id, seq});
}

void HubSession::now(const FileUrlRequest& request) {
  if (const auto url = rooms_.jobs.file_url(grant_.tenant, grant_.hub_id, request)) {
    return send(*url);
  }
  refuse(FileUrlRequest::type, "no_such_attempt", "There is no open attempt of that number.");
}

void HubSession::now(const HubStatus& status) { renew_lease(status); }

void HubSession::renew_lease(const std::optional<HubStatus>& status) {
  if (rooms_.hubs.renew_lease(grant_.tenant, grant_.hub_id, grant_.epoch, status)) return;
  supersede();
}

void HubSession::send_outbox() {
  if (stage_ != Stage::open) return;
  enqueue([](HubSession& self) { self.send_waiting_rows(); });
}

void HubSession::send_waiting_rows() {
  const auto now_is = rooms_.clock.now();
  outbox_looked_ms_ = now_is.since_start.count();
  const auto rows = rooms_.commands.unanswered(grant_.hub_id);
  has_unanswered_ = !rows.empty();
  bool configured = false;
  for (const auto& row : rows) {
    const auto before = sent_.find(row.command.id.value);
    if (before != sent_.end() && now_is - before->second < resend_after) continue;
    const auto message = message_of(row);
    if (!message) {
      // It speaks of something that is gone; what replaced it has a row of its own.
      rooms_.commands.drop(row);
      continue;
    }
    if (!rooms_.commands.mark_sent(row)) continue;
    sent_[row.command.id.value] = now_is;
    configured |= row.command.kind == CommandKind::configure_printer;
    // Known before the hub can speak of the printer.
    if (configured) learn_printers();
    peer_->send(std::make_shared<const std::string>(*message));
  }
}

std::optional<std::string> HubSession::message_of(const OutboxRow& row) {
  const auto addressed = [&](auto message) -> std::optional<std::string> {
    if (!message) return std::nullopt;
    message->command_id = row.command.id;
    message->epoch = grant_.epoch;
    return json::encode(*message);
  };
  switch (row.command.kind) {
    case CommandKind::configure_printer: return addressed(rooms_.printers.configure_message(row));
    case CommandKind::start_print:
    case CommandKind::control_print: return addressed(json::decode<PrintCommand>(row.payload));
    case CommandKind::cancel_job: return addressed(json::decode<JobCancel>(row.payload));
    case CommandKind::resolve_attempt: return addressed(json::decode<AttemptResolve>(row.payload));
    case CommandKind::query_jobs: return addressed(json::decode<JobQuery>(row.payload));
    case CommandKind::command_hub: return addressed(json::decode<HubCommand>(row.payload));
  }
  return std::nullopt;
}

bool HubSession::wants_outbox(Instant now_is) const {
  if (stage_ != Stage::open) return false;
  const auto since = now_is.since_start - Milliseconds{outbox_looked_ms_};
  return since > outbox_floor || (has_unanswered_ && since > resend_after);
}

void HubSession::supersede() { peer_->close(close_superseded, "a newer connection of this hub"); }

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
