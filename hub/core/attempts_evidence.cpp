// Attempts, after the start: what the printer shows decides, silence does not (START 9 to 12).
#include "hub/core/attempts.hpp"
#include "hub/core/evidence.hpp"

namespace pf::hub {

void Attempts::watch(const Task& task, Instant now, Output& out) {
  if (task.attempt.state == AttemptState::started) {
    stop_if_cancelled(task, now, out);
    return watch_unseen(task, now);
  }
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

// The printer's run tells how a started print ends (end_with_run). One that a person called
// started, or whose printer was taken away and brought back, may have no run here; then its final
// state is looked for, and a printer that shows nothing of it asks the person again.
void Attempts::watch_unseen(const Task& task, Instant now) {
  if (!task.printer || !task.printer->seen().known) return;  // Silence proves nothing.
  const PrintObservation& seen = task.printer->seen();
  const auto& token = task.attempt.order->start_token;
  const auto& run = task.printer->print_run().run();
  const bool shown = run && run->open && run->start_token == token;
  const Evidence* snapshot = task.attempt.snapshot ? &*task.attempt.snapshot : nullptr;
  const auto verdict = judge_start(seen, {token, snapshot, task.attempt.active_seen});
  if (shown || verdict == StartVerdict::active) return task.errand.unseen_since.reset();
  if (verdict == StartVerdict::ended) {
    return see_end(task.attempt, *end_of(seen, false), seen, now);
  }
  if (!task.errand.unseen_since) task.errand.unseen_since = now;
  if (now - *task.errand.unseen_since < run_lost_after) return;
  move(task.attempt, AttemptState::unknown, "end_not_seen",
       evidence_of(seen, "The printer does not show this print any more."), now);
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
  for (auto& [job_id, errand] : errands_) {
    const Attempt& attempt = *ledger_.find(job_id);
    const bool open = attempt.state == AttemptState::starting ||
                      (attempt.state == AttemptState::unknown && !attempt.active_seen);
    if (!open) continue;
    if (std::string_view(attempt.order->printer_id) != printer.serial()) continue;
    return see_refused(Task{attempt, errand, &printer}, answer, now);
  }
}

void Attempts::see_refused(const Task& task, const CommandAnswered& answer, Instant now) {
  release(task);
  const Refusal why = answer.developer_mode_off
                          ? developer_mode_off(task.printer->developer_mode_help())
                          : Refusal{"refused_by_printer", answer.reason};
  move(task.attempt, AttemptState::not_started, why.code,
       evidence_of(task.printer->seen(), why.says), now);
}

void Attempts::on(Printer& printer, const RunChange& change, Instant now) {
  if (!change.run.start_token) return;
  for (const auto& [job_id, attempt] : ledger_.attempts()) {
    if (!attempt.order || !(attempt.order->start_token == *change.run.start_token)) continue;
    if (attempt.state == AttemptState::not_started) {
      return overrule(attempt, printer, change, now);
    }
    if (attempt.state == AttemptState::started) return end_with_run(attempt, printer, change, now);
  }
}

// It runs after all, or it did. The cloud raises the alarm; here it is watched like any other
// print.
void Attempts::overrule(const Attempt& attempt, Printer& printer, const RunChange& change,
                        Instant now) {
  if (change.edge != RunEdge::started && change.edge != RunEdge::noted) return;
  const PrintObservation& seen = printer.seen();
  const Evidence* snapshot = attempt.snapshot ? &*attempt.snapshot : nullptr;
  const auto verdict =
      judge_start(seen, {attempt.order->start_token, snapshot, attempt.active_seen});
  const bool ended = verdict == StartVerdict::ended;
  if (!ended && !change.run.open) return;
  Errand& errand = errands_[attempt.job_id.value];
  enter(errand, Phase::watching, now);
  see_started(Task{attempt, errand, &printer}, now);
  if (ended) see_end(attempt, *end_of(seen, false), seen, now);
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
