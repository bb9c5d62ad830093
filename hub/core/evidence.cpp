#include "hub/core/evidence.hpp"

#include "hub/core/fit.hpp"

namespace pf::hub {
namespace {

constexpr std::int64_t stopped_by_command = 0x0300400C;
constexpr std::int64_t stopped_at_screen = 0x0500400E;

bool is_being_printed(const PrintObservation& seen) {
  return seen.print_type != PrintType::system &&
         (seen.gcode_state == "PREPARE" || seen.gcode_state == "RUNNING" ||
          seen.gcode_state == "PAUSE");
}

bool is_final(const PrintObservation& seen) {
  return seen.gcode_state == "FINISH" || seen.gcode_state == "FAILED";
}

// All three must be known and differ; a printer that sends no start time never proves it this way.
bool differs_from(const PrintObservation& seen, const Evidence& snapshot) {
  return snapshot.gcode_state && snapshot.gcode_state->value != seen.gcode_state &&
         snapshot.mc_percent && seen.mc_percent && *snapshot.mc_percent != *seen.mc_percent &&
         snapshot.gcode_start_time && !seen.gcode_start_time.empty() &&
         snapshot.gcode_start_time->value != seen.gcode_start_time;
}

}  // namespace

bool carries_token(std::string_view subtask_name, std::string_view start_token) {
  if (start_token.empty() || subtask_name.size() <= start_token.size()) return false;
  const auto dash = subtask_name.size() - start_token.size() - 1;
  return subtask_name[dash] == '-' && subtask_name.ends_with(start_token);
}

Evidence evidence_of(const PrintObservation& seen, std::string_view note) {
  Evidence evidence;
  if (seen.known) {
    evidence.gcode_state = fit<Text<0, 32>>(seen.gcode_state);
    evidence.subtask_name = fit<Text<0, 200>>(seen.subtask_name);
    evidence.mc_percent = seen.mc_percent;
    if (!seen.gcode_start_time.empty()) {
      evidence.gcode_start_time = fit<Text<0, 40>>(seen.gcode_start_time);
    }
    evidence.print_error = seen.print_error;
  }
  if (!note.empty()) evidence.note = fit<Text<0, 300>>(note);
  return evidence;
}

StartVerdict judge_start(const PrintObservation& seen, const StartKnown& known) {
  if (!seen.known) return StartVerdict::silent;
  const bool ours = carries_token(seen.subtask_name, known.start_token);
  if (is_being_printed(seen)) return ours ? StartVerdict::active : StartVerdict::other_print;
  if (!ours || !is_final(seen)) return StartVerdict::silent;
  const bool edge_missed = known.snapshot && differs_from(seen, *known.snapshot);
  return known.active_seen || edge_missed ? StartVerdict::ended : StartVerdict::silent;
}

std::optional<PrintEnd> end_of(const PrintObservation& seen, bool stop_seen) {
  if (!seen.known || !is_final(seen)) return std::nullopt;
  if (seen.gcode_state == "FINISH") return PrintEnd::finished;
  // FAILED without an error is what a cancelled print leaves behind.
  if (stop_seen || shows_stop(seen) || seen.print_error == 0) return PrintEnd::stopped;
  return PrintEnd::failed;
}

bool shows_stop(const PrintObservation& seen) {
  return seen.print_error == stopped_by_command || seen.print_error == stopped_at_screen;
}

}  // namespace pf::hub
