// What people change about a job before it is sent: how urgent it is, where it stands in the queue,
// on which printer, and what it asks for.
#include <algorithm>

#include "cloud/domain/jobs/jobs.hpp"
#include "cloud/domain/jobs/queue_store.hpp"

namespace pf {
namespace {

bool is_stale(const Caller& caller, const Job& job) {
  return caller.if_match && *caller.if_match != std::to_string(job.updated_at);
}

}  // namespace

Answer<Job> Jobs::update(const Caller& caller, const PathId& id, const JobChange& wanted) {
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Job> {
    auto job = visible(db, caller, id.value);
    if (!job) return not_found("job");
    if (is_stale(caller, *job)) {
      return Fault{412, "The job was changed by somebody else. Load it again."};
    }
    return change(db, caller, std::move(*job), wanted);
  });
  if (answer) attempts_.tell(caller.tenant, {.jobs = {answer->id.value}});
  return answer;
}

Answer<Job> Jobs::change(Transaction& db, const Caller& caller, Job job, const JobChange& wanted,
                         Rearrange rearrange) {
  const auto now = clock_.unix_now();
  const auto& tenant = caller.tenant;
  if (!is_in_queue(job)) return conflict("Only a job that waits in the queue can be changed.");
  const std::string before = json::encode(job);
  if (wanted.required) {
    if (auto fault = refuse_requirements(*wanted.required)) return *fault;
    job.required = wanted.required;
  }
  if (wanted.printer_id) {
    if (auto fault = assign(db, caller, job, *wanted.printer_id)) return *fault;
  }
  if (rearrange == Rearrange::to_end) queue_store::place_last(db, tenant, job.id);
  if (rearrange == Rearrange::free_printer) {
    job.printer_id.reset();
    job.state = JobState::queued;
  }
  if (wanted.before_id) {
    const auto other = visible(db, caller, *wanted.before_id);
    if (!other || !is_in_queue(*other)) return invalid("before_id", "is no job of the queue");
    if (other->id == job.id) return invalid("before_id", "is the job itself");
    job.priority = other->priority;
    queue_store::place_before(db, tenant, job.id, other->id);
  }
  if (wanted.priority) job.priority = *wanted.priority;
  if (wanted.options) jobs_store::set_options(db, tenant, job.id, *wanted.options);
  job.waiting_for.reset();
  job.updated_at = std::max(now.milliseconds, job.updated_at + 1);
  jobs_store::update(db, tenant, job);
  attempts_.note(db, tenant, job.id,
                 attempts_.entry_by(audit::actor_of(caller), StoryKind::changed));
  record(db, caller, now, "jobs.update", before, job);
  return job;
}

// What cannot change until the job's turn comes must fit now.
std::optional<Fault> Jobs::assign(Transaction& db, const Caller& caller, Job& job,
                                  const Uuid& printer_id) {
  const auto printer = rooms_.printers.stored(db, caller.tenant, printer_id);
  if (!printer || !caller.may_touch(printer_id)) {
    return invalid("printer_id", "is no printer of this organisation");
  }
  const auto file = rooms_.files.stored(db, caller.tenant, *job.file_id);
  if (!file) return conflict("The file of this job was removed.");
  const auto verdict =
      judge_fit(*file, *job.plate, std::nullopt, *printer, std::nullopt, ChosenBy::person);
  if (verdict.fit == Fit::unfit) return conflict(verdict.says);
  job.printer_id = printer->id;
  job.state = JobState::assigned;
  return std::nullopt;
}

}  // namespace pf
