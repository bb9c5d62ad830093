#include "sim/print_run.hpp"

#include <algorithm>
#include <cmath>

namespace pf::sim {
namespace {

// How long the steps take on a real A1 mini, before the speed is applied.
constexpr Milliseconds acknowledged_for{2'500};
constexpr Milliseconds preparing_for{20'000};
constexpr Milliseconds stage_for{40'000};
constexpr Milliseconds reheating_for{10'000};
constexpr Milliseconds cancel_shown_for{2'000};  // Whatever the speed.

// The last layer is done before the end: the end G-code still runs (PROTOCOL 8: at 92 to 99 %).
constexpr double last_layer_at = 0.96;

// The nozzle waits at this while the bed is heated and measured, so that it does not drip.
constexpr int standby_celsius = 140;

std::vector<Stage> stages_of(const PrintPlan& plan) {
  std::vector<Stage> stages{Stage::bed_preheating, Stage::nozzle_cleaning};
  if (plan.bed_leveling) stages.push_back(Stage::bed_leveling);
  if (plan.flow_calibration) stages.push_back(Stage::flow_calibration);
  if (plan.vibration_calibration) stages.push_back(Stage::vibration_calibration);
  stages.push_back(Stage::homing);
  if (plan.load_filament) stages.push_back(Stage::filament_change);
  stages.push_back(Stage::nozzle_heating);
  return stages;
}

}  // namespace

std::string_view printers_word(GcodeState state) {
  switch (state) {
    case GcodeState::idle: return "IDLE";
    case GcodeState::prepare: return "PREPARE";
    case GcodeState::running: return "RUNNING";
    case GcodeState::pause: return "PAUSE";
    case GcodeState::finish: return "FINISH";
    case GcodeState::failed: return "FAILED";
  }
  return "UNKNOWN";
}

PrintRun::PrintRun(const PrintPlan& plan, Pace pace, const PrintView& before, Instant now)
    : pace_(pace),
      plan_(plan),
      stages_(stages_of(plan)),
      before_(before),
      phase_(plan.at_screen ? Phase::preparing : Phase::accepted),
      phase_began_(now) {}

Milliseconds PrintRun::stretch(Milliseconds real, int reports_min) const {
  const Milliseconds scaled{std::llround(static_cast<double>(real.count()) / pace_.speed)};
  return std::max(scaled, pace_.report_interval * reports_min);
}

Milliseconds PrintRun::printing_length() const { return stretch(facts_->prediction, 3); }

Milliseconds PrintRun::phase_length() const {
  switch (phase_) {
    case Phase::accepted: return stretch(acknowledged_for, 1);
    case Phase::named: return plan_.late_by.value_or(stretch(plan_.old_state_kept, 3));
    case Phase::preparing: return stretch(preparing_for, 2);
    case Phase::readying: return stretch(stage_for, 1);
    case Phase::printing: return printing_length() - printed_before_;
    case Phase::resuming: return stretch(reheating_for, 1);
    case Phase::cancelling: return std::max(cancel_shown_for, pace_.report_interval);
    case Phase::paused:
    case Phase::forgotten:
    case Phase::over: break;
  }
  return Milliseconds::max();
}

void PrintRun::enter(Phase phase, Instant at) {
  phase_ = phase;
  phase_began_ = at;
}

void PrintRun::finish(GcodeState end, std::uint32_t error, Instant at) {
  end_ = end;
  end_error_ = error;
  enter(Phase::over, at);
}

void PrintRun::advance(Instant now) {
  while (step(now)) {
  }
}

bool PrintRun::step(Instant now) {
  if (!active() || phase_ == Phase::paused) return false;
  if (now - phase_began_ < phase_length()) return false;
  const Instant end = phase_began_ + phase_length();
  switch (phase_) {
    case Phase::accepted: enter(Phase::named, end); break;
    case Phase::named: enter(plan_.forgotten ? Phase::forgotten : Phase::preparing, end); break;
    case Phase::preparing:
      if (refusal_) {
        finish(GcodeState::failed, *refusal_, end);
      } else if (facts_) {
        enter(Phase::readying, end);
      } else {
        return false;  // The file is still being read.
      }
      break;
    case Phase::readying:
      ++stage_;
      enter(stage_ < stages_.size() ? Phase::readying : Phase::printing, end);
      break;
    case Phase::printing: finish(GcodeState::finish, error_none, end); break;
    case Phase::resuming: enter(Phase::printing, end); break;
    case Phase::cancelling: finish(GcodeState::failed, error_none, end); break;
    case Phase::paused:
    case Phase::forgotten:
    case Phase::over: return false;
  }
  return true;
}

void PrintRun::pause(Instant now, Stage why, std::uint32_t error) {
  advance(now);
  if (phase_ == Phase::printing) printed_before_ = printed(now);
  if (phase_ != Phase::printing && phase_ != Phase::resuming) return;
  interrupted_at_ = why;
  interruption_ = error;
  enter(Phase::paused, now);
}

void PrintRun::resume(Instant now) {
  advance(now);
  if (phase_ == Phase::paused) enter(Phase::resuming, now);
}

void PrintRun::stop(Instant now, std::uint32_t error) {
  advance(now);
  if (!active() || phase_ == Phase::cancelling) return;
  cancelled_in_ = view(now).state;
  cancellation_ = error;
  enter(Phase::cancelling, now);
}

void PrintRun::fail(std::uint32_t error, Instant now) {
  advance(now);
  if (active()) finish(GcodeState::failed, error, now);
}

Milliseconds PrintRun::printed(Instant now) const {
  if (phase_ != Phase::printing) return printed_before_;
  return std::min(printed_before_ + (now - phase_began_), printing_length());
}

void PrintRun::show_progress(PrintView& view, Instant now) const {
  const double done =
      static_cast<double>(printed(now).count()) / static_cast<double>(printing_length().count());
  view.percent = std::min(99, static_cast<int>(done * 100));
  const double seconds_left = (1 - done) * static_cast<double>(facts_->prediction.count());
  view.remaining_minutes = static_cast<int>(std::ceil(seconds_left / 60));
  const int layer = 1 + static_cast<int>(done / last_layer_at * facts_->layers);
  view.layer = std::min(layer, facts_->layers);
}

void PrintRun::show_preparing(PrintView& view, Instant now) const {
  view.state = GcodeState::prepare;
  const double done = static_cast<double>((now - phase_began_).count()) /
                      static_cast<double>(phase_length().count());
  view.prepare_percent = std::clamp(static_cast<int>(done * 100), 0, facts_ ? 100 : 99);
}

void PrintRun::show_running(PrintView& view, Stage stage) const {
  view.state = GcodeState::running;
  view.stage = stage;
  view.prepare_percent = 100;
  view.bed_target = facts_->bed_celsius;
  view.nozzle_target = facts_->nozzle_celsius;
  view.filament_loaded = true;
}

void PrintRun::show_readying(PrintView& view) const {
  const Stage stage = stages_[stage_];
  show_running(view, stage);
  const bool hot = stage == Stage::nozzle_heating || stage == Stage::filament_change ||
                   stage == Stage::flow_calibration;
  if (!hot) view.nozzle_target = std::min(facts_->nozzle_celsius, standby_celsius);
  view.filament_loaded = stage == Stage::nozzle_heating;
}

void PrintRun::show_end(PrintView& view) const {
  view.state = end_;
  view.error = end_error_;
  if (end_ != GcodeState::finish) return;
  view.prepare_percent = 100;
  view.percent = 100;
  view.layer = view.layers;
}

PrintView PrintRun::view(Instant now) const {
  const bool not_begun =
      phase_ == Phase::accepted || phase_ == Phase::named || phase_ == Phase::forgotten;
  PrintView view = not_begun ? before_ : PrintView{};
  view.named = phase_ != Phase::accepted;
  view.active = active();
  if (not_begun) return view;
  view.stages = stages_;
  if (facts_) view.layers = facts_->layers;
  switch (phase_) {
    case Phase::accepted:
    case Phase::named:
    case Phase::forgotten: break;
    case Phase::preparing: show_preparing(view, now); break;
    case Phase::readying: show_readying(view); break;
    case Phase::printing:
      show_running(view, Stage::printing);
      show_progress(view, now);
      view.part_fan = view.layer > 1;
      break;
    case Phase::paused:
      show_running(view, interrupted_at_);
      show_progress(view, now);
      view.state = GcodeState::pause;
      view.error = interruption_;
      break;
    case Phase::resuming:
      show_running(view, Stage::nozzle_heating);
      show_progress(view, now);
      break;
    case Phase::cancelling:
      view.state = cancelled_in_;
      view.error = cancellation_;
      break;
    case Phase::over: show_end(view); break;
  }
  return view;
}

}  // namespace pf::sim
