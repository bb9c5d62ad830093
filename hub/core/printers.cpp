#include "hub/core/printers.hpp"

#include <algorithm>
#include <utility>

namespace pf::hub {

void Printers::start(Instant now, Output& out) {
  for (const auto& settings : state_.printers) {
    const auto known_run = ledger_.run_of(settings.printer_id);
    printers_.push_back(std::make_unique<Printer>(settings, known_run));
    give_driver(*printers_.back(), now, out);
  }
}

void Printers::tick(Instant now, Output& out) {
  for (const auto& printer : printers_) {
    if (printer->wants_driver()) give_driver(*printer, now, out);
    printer->tick(now, out);
  }
}

Printer* Printers::find(std::string_view serial) {
  for (const auto& printer : printers_) {
    if (printer->serial() == serial) return printer.get();
  }
  return nullptr;
}

Printer* Printers::in_slot(std::uint8_t slot) {
  for (const auto& printer : printers_) {
    if (printer->slot() == slot) return printer.get();
  }
  return nullptr;
}

void Printers::replace(const PrintersConfig& config, Instant now, Output& out) {
  std::vector<std::string> gone;
  for (const auto& printer : printers_) {
    const bool kept = std::any_of(config.printers.begin(), config.printers.end(), [&](auto& one) {
      return std::string_view(one.printer_id) == printer->serial();
    });
    if (!kept) gone.emplace_back(printer->serial());
  }
  for (const auto& serial : gone) remove(serial, out);
  for (const auto& settings : config.printers) put(settings, now, out);
  state_.config_generation = config.generation;
  save(out);
  log_.info("printers configured", {{"printers", static_cast<std::int64_t>(printers_.size())},
                                    {"generation", config.generation}});
}

Acceptance Printers::change(const ConfigurePrinter& command, Instant now, Output& out) {
  if (command.generation < state_.config_generation) {
    return Refusal{"older_generation", "A newer list of printers is in force."};
  }
  Printer* known = find(command.printer.printer_id);
  if (known && command.printer.assignment < known->settings().assignment) {
    return Refusal{"wrong_assignment", "The printer has been assigned anew since."};
  }
  if (command.action == ConfigureAction::remove) {
    if (known) remove(command.printer.printer_id, out);
  } else {
    if (!known && printers_.size() >= printers_per_hub_max) {
      return Refusal{"too_many_printers", "A hub serves at most 5 printers; use another hub."};
    }
    put(command.printer, now, out);
  }
  state_.config_generation = command.generation;
  save(out);
  return Ticket{0};
}

Acceptance Printers::accept_pin(const PinAccept& command, Instant now, Output& out) {
  Printer* printer = find(command.printer_id);
  if (!printer) return Refusal{"unknown_printer", "This hub does not have that printer."};
  ConfiguredPrinter settings = printer->settings();
  settings.fingerprint = command.fingerprint.value;
  put(settings, now, out);
  save(out);
  return Ticket{0};
}

void Printers::remember_pin(Printer& printer, std::string_view fingerprint, Output& out) {
  printer.remember_pin(fingerprint);
  save(out);
  log_.info("printer's key pinned", {{"printer_id", printer.serial()}, {"key", fingerprint}});
}

void Printers::heard(const DiscoveredPrinter& found, Instant now, Output& out) {
  Printer* printer = find(found.printer_id);
  if (!printer || printer->connected()) return;
  if (printer->settings().ip_address == found.ip_address) return;
  if (!printer->move(found.ip_address, now)) return;
  log_.info("printer has a new address", {{"printer_id", printer->serial()},
                                          {"ip_address", std::string_view(found.ip_address)}});
  if (printer->wants_driver()) give_driver(*printer, now, out);
  save(out);
}

void Printers::put(const ConfiguredPrinter& settings, Instant now, Output& out) {
  Printer* printer = find(settings.printer_id);
  if (!printer) {
    const auto known_run = ledger_.run_of(settings.printer_id);
    printers_.push_back(std::make_unique<Printer>(settings, known_run));
    printer = printers_.back().get();
  } else {
    printer->change(settings);
  }
  if (printer->wants_driver()) give_driver(*printer, now, out);
}

void Printers::remove(std::string_view serial, Output& out) {
  const auto found = std::find_if(printers_.begin(), printers_.end(),
                                  [&](const auto& one) { return one->serial() == serial; });
  if (found == printers_.end()) return;
  const auto printer = std::move(*found);
  printers_.erase(found);
  printer->disconnect(out);
  ledger_.forget_run(printer->serial());
}

void Printers::forget_all(Output& out) {
  for (const auto& printer : printers_) printer->disconnect(out);
  printers_.clear();
}

void Printers::give_driver(Printer& printer, Instant now, Output& out) {
  printer.disconnect(out);
  const std::uint8_t slot = free_slot();
  auto driver = drivers_.make({slot, "printfarm", printer.settings()}, random_);
  printer.connect(slot, std::move(driver), now, out);
}

// Numbers go round, so that a slot is not soon given to another connection.
std::uint8_t Printers::free_slot() {
  while (in_slot(next_slot_)) ++next_slot_;
  return next_slot_++;
}

void Printers::save(Output& out) {
  state_.printers.value.clear();
  for (const auto& printer : printers_) state_.printers.value.push_back(printer->settings());
  out.ask(SaveState{encode_state(state_)});
}

}  // namespace pf::hub
