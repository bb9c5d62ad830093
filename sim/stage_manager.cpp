#include "sim/stage_manager.hpp"

#include <algorithm>
#include <cmath>

namespace pf::sim {
namespace {

constexpr int times_unlimited = -1;
constexpr std::uint64_t chance_steps = 1'000'000;

Milliseconds milliseconds(ActSeconds seconds) {
  return Milliseconds{std::llround(seconds.value * 1000)};
}

bool is_under_way(const PrintView& print) {
  return print.state == GcodeState::prepare || print.state == GcodeState::running ||
         print.state == GcodeState::pause;
}

bool happened(Happening what, const Sighting& before, const Sighting& after) {
  const bool was_paused = before.print.state == GcodeState::pause;
  const bool is_paused = after.print.state == GcodeState::pause;
  const bool was = is_under_way(before.print), is = is_under_way(after.print);
  switch (what) {
    case Happening::print_ordered: return after.starts_ordered > before.starts_ordered;
    case Happening::print_started: return is && !was;
    case Happening::print_paused: return is_paused && !was_paused;
    case Happening::print_resumed: return was_paused && is && !is_paused;
    case Happening::print_ended: return was && !is;
    case Happening::upload_begun: return after.uploads_begun > before.uploads_begun;
    case Happening::upload_finished: return after.uploads_kept > before.uploads_kept;
  }
  return false;
}

// Only while printing: an old print's 100 % is nobody's progress.
bool reached(int mark, int PrintView::*value, const Sighting& before, const Sighting& after) {
  if (!is_under_way(after.print) || after.print.*value < mark) return false;
  return !is_under_way(before.print) || before.print.*value < mark;
}

}  // namespace

StageManager::StageManager(Scenario scenario, Instant now)
    : scenario_(std::move(scenario)),
      random_(static_cast<std::uint64_t>(scenario_.seed.value_or(1))),
      began_(now) {}

Result<StageManager, Fault> StageManager::make(Scenario scenario, const std::vector<Role>& roles,
                                               Instant now) {
  StageManager made(std::move(scenario), now);
  for (std::size_t i = 0; i < made.scenario_.steps.size(); ++i) {
    const auto& step = made.scenario_.steps.value[i];
    const bool once = !step.when || step.when->at_seconds;
    const int times = step.times ? step.times->value : once ? 1 : times_unlimited;
    const auto known = made.parts_.size();
    for (std::size_t printer = 0; printer < roles.size(); ++printer) {
      const auto& role = roles[printer];
      if (step.printer && step.printer->value != role.serial_number &&
          step.printer->value != role.name) {
        continue;
      }
      made.parts_.push_back({i, printer, times, false});
    }
    if (made.parts_.size() == known) {
      return Fault{"steps[" + std::to_string(i) + "].printer: there is no printer '" +
                   step.printer->value + "'"};
    }
  }
  made.seen_.resize(roles.size());
  return made;
}

bool StageManager::happens(const Part& part, const Sighting& before, const Sighting& after,
                           Instant now) const {
  const auto& when = scenario_.steps.value[part.step].when;
  if (!when) return !part.passed;
  if (when->at_seconds) {
    return !part.passed && now - began_ >= milliseconds(*when->at_seconds);
  }
  if (when->percent) return reached(*when->percent, &PrintView::percent, before, after);
  if (when->layer) return reached(*when->layer, &PrintView::layer, before, after);
  return happened(*when->event, before, after);
}

void StageManager::call(Part& part, Instant now) {
  const auto& step = scenario_.steps.value[part.step];
  if (step.chance) {
    const auto drawn = static_cast<double>(random_.below(chance_steps)) / chance_steps;
    if (drawn >= *step.chance) return;
  }
  if (part.times_left > 0) --part.times_left;
  if (waiting_.size() == waiting_acts_max) return;
  const auto delay = step.after_seconds ? milliseconds(*step.after_seconds) : Milliseconds{0};
  waiting_.push_back({now + delay, part.step, part.printer});
}

std::vector<Cue> StageManager::look(const std::vector<Sighting>& printers, Instant now) {
  for (auto& part : parts_) {
    if (part.times_left == 0) continue;
    if (!happens(part, seen_[part.printer], printers[part.printer], now)) continue;
    part.passed = true;
    call(part, now);
  }
  seen_ = printers;
  std::vector<Cue> cues;
  std::stable_sort(waiting_.begin(), waiting_.end(),
                   [](const auto& a, const auto& b) { return a.due < b.due; });
  const auto late = std::find_if(waiting_.begin(), waiting_.end(),
                                 [now](const auto& one) { return one.due > now; });
  for (auto one = waiting_.begin(); one != late; ++one) {
    cues.push_back({one->printer, scenario_.steps.value[one->step].do_});
  }
  waiting_.erase(waiting_.begin(), late);
  return cues;
}

}  // namespace pf::sim
