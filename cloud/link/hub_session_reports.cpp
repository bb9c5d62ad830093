// HubSession: what an open hub says.
#include <utility>

#include "cloud/link/hub_session.hpp"
#include "protocol/binary_frames.hpp"

namespace pf {
namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

template <class Message>
void HubSession::later(Message message) {
  enqueue([message = std::move(message)](HubSession& self) { self.now(message); });
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
          [&](WireError&& error) {
            rooms_.log.warning("a hub refused a message", {{"hub_id", grant_.hub_id},
                                                           {"code", error.code.value},
                                                           {"text", error.text.value}});
          },
          [&](auto durable) { later(std::move(durable)); },
      },
      std::move(message));
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
    note_foreign_status(message.printer_id);
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

// It may be a printer that was just moved away, so it is no alarm; but whoever looks for a hub that
// serves the wrong printer finds it here.
void HubSession::note_foreign_status(const Serial& serial) {
  if (std::exchange(foreign_status_noted_, true)) return;
  rooms_.log.warning("a hub speaks of a printer that is not its own",
                     {{"hub_id", grant_.hub_id}, {"printer", serial.value}});
}

void HubSession::now(const CommandAck& ack) {
  sent_.erase(ack.command_id.value);
  const auto settled = rooms_.jobs.on_command_ack(grant_.tenant, grant_.hub_id, ack);
  if (settled && settled->kind == CommandKind::configure_printer) {
    rooms_.printers.configuration_answered(grant_.tenant, *settled);
  }
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

void HubSession::now(const PrintersDiscovered& found) {
  rooms_.hubs.keep_discovery(grant_.tenant, grant_.hub_id, found);
}

void HubSession::on_binary(std::string_view frame) {
  if (stage_ != Stage::open) return;
  if (frame.size() > hub_binary_frame_bytes_max) {
    return peer_->close(close_too_large, "a binary frame has at most 512 KiB");
  }
  const auto parts = binary_parts(frame);
  if (!parts) return refuse("", "bad_message", "A binary frame begins with a line of JSON.");
  const auto type = json::message_type(parts->header);
  const auto header = json::decode<LogFrame>(parts->header);
  if (type && *type != LogFrame::type) {
    return refuse(std::string_view(*type).substr(0, 64), "unknown_type", "Nothing takes these.");
  }
  if (!type || !header) return refuse("", "bad_message", "The header of this frame is malformed.");
  if (log_arriving_.exchange(true)) {
    return refuse(LogFrame::type, "too_many", "The last log is still being stored.");
  }
  enqueue([lines = std::string(parts->bytes)](HubSession& self) { self.keep_log(lines); });
}

void HubSession::keep_log(const std::string& lines) {
  try {
    rooms_.hubs.keep_log(grant_.tenant, grant_.hub_id, lines);
  } catch (const BlobError& broken) {  // A full disk is no reason to end the hub's connection.
    rooms_.log.error("a hub's log could not be stored",
                     {{"hub_id", grant_.hub_id}, {"error", broken.what()}});
  }
  log_arriving_ = false;
}

}  // namespace pf
