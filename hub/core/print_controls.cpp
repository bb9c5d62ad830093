#include "hub/core/print_controls.hpp"

#include <algorithm>

#include "hub/core/start_gate.hpp"

namespace pf::hub {
namespace {

// Some firmware drops what it does not want to hear without a word.
const Refusal no_answer{"no_answer",
                        "The printer did not answer, and shows no effect yet. If it goes on "
                        "so, look whether Developer Mode is on, or press it at the printer."};

bool shows(PrintAction action, const PrintObservation& seen) {
  if (!seen.known) return false;
  switch (action) {
    case PrintAction::pause: return seen.gcode_state == "PAUSE";
    case PrintAction::resume: return seen.active && seen.gcode_state != "PAUSE";
    case PrintAction::stop: return !seen.active;
    case PrintAction::start: return false;
  }
  return false;
}

}  // namespace

std::optional<Refusal> refuse_control(const PrintCommand& command, const Printer* printer,
                                      std::optional<Millis> server_now) {
  if (!server_now || *server_now > command.not_after) {
    return Refusal{"expired", "The command came too late to be carried out safely."};
  }
  if (!printer) return Refusal{"unknown_printer", "This hub does not have that printer."};
  if (printer->settings().assignment != command.assignment) {
    return Refusal{"wrong_assignment", "The printer has been assigned anew since."};
  }
  if (!command.print_id && !command.start_token) {
    return Refusal{"incomplete", "The command must name the print it means."};
  }
  if (!printer->connected() || !printer->seen().known) {
    return Refusal{"not_connected", "The printer is not connected."};
  }
  const auto& run = printer->print_run().run();
  if (!run || !run->open) return Refusal{"not_printing", "The printer is not printing."};
  const bool meant = (!command.print_id || *command.print_id == run->print_id) &&
                     (!command.start_token || command.start_token == run->start_token);
  if (!meant) return Refusal{"other_print", "The printer prints something else by now."};
  return std::nullopt;
}

void PrintControls::order(const PrintCommand& command, Printer* printer, const ServerTime& time,
                          Instant now, CommandAcks& acks, Output& out) {
  for (const auto& one : waiting_) {
    if (command.command_id == std::string_view(one.command_id)) return;  // Sent; its answer is due.
  }
  if (const auto refusal = refuse_control(command, printer, time.at(now))) {
    return acks.refuse(command.command_id, *refusal, out);
  }
  if (waiting_.size() >= controls_waiting_max) {
    return acks.refuse(command.command_id, {"busy", "Too many commands wait for printers."}, out);
  }
  if (!printer->control(command.action, now, out)) {
    return acks.refuse(command.command_id, {"not_connected", "The printer is not connected."}, out);
  }
  waiting_.push_back({command.command_id.value, std::string(printer->serial()), command.action,
                      now + control_answer_deadline});
}

void PrintControls::on(const Printer& printer, const CommandAnswered& answer, CommandAcks& acks,
                       Output& out) {
  const auto waiting = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& one) {
    return one.printer_id == printer.serial() && one.action == answer.action;
  });
  if (waiting == waiting_.end()) return;
  if (answer.developer_mode_off) {
    acks.refuse(waiting->command_id, developer_mode_off(printer.developer_mode_help()), out);
  } else if (answer.accepted) {
    acks.accept(waiting->command_id, out);
  } else {
    acks.refuse(waiting->command_id,
                {"refused_by_printer", "The printer refused: " + answer.reason}, out);
  }
  waiting_.erase(waiting);
}

void PrintControls::tick(Instant now, Printers& printers, CommandAcks& acks, Output& out) {
  for (const auto& one : waiting_) {
    if (now <= one.deadline) continue;
    const Printer* printer = printers.find(one.printer_id);
    if (printer && shows(one.action, printer->seen())) {
      acks.accept(one.command_id, out);
    } else if (printer && printer->developer_mode() == DeveloperMode::off) {
      acks.refuse(one.command_id, developer_mode_off(printer->developer_mode_help()), out);
    } else {
      acks.refuse(one.command_id, no_answer, out);
    }
  }
  std::erase_if(waiting_, [&](const auto& one) { return now > one.deadline; });
}

}  // namespace pf::hub
