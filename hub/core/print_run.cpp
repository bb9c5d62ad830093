#include "hub/core/print_run.hpp"

#include <utility>

#include "hub/core/fit.hpp"

namespace pf::hub {

enum class Gap {
  none,   // We were watching.
  brief,  // Too short for a print, but a state may have come and gone.
  long_   // Of unknown length, or long enough for anything.
};

struct PrintRun::Look {
  const PrintObservation& seen;
  const std::optional<std::string>& start_token;
  const When& when;
  PrintIds& ids;
  Gap gap = Gap::none;
  std::vector<RunChange>& changes;

  Instant now() const { return {Milliseconds{when.uptime_ms}}; }
  Text<0, 200> name() const { return fit<Text<0, 200>>(seen.subtask_name); }
  Text<0, 40> start_time() const { return fit<Text<0, 40>>(seen.gcode_start_time); }
};

std::vector<RunChange> PrintRun::observe(const PrintObservation& seen,
                                         const std::optional<std::string>& start_token,
                                         const When& when, PrintIds& ids) {
  std::vector<RunChange> changes;
  if (!seen.known) {
    look_away();
    return changes;
  }
  if (seen.active && seen.print_type == PrintType::system) return changes;  // A calibration.
  const Instant now{Milliseconds{when.uptime_ms}};
  const bool brief = seen_at_ && now - *seen_at_ <= run_gap_forgiven;
  const Gap gap = !std::exchange(away_, false) ? Gap::none : brief ? Gap::brief : Gap::long_;
  seen_at_ = now;
  const Look look{seen, start_token, when, ids, gap, changes};
  if (seen.active) {
    on_active(look);
  } else {
    on_idle(look);
  }
  return changes;
}

void PrintRun::on_active(const Look& look) {
  if (run_ && run_->open && (!is_other(look) || may_rename(look))) return go_on(look);
  if (run_ && run_->open) end(RunEdge::lost, look);
  begin(look, true);
  look.changes.push_back({RunEdge::started, *run_});
}

void PrintRun::on_idle(const Look& look) {
  const bool nameless = look.seen.subtask_name.empty();
  if (unsettled() && (look.gap == Gap::none || nameless || !is_other(look))) {
    if (look.gap == Gap::long_ && nameless) doubtful_ = true;
    return watch_end(look);
  }
  if (!may_have_changed(look)) return;
  if (unsettled()) end(RunEdge::lost, look);
  begin(look, false);
  look.changes.push_back({RunEdge::noted, *run_});
}

// Could anything have been printed since we last looked? A printer that was switched off and on
// again shows no name at all, whatever was printed before.
bool PrintRun::may_have_changed(const Look& look) const {
  const bool nameless = look.seen.subtask_name.empty();
  switch (look.gap) {
    case Gap::none: return false;
    case Gap::brief: return run_ ? is_other(look) : !nameless;
    case Gap::long_: return !run_ || nameless || is_other(look);
  }
  return true;
}

// The same print, still or again being printed.
void PrintRun::go_on(const Look& look) {
  end_since_.reset();
  end_seen_.reset();
  doubtful_ = false;
  end_told_ = false;  // It goes on after all.
  stop_seen_ = shows_stop(look.seen);
  bool noted = false;
  if (run_->name != look.name() && !look.seen.subtask_name.empty()) {
    run_->name = look.name();
    run_->start_token = look.start_token;
    run_->print_type = look.start_token ? PrintType::ours : PrintType::external;
    noted = true;
  }
  // Before it runs, printers still show the start time of the print before it.
  if (look.seen.gcode_state == "RUNNING" && run_->gcode_start_time != look.start_time()) {
    run_->gcode_start_time = look.start_time();
    noted = true;
  }
  const bool paused = look.seen.gcode_state == "PAUSE";
  if (paused != run_->paused) {
    run_->paused = paused;
    look.changes.push_back({paused ? RunEdge::paused : RunEdge::resumed, *run_});
  } else if (noted) {
    look.changes.push_back({RunEdge::noted, *run_});
  }
}

void PrintRun::watch_end(const Look& look) {
  if (!end_since_) end_since_ = look.now();
  stop_seen_ = stop_seen_ || shows_stop(look.seen);
  // A printer that is switched off after FINISH comes back idle; it has finished all the same.
  if (const auto seen_end = end_of(look.seen, stop_seen_)) end_seen_ = seen_end;
  const auto waited = look.now() - *end_since_;
  if (end_seen_ && waited >= run_end_settles) {
    switch (*end_seen_) {
      case PrintEnd::finished: return end(RunEdge::finished, look);
      case PrintEnd::failed: return end(RunEdge::failed, look);
      case PrintEnd::stopped: return end(RunEdge::stopped, look);
    }
  }
  if (waited < (end_told_ ? run_end_settles : run_lost_after)) return;
  end(RunEdge::lost, look);
  if (!doubtful_) return;
  begin(look, false);
  look.changes.push_back({RunEdge::noted, *run_});
}

void PrintRun::begin(const Look& look, bool open) {
  previous_name_ = run_ ? run_->name.value : std::string{};
  Run run;
  run.printer_id = printer_id_;
  run.print_id = look.ids.mint();
  run.name = look.name();
  if (look.start_token) {
    run.start_token = *look.start_token;
    run.print_type = PrintType::ours;
  }
  if (!open || look.seen.gcode_state == "RUNNING") run.gcode_start_time = look.start_time();
  run.open = open;
  run.paused = open && look.seen.gcode_state == "PAUSE";
  run.started = look.when;
  run_ = std::move(run);
  began_ = look.now();
  end_since_.reset();
  end_seen_.reset();
  doubtful_ = false;
  stop_seen_ = false;
  end_told_ = false;
}

void PrintRun::end(RunEdge edge, const Look& look) {
  run_->open = false;
  run_->paused = false;
  end_since_.reset();
  end_seen_.reset();
  look.changes.push_back({edge, *run_});
}

bool PrintRun::is_other(const Look& look) const {
  if (!look.seen.subtask_name.empty() && run_->name != look.name()) return true;
  // The start time settles during a print that we watch; it tells only after we looked away.
  if (look.gap == Gap::none || run_->gcode_start_time.empty()) return false;
  if (look.seen.gcode_state == "PREPARE") return true;  // It was running already.
  return !look.start_time().empty() && run_->gcode_start_time != look.start_time();
}

bool PrintRun::may_rename(const Look& look) const {
  if (run_->name.empty()) return true;
  const bool still_the_old_name = run_->name == std::string_view(previous_name_);
  return still_the_old_name && began_ && look.now() - *began_ <= run_name_settles;
}

}  // namespace pf::hub
