// Hub: what the cloud says. Before its proof only the opening is listened to.
#include <utility>

#include "hub/core/fit.hpp"
#include "hub/core/hub.hpp"
#include "protocol/json.hpp"

namespace pf::hub {
namespace {

// Enough of a message to answer it, where the rest cannot be read.
struct Addressed {
  std::optional<CommandId> command_id;
  FIELDS(command_id)
};

bool is_of_opening(const CloudToHub& message) {
  return std::holds_alternative<HubChallenge>(message) ||
         std::holds_alternative<HubClaimed>(message) ||
         std::holds_alternative<CloudHello>(message) || std::holds_alternative<WireError>(message);
}

const Refusal print_starting{"print_starting", "A print is being started; try again in 5 minutes."};

}  // namespace

void Hub::on(const CloudText& text, Instant now, Output& out) {
  if (text.text.size() > hub_frame_bytes_max) {
    return refuse_text({}, "too_large", "A frame has at most 64 KiB.", out);
  }
  const auto message = json::decode_message<CloudToHub>(text.text);
  if (!message) {
    const bool unknown = message.error().field == "type";
    return refuse_text(text.text, unknown ? "unknown_type" : "malformed", message.error().text(),
                       out);
  }
  if (!out.online && !is_of_opening(*message)) {
    return session_.refuse("a message before the cloud's proof", out);
  }
  std::visit([&](const auto& one) { on(one, now, out); }, *message);
}

void Hub::refuse_text(std::string_view text, std::string code, std::string says, Output& out) {
  log_.warning("a message of the cloud was refused", {{"code", code}, {"says", says}});
  WireError error;
  error.code = std::move(code);
  error.text = fit<Text<0, 300>>(says);
  if (const auto addressed = json::decode<Addressed>(text); addressed && addressed->command_id) {
    error.in_reply_to = addressed->command_id->value;
  } else if (const auto type = json::message_type(text); type) {
    error.in_reply_to = fit<Text<0, 64>>(*type);
    if (*type == WireError::type) return;  // An error is never answered.
  }
  out.send(error);
}

// ---- opening ----

HelloFacts Hub::hello_facts() const {
  return {ledger_.journal_id(), ledger_.event_high(), vitals_ ? vitals_->free_heap : 0};
}

void Hub::on(const HubChallenge& challenge, Instant now, Output& out) {
  session_.on(challenge, hello_facts(), now, out);
}

void Hub::on(const HubClaimed& claimed, Instant now, Output& out) {
  session_.on(claimed, hello_facts(), now, out);
}

void Hub::on(const CloudHello& hello, Instant now, Output& out) {
  if (!session_.on(hello, now, out)) return;
  time_.learn(hello.server_time, now);
  ledger_.restart_sending();
  ledger_.acknowledge(ledger_.journal_id(), hello.event_ack);
  if (state_.store_incarnation != hello.store_incarnation) {
    new_incarnation_ = hello.store_incarnation;
    ledger_.report_all();  // The cloud's memory is another one: it may have forgotten.
  }
  for (const auto& printer : printers_.all()) printer->pacing().restart();
  hub_status_sent_.reset();
}

// Kept only when all was sent, so that a connection lost on the way sends it again.
void Hub::keep_incarnation(Output& out) {
  if (!new_incarnation_ || !ledger_.all_reported()) return;
  state_.store_incarnation = std::exchange(new_incarnation_, std::nullopt);
  save(out);
}

// ---- commands ----

bool Hub::refuse_epoch(std::string_view command_id, std::int64_t epoch, Output& out) {
  if (epoch >= state_.last_epoch) return false;
  acks_.refuse_once(command_id, {"lower_epoch", "The command is of an earlier connection."}, out);
  return true;
}

void Hub::on(const PrintersConfig& config, Instant now, Output& out) {
  printers_.replace(config, now, out);
}

void Hub::on(const EventAck& ack, Instant, Output&) {
  ledger_.acknowledge(ack.journal_id, ack.upto);
}

void Hub::on(const ConfigurePrinter& command, Instant now, Output& out) {
  if (refuse_epoch(command.command_id, command.epoch, out)) return;
  acks_.answer(command.command_id, printers_.change(command, now, out), out);
}

void Hub::on(const PrintCommand& command, Instant now, Output& out) {
  const bool start = command.action == PrintAction::start;
  const CommandAck* known = acks_.find(command.command_id);
  // A start that was accepted goes on to be reported again; anything else is not done twice.
  if (known && !(start && known->success)) return out.send(*known);
  if (refuse_epoch(command.command_id, command.epoch, out)) return;
  if (start) return acks_.answer(command.command_id, attempts_.order(command, now), out);
  controls_.order(command, printers_.find(command.printer_id), time_, now, acks_, out);
}

void Hub::on(const JobCancel& command, Instant now, Output& out) {
  if (refuse_epoch(command.command_id, command.epoch, out)) return;
  acks_.answer(command.command_id, attempts_.cancel(command, now, out), out);
}

void Hub::on(const AttemptResolve& command, Instant now, Output& out) {
  if (const CommandAck* known = acks_.find(command.command_id)) return out.send(*known);
  if (refuse_epoch(command.command_id, command.epoch, out)) return;
  acks_.answer(command.command_id, attempts_.resolve(command, now), out);
}

void Hub::on(const JobQuery& command, Instant, Output& out) {
  if (command.epoch && refuse_epoch(command.command_id, *command.epoch, out)) return;
  acks_.answer(command.command_id, attempts_.query(command), out);
}

void Hub::on(const FileUrl& url, Instant now, Output& out) {
  if (attempts_.on(url, now, out)) return;
  out.send(
      WireError{FileUrl::type, "unknown_attempt", "No file is being brought for that attempt."});
}

void Hub::on(const DiscoverPrinters& command, Instant, Output& out) {
  Discover discover{command.command_id.value, std::nullopt};
  if (command.address) discover.address = command.address->value;
  out.ask(std::move(discover));
  acks_.accept(command.command_id, out);
}

void Hub::on(const PinAccept& command, Instant now, Output& out) {
  acks_.answer(command.command_id, printers_.accept_pin(command, now, out), out);
}

void Hub::on(const HubCommand& command, Instant now, Output& out) {
  const auto& id = command.command_id;
  if (const CommandAck* known = acks_.find(id)) return out.send(*known);
  if (command.epoch && refuse_epoch(id, *command.epoch, out)) return;
  if (command.not_after && time_.at(now) > *command.not_after) {
    return acks_.refuse(id, {"too_late", "The command came too late to be carried out."}, out);
  }
  switch (command.action) {
    case HubAction::reboot: return reboot(command, out);
    case HubAction::rename:
      if (!command.name) return acks_.refuse(id, {"incomplete", "A new name is missing."}, out);
      state_.name = command.name;
      save(out);
      return acks_.accept(id, out);
    case HubAction::wipe:
      if (attempts_.is_starting()) return acks_.refuse(id, print_starting, out);
      acks_.accept(id, out);
      return wipe(out);
    case HubAction::identify: return out.ask(Identify{id.value});
    case HubAction::send_logs: return out.ask(SendLogs{id.value});
  }
}

// The acknowledgement may be lost with the connection; asked again after the boot, the hub must not
// reboot for ever.
void Hub::reboot(const HubCommand& command, Output& out) {
  if (state_.last_reboot == command.command_id) return acks_.accept(command.command_id, out);
  if (attempts_.is_starting()) return acks_.refuse(command.command_id, print_starting, out);
  state_.last_reboot = command.command_id;
  save(out);
  acks_.accept(command.command_id, out);
  reboot_after_ = ledger_.everything();
}

// The identity stays; a new claim gives a new secret.
void Hub::wipe(Output& out) {
  log_.warning("wiping secret, printers and journal", {{"hub_id", state_.hub_id}});
  printers_.forget_all(out);
  attempts_.forget_all();
  ledger_.wipe(random_);
  StoredState clean;
  clean.hub_id = state_.hub_id;
  clean.boot_count = state_.boot_count;
  state_ = std::move(clean);
  save(out);
  session_.refuse("wiped", out);
  out.online = false;
  reboot_after_ = ledger_.everything();
}

void Hub::on(const WireError& error, Instant, Output&) {
  log_.warning("the cloud refused a message", {{"code", error.code}, {"says", error.text}});
}

}  // namespace pf::hub
