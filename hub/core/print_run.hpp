// Which print a printer is busy with, or was last, and its edges: started, paused, resumed, ended.
// Every print has an identity of ours, whoever started it, that survives reboots of hub and
// printer; on it rests the rule that a plate called empty is empty only until the next print.
//
// A print begins with an active state and ends when a final one has stood for run_end_settles. A
// name alone begins nothing while we are watching. When we were not, everything that may mean
// another print is taken for one: another name or start time, and after a long absence also no name
// at all. The worst of that is a person asked to look at the plate again.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "hub/core/driver.hpp"
#include "hub/core/evidence.hpp"
#include "hub/core/server_time.hpp"

namespace pf::hub {

inline constexpr Milliseconds run_end_settles{10'000};  // P2S leave RUNNING for seconds and return.
inline constexpr Milliseconds run_name_settles{10'000};   // The state may come before the name.
inline constexpr Milliseconds run_lost_after{600'000};    // Idle without a final state: ask.
inline constexpr Milliseconds run_gap_forgiven{120'000};  // No print and reboot fit into it.

// A record of the journal: one per printer, the newest counts.
struct Run {
  static constexpr std::string_view type = "run";
  Serial printer_id;
  Text<1, 200> print_id;
  Text<0, 200> name;  // subtask_name.
  std::optional<Text<1, 32>> start_token;
  PrintType print_type = PrintType::external;
  Text<0, 40> gcode_start_time;  // Once it runs; empty before.
  bool open = false;
  bool paused = false;
  When started;
  FIELDS(printer_id, print_id, name, start_token, print_type, gcode_start_time, open, paused,
         started)
};

// Never twice the same, also after a crash or a lost journal: journal, boot and a count within it.
struct PrintIds {
  std::string prefix;
  std::int64_t used = 0;
  std::string mint() { return prefix + "-" + std::to_string(++used); }
};

enum class RunEdge {
  noted,  // Only its record changed: another name, a start time, a print that ended unseen.
  started,
  paused,
  resumed,
  finished,
  failed,
  stopped,
  lost  // It ended, and nobody saw how.
};
struct RunChange {
  RunEdge edge = RunEdge::noted;
  Run run;
};

class PrintRun {
 public:
  PrintRun(Serial printer_id, std::optional<Run> known)
      : printer_id_(std::move(printer_id)), run_(std::move(known)) {}

  // `start_token`: of the open attempt of ours whose token the shown name carries, if any.
  // Call it for every report and every tick; the order of the changes is that of their happening.
  std::vector<RunChange> observe(const PrintObservation& seen,
                                 const std::optional<std::string>& start_token, const When& when,
                                 PrintIds& ids);
  // A person has said how it ended: while the printer shows nothing of it, nobody need wait for
  // more.
  void end_was_told() { end_told_ = true; }
  void look_away() { away_ = true; }  // Disconnected: whatever comes next is not watched.
  const std::optional<Run>& run() const { return run_; }
  // The end of the last print is not certain yet: what lies on the plate is not known either.
  bool unsettled() const { return run_ && run_->open; }
  std::string_view print_id() const { return run_ ? std::string_view(run_->print_id) : ""; }

 private:
  struct Look;  // One observation with its circumstances.
  void on_active(const Look& look);
  void on_idle(const Look& look);
  void go_on(const Look& look);
  void watch_end(const Look& look);
  void begin(const Look& look, bool open);
  void end(RunEdge edge, const Look& look);
  bool is_other(const Look& look) const;
  bool may_have_changed(const Look& look) const;
  bool may_rename(const Look& look) const;

  Serial printer_id_;
  std::optional<Run> run_;
  std::string previous_name_;
  std::optional<Instant> began_;  // In this boot.
  std::optional<Instant> end_since_;
  std::optional<PrintEnd> end_seen_;
  bool stop_seen_ = false;
  bool end_told_ = false;
  std::optional<Instant> seen_at_;  // In this boot.
  bool away_ = true;                // Nobody knows what happened before the next observation.
  bool doubtful_ = false;           // Nor whether something else was printed after this print.
};

}  // namespace pf::hub
