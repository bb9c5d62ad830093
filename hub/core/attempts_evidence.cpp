// Attempts, after the start: what the printer shows decides, silence does not (START 9 to 12).
#include "hub/core/attempts.hpp"
#include "hub/core/evidence.hpp"

namespace pf::hub {

void Attempts::watch(const Task& task, Instant now, Output& out) {
  if (task.attempt.state == AttemptState::started) return stop_if_cancelled(task, now, out);
  const PrintObservation nothing;
  const PrintObservation& seen = task.printer ? task.printer->seen() : nothing;
  const Evidence* snapshot = task.attempt.snapshot ? &*task.attempt.snapshot : nullptr;
  const StartKnown known{task.attempt.order->start_token, snapshot, task.attempt.active_seen};
  const StartVerdict verdict = judge_start(seen, known);
  if (verdict != StartVerdict::other_print) task.errand.other_print_since.reset();
  switch (verdict) {
    case StartVerdict::active: return see_started(task, now);
    case StartVerdict::ended:
      see_started(task, now);
      return see_end(task.attempt, *end_of(seen, false), seen, now);
    case StartVerdict::other_print: return watch_other_print(task, now);
    case StartVerdict::silent: break;
  }
  if (task.attempt.state != AttemptState::starting) return;
  if (now - task.errand.since <= evidence_deadline) return;
  release(task);
  move(task.attempt, AttemptState::unknown, "no_evidence",
       evidence_of(seen, "The printer showed neither this print nor another one in time."), now);
}

void Attempts::watch_other_print(const Task& task, Instant now) {
  if (!task.errand.other_print_since) task.errand.other_print_since = now;
  if (now - *task.errand.other_print_since < other_print_settles) return;
  if (task.attempt.active_seen) return;  // It did start; how it ended is still open.
  release(task);
  move(task.attempt, AttemptState::not_started, "other_print_running",
       evidence_of(task.printer->seen(), "The printer prints something else."), now);
}

void Attempts::see_started(const Task& task, Instant now) {
  release(task);
  Attempt seen = task.attempt;
  seen.active_seen = true;
  move(std::move(seen), AttemptState::started, {}, evidence_of(task.printer->seen()), now);
}

void Attempts::see_end(const Attempt& attempt, PrintEnd end, const PrintObservation& seen,
                       Instant now) {
  switch (end) {
    case PrintEnd::finished:
      return move(attempt, AttemptState::finished, {}, evidence_of(seen), now);
    case PrintEnd::failed: return move(attempt, AttemptState::failed, {}, evidence_of(seen), now);
    case PrintEnd::stopped:
      return move(attempt, AttemptState::stopped, "user_cancelled", evidence_of(seen), now);
  }
}

void Attempts::stop_if_cancelled(const Task& task, Instant now, Output& out) {
  if (!task.attempt.cancel_wanted || !task.printer) return;
  const StartKnown known{task.attempt.order->start_token, nullptr, true};
  if (judge_start(task.printer->seen(), known) != StartVerdict::active) return;
  if (task.errand.stop_sent && now - *task.errand.stop_sent < stop_repeated_every) return;
  task.errand.stop_sent = now;
  task.printer->control(PrintAction::stop, now, out);
}

void Attempts::release(const Task& task) {
  if (task.printer) task.printer->hold_connection(false);
}

void Attempts::on(Printer& printer, const CommandAnswered& answer, Instant now) {
  if (answer.action != PrintAction::start) return;
  if (answer.accepted && !answer.developer_mode_off) return;  // "Parsed": proves nothing.
  const auto task = task_on(printer);
  if (!task || task->attempt.state != AttemptState::starting) return;
  release(*task);
  move(task->attempt, AttemptState::not_started,
       answer.developer_mode_off ? "developer_mode_off" : "refused_by_printer",
       evidence_of(printer.seen(), answer.reason), now);
}

void Attempts::on(Printer& printer, const RunChange& change, Instant now) {
  if (!change.run.start_token) return;
  for (const auto& [job_id, attempt] : ledger_.attempts()) {
    if (!attempt.order || !(attempt.order->start_token == *change.run.start_token)) continue;
    const bool overruled = change.edge == RunEdge::started || change.edge == RunEdge::noted;
    if (attempt.state == AttemptState::not_started && overruled && change.run.open) {
      return overrule(attempt, printer, now);
    }
    if (attempt.state == AttemptState::started) return end_with_run(attempt, printer, change, now);
  }
}

// It runs after all. The cloud raises the alarm; here it is watched like any other print.
void Attempts::overrule(const Attempt& attempt, Printer& printer, Instant now) {
  Errand& errand = errands_[attempt.job_id.value];
  enter(errand, Phase::watching, now);
  see_started(Task{attempt, errand, &printer}, now);
}

void Attempts::end_with_run(const Attempt& attempt, Printer& printer, const RunChange& change,
                            Instant now) {
  switch (change.edge) {
    case RunEdge::finished: return see_end(attempt, PrintEnd::finished, printer.seen(), now);
    case RunEdge::failed: return see_end(attempt, PrintEnd::failed, printer.seen(), now);
    case RunEdge::stopped: return see_end(attempt, PrintEnd::stopped, printer.seen(), now);
    case RunEdge::lost:
      return move(attempt, AttemptState::unknown, "end_not_seen",
                  evidence_of(printer.seen(), "The print ended, and nobody saw how."), now);
    case RunEdge::noted:
    case RunEdge::started:
    case RunEdge::paused:
    case RunEdge::resumed: return;
  }
}

}  // namespace pf::hub
