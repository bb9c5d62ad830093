#include "cloud/domain/jobs/deadlines.hpp"

namespace pf {
namespace {

Milliseconds deadline_of(AttemptStanding state) {
  if (is_before_start(state)) return phase_deadline;
  return state == AttemptStanding::started ? started_deadline : starting_deadline;
}

}  // namespace

AttemptCare care_of(const AttemptFacts& attempt, Millis now) {
  // It waits for a person or for evidence already; no hub can answer better.
  if (attempt.state == AttemptStanding::unknown) return AttemptCare::nothing;
  if (!attempt.assignment_holds) return AttemptCare::ask_people;
  const auto passed = [&](Millis since, Milliseconds span) { return now - since > span.count(); };
  if (is_before_start(attempt.state)) {
    if (!attempt.hub_online && passed(attempt.not_after, clock_margin)) return AttemptCare::close;
    if (attempt.hub_online && passed(attempt.not_after, given_up_after) &&
        passed(attempt.heard_at, given_up_after)) {
      return AttemptCare::ask_people;
    }
  }
  if (!attempt.hub_online) return AttemptCare::say_hub_offline;
  const auto deadline = deadline_of(attempt.state);
  const bool overdue = passed(attempt.heard_at, deadline);
  const bool asked = attempt.queried_at && !passed(*attempt.queried_at, deadline);
  return overdue && !asked ? AttemptCare::ask_hub : AttemptCare::nothing;
}

}  // namespace pf
