#include "hub/core/attempts.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "hub/core/fit.hpp"
#include "hub/core/start_order.hpp"

namespace pf::hub {
namespace {

bool is_another_order(const Attempt& known, const StartOrder& order) {
  return known.order && !(known.order->start_token == order.start_token);
}

}  // namespace

void Attempts::start(Instant now) {
  for (const auto& [job_id, attempt] : ledger_.attempts()) {
    if (is_closed(attempt.state)) continue;
    Errand& errand = errands_[job_id];
    enter(errand, is_before_start(attempt.state) ? Phase::waiting : Phase::watching, now);
  }
}

// ---- orders ----

Acceptance Attempts::order(const PrintCommand& command, Instant now) {
  auto order = start_order_of(command);
  if (!order) return order.error();
  const Attempt* known = ledger_.find(*command.job_id);
  if (known && *command.attempt <= known->attempt) {
    if (*command.attempt == known->attempt && is_another_order(*known, *order)) {
      return Refusal{"attempt_conflict", "That attempt is known with another start token."};
    }
    return report_again(*known);
  }
  if (known && !is_closed(known->state)) {
    return Refusal{"lower_attempt_open", "An earlier attempt of this job is not closed yet."};
  }
  if (ledger_.open_on(order->printer_id)) {
    return Refusal{"printer_has_open_attempt",
                   "Another attempt on this printer is not closed yet."};
  }
  if (!ledger_.has_room()) {
    return Refusal{"journal_full",
                   "The hub's journal is full; it takes no new starts until the "
                   "server has stored what the hub reported."};
  }
  // What may still change until the start is looked at again then; what may not is refused now.
  const auto refusal = refuse_order(*order, facts(*order, printers_.find(order->printer_id), now));
  if (refusal && refusal->code != "developer_mode_off") return *refusal;
  Attempt attempt;
  attempt.job_id = *command.job_id;
  attempt.attempt = *command.attempt;
  attempt.order = std::move(*order);
  errands_.erase(attempt.job_id.value);
  Errand& errand = errands_[attempt.job_id.value];
  errand.written = ledger_.record(std::move(attempt), time_.when(now));
  enter(errand, Phase::writing, now);
  return errand.written;
}

Acceptance Attempts::report_again(const Attempt& known) {
  ledger_.report(known.job_id);
  return ledger_.everything();
}

Acceptance Attempts::cancel(const JobCancel& command, Instant now, Output& out) {
  const Attempt* known = ledger_.find(command.job_id);
  if (!known || known->attempt < command.attempt) return bury(command, known, now);
  if (known->attempt > command.attempt || is_closed(known->state)) return report_again(*known);
  if (!is_before_start(known->state)) {
    Attempt marked = *known;
    marked.cancel_wanted = true;
    return ledger_.note(std::move(marked));
  }
  const auto errand = errands_.find(command.job_id.value);
  assert(errand != errands_.end());
  const Task task{*known, errand->second, printers_.find(known->order->printer_id)};
  close_before_start(task, AttemptState::aborted, {"cancelled", ""}, now, out);
  return ledger_.everything();
}

// The start of it may still be on its way: a tombstone refuses it when it comes.
Acceptance Attempts::bury(const JobCancel& command, const Attempt* lower, Instant now) {
  if (lower && !is_closed(lower->state)) {
    return Refusal{"lower_attempt_open", "An earlier attempt of this job is not closed yet."};
  }
  if (!ledger_.has_room()) return Refusal{"journal_full", "The hub's journal is full."};
  Attempt tombstone;
  tombstone.job_id = command.job_id;
  tombstone.attempt = command.attempt;
  tombstone.state = AttemptState::aborted;
  tombstone.reason = "cancelled";
  return ledger_.record(std::move(tombstone), time_.when(now));
}

Acceptance Attempts::query(const JobQuery& command) {
  if (!command.job_id) {
    ledger_.report_all();
  } else if (ledger_.find(*command.job_id)) {
    ledger_.report(*command.job_id);
  } else {
    return Refusal{"unknown_job", "The hub's journal has nothing about that job."};
  }
  return ledger_.everything();
}

// ---- what happened ----

bool Attempts::on(const FileUrl& url, Instant now, Output& out) {
  const auto errand = errands_.find(url.job_id.value);
  const Attempt* attempt = ledger_.find(url.job_id);
  if (errand == errands_.end() || !attempt || attempt->attempt != url.attempt) return false;
  Printer* printer = attempt->order ? printers_.find(attempt->order->printer_id) : nullptr;
  if (!printer || !errand->second.delivery) return false;
  errand->second.delivery->on(url, *printer, now, out);
  return true;
}

void Attempts::on(const DownloadData& data, Instant now, Output& out) {
  for (auto& [job_id, errand] : errands_) {
    if (!errand.delivery || !errand.delivery->owns(data.download)) continue;
    Printer* printer = printers_.find(ledger_.find(job_id)->order->printer_id);
    if (printer) errand.delivery->on(data, *printer, now, out);
    return;
  }
}

void Attempts::on(const DownloadEnded& ended, Instant now, Output& out) {
  for (auto& [job_id, errand] : errands_) {
    if (!errand.delivery || !errand.delivery->owns(ended.download)) continue;
    Printer* printer = printers_.find(ledger_.find(job_id)->order->printer_id);
    if (printer) errand.delivery->on(ended, *printer, now, out);
    return;
  }
}

void Attempts::on(Printer& printer, const UploadWants& wants, Instant now, Output& out) {
  const auto task = task_on(printer, Phase::delivering);
  if (task) task->errand.delivery->on(wants, now, out);
}

void Attempts::on(Printer& printer, const UploadProgress& progress, Instant now) {
  const auto task = task_on(printer, Phase::delivering);
  if (task) task->errand.delivery->on(progress, now);
}

void Attempts::on(Printer& printer, const UploadEnded& ended, Instant now, Output& out) {
  printer.note_upload_ended();
  const auto task = task_on(printer, Phase::delivering);
  if (task) task->errand.delivery->on(ended, printer, now, out);
}

void Attempts::on(Printer& printer, const ReportArrived& report, Instant now, Output& out) {
  const auto task = task_on(printer, Phase::asking_report);
  if (task && report.full && task->errand.report_asked) pass_gate(*task, now, out);
}

// ---- what an attempt and its errand are ----

// A printer has one attempt at most in any phase before the evidence; beside it there may be one
// that was taken for not started and prints after all.
std::optional<Attempts::Task> Attempts::task_on(Printer& printer, Phase phase) {
  for (auto& [job_id, errand] : errands_) {
    const Attempt& attempt = *ledger_.find(job_id);
    if (errand.phase != phase || is_closed(attempt.state)) continue;
    if (std::string_view(attempt.order->printer_id) != printer.serial()) continue;
    return Task{attempt, errand, &printer};
  }
  return std::nullopt;
}

bool Attempts::is_starting() const {
  return std::any_of(errands_.begin(), errands_.end(), [&](const auto& one) {
    return ledger_.find(one.first)->state == AttemptState::starting;
  });
}

std::optional<std::string> Attempts::token_in(const Printer& printer,
                                              std::string_view subtask_name) const {
  for (const auto& [job_id, attempt] : ledger_.attempts()) {
    const bool may_run = !is_closed(attempt.state) || attempt.state == AttemptState::not_started;
    if (!may_run || !was_published(attempt)) continue;
    if (std::string_view(attempt.order->printer_id) != printer.serial()) continue;
    if (carries_token(subtask_name, attempt.order->start_token)) {
      return attempt.order->start_token.value;
    }
  }
  return std::nullopt;
}

void Attempts::enter(Errand& errand, Phase phase, Instant now) {
  errand.phase = phase;
  errand.since = now;
}

void Attempts::move(Attempt attempt, AttemptState to, std::string_view reason, Evidence evidence,
                    Instant now) {
  assert(is_legal_move(attempt.state, to));
  attempt.state = to;
  attempt.reason.reset();
  if (!reason.empty()) attempt.reason = fit<Text<0, 64>>(reason);
  attempt.evidence = std::move(evidence);
  log_.info("attempt moved", {{"job_id", attempt.job_id},
                              {"attempt", attempt.attempt},
                              {"state", word(to)},
                              {"reason", reason}});
  ledger_.record(std::move(attempt), time_.when(now));
}

}  // namespace pf::hub
