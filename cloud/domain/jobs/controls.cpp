// Pause, resume, stop and cancel. Each names the print it means and is void after half a minute, so
// that a late one cannot hit the next print; the job follows what the printer then reports.
#include <algorithm>

#include "cloud/domain/jobs/jobs.hpp"

namespace pf {
namespace {

constexpr Seconds control_lifetime{30};

PrintAction print_action(ControlAction action) {
  switch (action) {
    case ControlAction::pause: return PrintAction::pause;
    case ControlAction::resume: return PrintAction::resume;
    case ControlAction::stop: return PrintAction::stop;
  }
  return PrintAction::stop;
}

std::optional<Fault> refuse_control(ControlAction action, bool paused) {
  if (action == ControlAction::pause && paused) return conflict("This print is paused already.");
  if (action == ControlAction::resume && !paused) return conflict("This print is not paused.");
  return std::nullopt;
}

bool shows(const CurrentPrint& print, const std::string& start_token) {
  if (print.start_token) return print.start_token->value == start_token;
  return print.name.value.ends_with("-" + start_token);
}

}  // namespace

// A print and how the hub knows it.
struct Jobs::ControlTarget {
  Printer printer;
  std::optional<Job> job;  // Absent: a print of which no job is known.
  std::optional<std::int64_t> attempt;
  std::optional<std::string> start_token;
  std::optional<std::string> print_id;
};

Answer<Accepted> Jobs::pause(const Caller& caller, const PathId& id) {
  return control(caller, id, ControlAction::pause);
}

Answer<Accepted> Jobs::resume(const Caller& caller, const PathId& id) {
  return control(caller, id, ControlAction::resume);
}

Answer<Accepted> Jobs::control(const Caller& caller, const PathId& id, ControlAction action) {
  JobsOutcome outcome;
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Accepted> {
    outcome = {};
    const auto job = visible(db, caller, id.value);
    if (!job) return not_found("job");
    if (job->state != JobState::printing && job->state != JobState::paused) {
      return conflict("Only a print that runs can be paused or resumed.");
    }
    if (auto fault = refuse_control(action, job->state == JobState::paused)) return *fault;
    const auto target = target_of_job(db, caller.tenant, *job);
    if (!target) return target.error();
    return Accepted{order_control(db, caller, *target, action, outcome)};
  });
  if (answer) attempts_.tell(caller.tenant, outcome);
  return answer;
}

Answer<Accepted> Jobs::command_printer(const Caller& caller, const PathId& printer_id,
                                       const PrinterOrder& order) {
  JobsOutcome outcome;
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Accepted> {
    outcome = {};
    const auto printer = rooms_.printers.stored(db, caller.tenant, printer_id.value);
    if (!printer || !caller.may_touch(printer_id.value)) return not_found("printer");
    const auto live = rooms_.live.find(caller.tenant, printer_id.value);
    const bool prints = live && live->connection.state == ConnectionState::connected &&
                        (live->status.state == PrinterState::printing ||
                         live->status.state == PrinterState::paused);
    if (!prints || !live->print) return conflict("This printer is not printing.");
    const bool paused = live->status.state == PrinterState::paused;
    if (auto fault = refuse_control(order.action, paused)) return *fault;
    const auto target = target_on(db, caller.tenant, *printer, *live->print);
    return Accepted{order_control(db, caller, target, order.action, outcome)};
  });
  if (answer) attempts_.tell(caller.tenant, outcome);
  return answer;
}

Answer<Jobs::ControlTarget> Jobs::target_of_job(Transaction& db, const TenantId& tenant,
                                                const Job& job) {
  auto printer =
      job.printer_id ? rooms_.printers.stored(db, tenant, *job.printer_id) : std::nullopt;
  if (!printer) return conflict("The printer of this job was removed.");
  ControlTarget target{std::move(*printer), job, {}, {}, {}};
  if (job.kind == JobKind::external) {
    target.print_id = job.print_id->value;
    return target;
  }
  const auto attempt = jobs_store::find_attempt(db, tenant, job.id, job.attempt);
  if (!attempt) throw DatabaseError("a job under way has no attempt");
  target.attempt = attempt->attempt;
  const auto live = rooms_.live.find(tenant, target.printer.id.value);
  if (live && live->print && shows(*live->print, attempt->start_token)) {
    target.print_id = live->print->print_id.value;
  }
  // A hub that the printer was moved to knows the print by its own name for it only.
  if (target.printer.hub_id == Uuid(attempt->hub_id)) target.start_token = attempt->start_token;
  if (target.start_token || target.print_id) return target;
  return conflict("The printer's hub has not seen this print yet. Try again in a moment.");
}

Jobs::ControlTarget Jobs::target_on(Transaction& db, const TenantId& tenant, const Printer& printer,
                                    const CurrentPrint& print) {
  ControlTarget target{printer, {}, {}, {}, print.print_id.value};
  if (!print.start_token) {
    target.job = jobs_store::find_external(db, tenant, printer.id, print.print_id);
    return target;
  }
  target.start_token = print.start_token->value;
  const auto attempt = jobs_store::attempt_by_token(db, tenant, printer.id, *print.start_token);
  if (!attempt) return target;
  target.attempt = attempt->attempt;
  target.job = jobs_store::find(db, tenant, attempt->job_id);
  return target;
}

CommandId Jobs::order_control(Transaction& db, const Caller& caller, const ControlTarget& target,
                              ControlAction action, JobsOutcome& outcome) {
  const auto now = clock_.unix_now();
  const auto not_after = now + control_lifetime;
  PrintCommand command;
  command.command_id = "-";
  command.printer_id = target.printer.serial_number;
  command.assignment = target.printer.assignment;
  command.action = print_action(action);
  if (target.attempt) command.job_id = target.job->id;
  command.attempt = target.attempt;
  if (target.start_token) command.start_token = Text<1, 32>(*target.start_token);
  if (target.print_id) command.print_id = Text<1, 200>(*target.print_id);
  command.not_after = not_after.milliseconds;
  Commands::Draft draft{.hub_id = target.printer.hub_id.value,
                        .kind = CommandKind::control_print,
                        .printer_id = target.printer.id.value,
                        .attempt = target.attempt,
                        .not_after = not_after,
                        .payload = json::encode(command)};
  if (target.job) draft.job_id = target.job->id.value;
  auto id = rooms_.commands.add(db, caller.tenant, std::move(draft));
  outcome.commands.insert(id.value);
  outcome.hubs_to_wake.insert(target.printer.hub_id.value);
  if (target.job) {
    auto entry = attempts_.entry_by(audit::actor_of(caller), StoryKind::control_asked);
    entry.attempt = target.attempt;
    entry.printer_id = target.printer.id;
    entry.command_id = id;
    entry.state = word(action);
    attempts_.note(db, caller.tenant, target.job->id, entry);
  }
  audit::record(db, caller, now,
                {.action = target.job ? "jobs.control" : "printers.command",
                 .subject_kind = target.job ? "job" : "printer",
                 .subject_id = target.job ? target.job->id.value : target.printer.id.value,
                 .before = {},
                 .after = json::encode(PrinterOrder{action})});
  return id;
}

Answer<Job> Jobs::cancel(const Caller& caller, const PathId& id) {
  JobsOutcome outcome;
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Job> {
    outcome = {};
    auto job = visible(db, caller, id.value);
    if (!job) return not_found("job");
    if (is_over(*job)) return conflict("This job is over already.");
    return cancelled(db, caller, std::move(*job), outcome);
  });
  if (answer) attempts_.tell(caller.tenant, outcome);
  return answer;
}

Answer<Job> Jobs::cancelled(Transaction& db, const Caller& caller, Job job, JobsOutcome& outcome) {
  const auto now = clock_.unix_now();
  const auto& tenant = caller.tenant;
  const auto before = json::encode(job);
  outcome.jobs.insert(job.id.value);
  const bool waits = is_in_queue(job);
  job.waiting_for.reset();
  job.updated_at = std::max(now.milliseconds, job.updated_at + 1);
  job.cancelling = !waits;
  if (waits) {
    job.state = JobState::cancelled;
    job.ended_at = now.milliseconds;
  }
  jobs_store::update(db, tenant, job);
  auto entry = attempts_.entry_by(audit::actor_of(caller), StoryKind::cancel_asked);
  entry.printer_id = job.printer_id;
  if (job.attempt > 0) entry.attempt = job.attempt;
  attempts_.note(db, tenant, job.id, entry);
  if (!waits) {
    if (auto fault = stop_under_way(db, caller, job, outcome)) return *fault;
    job = *jobs_store::find(db, tenant, job.id);
  }
  record(db, caller, now, "jobs.cancel", before, job);
  return job;
}

// What was never sent is simply taken back; otherwise the hub aborts it or stops the print.
std::optional<Fault> Jobs::stop_under_way(Transaction& db, const Caller& caller, const Job& job,
                                          JobsOutcome& outcome) {
  const auto& tenant = caller.tenant;
  if (job.kind == JobKind::external) {
    const auto target = target_of_job(db, tenant, job);
    if (!target) return target.error();
    order_control(db, caller, *target, ControlAction::stop, outcome);
    return std::nullopt;
  }
  if (const auto start = rooms_.commands.withdraw_start(db, tenant, job.id, job.attempt)) {
    outcome.commands.insert(start->id.value);
    attempts_.close_unsent(db, tenant, *start, AttemptState::aborted, "", outcome);
    return std::nullopt;
  }
  const auto attempt = jobs_store::find_attempt(db, tenant, job.id, job.attempt);
  if (!attempt) throw DatabaseError("a job under way has no attempt");
  order_cancel(db, tenant, *attempt, outcome);
  return std::nullopt;
}

void Jobs::order_cancel(Transaction& db, const TenantId& tenant,
                        const jobs_store::AttemptRow& attempt, JobsOutcome& outcome) {
  const JobCancel cancel{"-", 0, Uuid(attempt.job_id), attempt.attempt};
  const auto command = rooms_.commands.add(db, tenant,
                                           {.hub_id = attempt.hub_id,
                                            .kind = CommandKind::cancel_job,
                                            .printer_id = attempt.printer_id,
                                            .job_id = attempt.job_id,
                                            .attempt = attempt.attempt,
                                            .payload = json::encode(cancel)});
  outcome.commands.insert(command.value);
  outcome.hubs_to_wake.insert(attempt.hub_id);
}

}  // namespace pf
