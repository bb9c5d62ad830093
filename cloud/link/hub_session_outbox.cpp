// HubSession: what waits in the outbox for its hub, sent after the commit and again until answered.
#include "cloud/link/hub_session.hpp"

namespace pf {
namespace {

constexpr Seconds resend_after{10};
constexpr Seconds outbox_floor{60};

}  // namespace

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
    send_text(*message);
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
    case CommandKind::discover_printers: {
      auto message = json::decode<DiscoverPrinters>(row.payload);
      if (!message) return std::nullopt;
      message->command_id = row.command.id;
      return json::encode(*message);
    }
  }
  return std::nullopt;
}

bool HubSession::wants_outbox(Instant now_is) const {
  if (stage_ != Stage::open) return false;
  const auto since = now_is.since_start - Milliseconds{outbox_looked_ms_};
  return since > outbox_floor || (has_unanswered_ && since > resend_after);
}

}  // namespace pf
