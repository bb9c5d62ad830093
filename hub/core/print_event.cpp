#include "hub/core/print_event.hpp"

#include <string>

namespace pf::hub {
namespace {

std::optional<PrintPhase> phase_of(RunEdge edge) {
  switch (edge) {
    case RunEdge::noted: return std::nullopt;
    case RunEdge::started: return PrintPhase::started;
    case RunEdge::paused: return PrintPhase::paused;
    case RunEdge::resumed: return PrintPhase::resumed;
    case RunEdge::finished: return PrintPhase::finished;
    case RunEdge::stopped: return PrintPhase::stopped;
    case RunEdge::failed:
    case RunEdge::lost: return PrintPhase::failed;
  }
  return std::nullopt;
}

// As printers and their makers write it: 0300_400C.
std::string code_text(std::int64_t print_error) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) {
    if (shift == 12) text += '_';
    text += digits[print_error >> shift & 15];
  }
  return text;
}

std::optional<std::int64_t> seconds_between(const When& from, const When& to) {
  if (from.boot == to.boot) return (to.uptime_ms - from.uptime_ms) / 1000;
  if (from.at && to.at) return (*to.at - *from.at) / 1000;
  return std::nullopt;
}

}  // namespace

std::optional<PrintEvent> print_event(const Printer& printer, const RunChange& change,
                                      const When& when) {
  const auto phase = phase_of(change.edge);
  if (!phase) return std::nullopt;
  const PrintObservation& seen = printer.seen();
  PrintEvent event;
  event.printer_id = printer.settings().printer_id;
  event.assignment = printer.settings().assignment;
  event.print_id = change.run.print_id;
  event.print_type = change.run.print_type;
  event.name = change.run.name;
  event.start_token = change.run.start_token;
  event.phase = *phase;
  if (change.edge == RunEdge::lost) {
    event.error_code = "end_not_seen";
  } else {
    event.layers = seen.layers;
    if (seen.print_error != 0) event.error_code = code_text(seen.print_error);
  }
  if (!change.run.open) event.seconds = seconds_between(change.run.started, when);
  return event;
}

}  // namespace pf::hub
