// Attempts, up to the start: waiting, delivery, the gate, and the one publish.
#include <utility>

#include "hub/core/attempts.hpp"
#include "hub/core/evidence.hpp"

namespace pf::hub {
namespace {

// The last print has left its active state, but not for long enough to be over.
bool is_settling(const Printer& printer) {
  return printer.print_run().unsettled() && !printer.seen().active;
}

}  // namespace

void Attempts::advance(Instant now, Output& out) {
  for (auto& [job_id, errand] : errands_) {
    const Attempt& attempt = *ledger_.find(job_id);
    if (is_closed(attempt.state)) continue;
    step(Task{attempt, errand, printers_.find(attempt.order->printer_id)}, now, out);
  }
  std::erase_if(errands_,
                [&](const auto& one) { return is_closed(ledger_.find(one.first)->state); });
}

void Attempts::step(const Task& task, Instant now, Output& out) {
  switch (task.errand.phase) {
    case Phase::writing:
      if (ledger_.durable(task.errand.written)) enter(task.errand, Phase::waiting, now);
      return;
    case Phase::waiting:
      if (!expire(task, now, out)) begin_delivery(task, now, out);
      return;
    case Phase::delivering:
      if (!expire(task, now, out)) deliver(task, now, out);
      return;
    case Phase::asking_report:
      if (!expire(task, now, out)) ask_report(task, now, out);
      return;
    case Phase::writing_start:
      if (ledger_.durable(task.errand.written)) publish(task, now, out);
      return;
    case Phase::watching: return watch(task, now, out);
  }
}

// True: nothing more is to be done about it now.
bool Attempts::expire(const Task& task, Instant now, Output& out) {
  const auto server_now = time_.at(now);
  if (!server_now)
    return true;  // START 6: nothing goes on before the cloud was heard in this boot.
  const StartOrder& order = *task.attempt.order;
  std::optional<Refusal> refusal;
  if (*server_now > order.not_after || !task.printer ||
      task.printer->settings().assignment != order.assignment) {
    refusal = refuse_order(order, facts(order, task.printer, now));
  }
  if (!refusal) return false;
  if (refusal->code == "expired" && task.printer && !task.printer->connected()) {
    refusal->says += " The printer was not connected. " + task.printer->connection_detail();
  }
  reject(task, *refusal, now, out);
  return true;
}

void Attempts::begin_delivery(const Task& task, Instant now, Output& out) {
  const StartOrder& order = *task.attempt.order;
  if (!task.printer->connected() || !task.printer->seen().known) return;
  if (!task.printer->developer_mode()) return;  // It is being found out: a matter of seconds.
  if (is_settling(*task.printer)) return;
  if (const auto refusal =
          refuse_upload(order, facts(order, task.printer, now), task.printer->seen())) {
    return reject(task, *refusal, now, out);
  }
  task.errand.delivery.emplace(task.attempt, last_download_, crypto_, now);
  enter(task.errand, Phase::delivering, now);
}

void Attempts::deliver(const Task& task, Instant now, Output& out) {
  Delivery& delivery = *task.errand.delivery;
  delivery.tick(*task.printer, now, out);
  if (delivery.failure()) return reject(task, *delivery.failure(), now, out);
  // After a reboot the file is brought again; what the journal says is not taken back.
  const bool whole = delivery.fetched() || delivery.done();  // Or it was on the printer already.
  if (whole && task.attempt.state == AttemptState::received) {
    move(task.attempt, AttemptState::fetched, {}, {}, now);
  }
  if (!delivery.done()) return;
  if (task.attempt.state == AttemptState::fetched) {
    move(task.attempt, AttemptState::uploaded, {}, {}, now);
  }
  task.errand.delivery.reset();
  enter(task.errand, Phase::asking_report, now);
}

void Attempts::ask_report(const Task& task, Instant now, Output& out) {
  if (now - task.errand.since >= report_deadline) {
    return reject(task, {"no_fresh_report", "The printer did not answer with its whole state."},
                  now, out);
  }
  if (!task.printer->connected() || is_settling(*task.printer)) return;
  const auto asked = task.errand.report_asked;
  if (asked && now - *asked < report_asked_every) return;
  task.errand.report_asked = now;
  task.printer->fetch_report(now, out);
}

// On a whole report that was asked for. Snapshot and `starting` are one record.
void Attempts::pass_gate(const Task& task, Instant now, Output& out) {
  const StartOrder& order = *task.attempt.order;
  const PrintObservation& seen = task.printer->seen();
  if (is_settling(*task.printer)) return;
  StartFacts known = facts(order, task.printer, now);
  known.report_age = Milliseconds{0};
  if (const auto refusal = refuse_start(order, known, seen)) {
    return reject(task, *refusal, now, out);
  }
  task.errand.report_at = now;
  Attempt starting = task.attempt;
  starting.snapshot = evidence_of(seen);
  move(std::move(starting), AttemptState::starting, {}, evidence_of(seen), now);
  task.errand.written = ledger_.everything();
  enter(task.errand, Phase::writing_start, now);
}

// The only place from which a print is started. Everything is looked at once more, since flushing
// took its time; that nothing was published is then certain, which is as good as an error answer.
void Attempts::publish(const Task& task, Instant now, Output& out) {
  const StartOrder& order = *task.attempt.order;
  StartFacts known = facts(order, task.printer, now);
  known.plate_token_used = false;  // By this very attempt, since it is in `starting`.
  known.report_age = now - *task.errand.report_at;
  const PrintObservation nothing;
  const PrintObservation& seen = task.printer ? task.printer->seen() : nothing;
  auto refusal = refuse_start(order, known, seen);
  if (task.attempt.cancel_wanted) refusal = Refusal{"cancelled", "Cancelled before it was sent."};
  if (!refusal) {
    task.printer->hold_connection(true);
    const StartRequest request{order.file.name.value, order.plate.value, subtask_name(order),
                               numeric_id(order.start_token), order.options};
    enter(task.errand, Phase::watching, now);
    if (task.printer->start_print(request, now, out)) return;
    task.printer->hold_connection(false);
    refusal = Refusal{"not_connected", "The printer was not connected; nothing was sent."};
  }
  move(task.attempt, AttemptState::not_started, refusal->code, evidence_of(seen, refusal->says),
       now);
}

void Attempts::reject(const Task& task, const Refusal& refusal, Instant now, Output& out) {
  close_before_start(task, AttemptState::rejected, refusal, now, out);
}

// The delivery goes last: the reason may be its own.
void Attempts::close_before_start(const Task& task, AttemptState state, const Refusal& why,
                                  Instant now, Output& out) {
  if (task.errand.delivery) task.errand.delivery->cancel(task.printer, out);
  const Evidence evidence =
      evidence_of(task.printer ? task.printer->seen() : PrintObservation{}, why.says);
  move(task.attempt, state, why.code, evidence, now);
  task.errand.delivery.reset();
}

StartFacts Attempts::facts(const StartOrder& order, const Printer* printer, Instant now) const {
  StartFacts facts;
  facts.server_now = time_.at(now);
  facts.plate_token_used = ledger_.plate_token_used(order.plate_token);
  if (!printer) return facts;
  facts.assignment = printer->settings().assignment;
  facts.developer_mode = printer->developer_mode();
  facts.developer_mode_help = printer->developer_mode_help();
  facts.current_print_id = printer->print_run().print_id();
  return facts;
}

}  // namespace pf::hub
