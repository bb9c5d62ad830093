// Attempts: what a person says of one whose outcome nobody else can know (START 11). The word is
// written down like evidence. What the printer shows at this moment stands above it, and what it
// shows later overrules "not started".
#include "hub/core/attempts.hpp"
#include "hub/core/evidence.hpp"

namespace pf::hub {
namespace {

AttemptState state_of(AttemptOutcome outcome) {
  switch (outcome) {
    case AttemptOutcome::not_started: return AttemptState::not_started;
    case AttemptOutcome::started: return AttemptState::started;
    case AttemptOutcome::finished: return AttemptState::finished;
    case AttemptOutcome::failed: return AttemptState::failed;
    case AttemptOutcome::stopped: return AttemptState::stopped;
  }
  return AttemptState::unknown;
}

bool shows_it_running(const Attempt& attempt, const PrintObservation& seen) {
  return judge_start(seen, {attempt.order->start_token, nullptr, true}) == StartVerdict::active;
}

void tell_end(Printer& printer, std::string_view start_token) {
  const auto& run = printer.print_run().run();
  if (run && run->start_token && run->start_token->value == start_token) {
    printer.print_run().end_was_told();
  }
}

}  // namespace

Acceptance Attempts::resolve(const AttemptResolve& command, Instant now) {
  const Attempt* known = ledger_.find(command.job_id);
  if (!known || known->attempt != command.attempt) {
    return Refusal{"unknown_attempt", "The hub's journal has nothing about that attempt."};
  }
  const AttemptState answer = state_of(command.outcome);
  if (known->state == answer) return report_again(*known);
  if (is_before_start(known->state)) {
    return Refusal{"not_published", "Nothing was sent to the printer yet; cancel the job instead."};
  }
  if (is_closed(known->state)) {
    ledger_.report(known->job_id);
    return Refusal{"already_closed", "How this attempt ended is known already."};
  }
  const auto errand = errands_.find(command.job_id.value);
  if (errand == errands_.end() || errand->second.phase != Phase::watching) {
    return Refusal{"not_published", "The start is only just being sent; look again in a moment."};
  }
  const Task task{*known, errand->second, printers_.find(known->order->printer_id)};
  const PrintObservation seen = task.printer ? task.printer->seen() : PrintObservation{};
  if (shows_it_running(*known, seen)) {
    ledger_.report(known->job_id);
    return Refusal{"still_printing", "The printer shows that it is printing this; stop it first."};
  }
  release(task);
  if (task.printer && is_closed(answer)) tell_end(*task.printer, known->order->start_token);
  task.errand.unseen_since.reset();
  move(*known, answer, "answered", evidence_of(seen, "A person said so."), now);
  return ledger_.everything();
}

}  // namespace pf::hub
