// A person's word about an attempt of which nobody else knows how it went.
#include "cloud/domain/jobs/jobs.hpp"

namespace pf {
namespace {

std::string words_of(AttemptOutcome outcome, bool forced) {
  std::string says = "A person said: ";
  switch (outcome) {
    case AttemptOutcome::not_started: says += "it did not start."; break;
    case AttemptOutcome::started: says += "it is printing."; break;
    case AttemptOutcome::finished: says += "it finished."; break;
    case AttemptOutcome::failed: says += "it failed."; break;
    case AttemptOutcome::stopped: says += "it was stopped."; break;
  }
  return forced ? says + " By force." : says;
}

}  // namespace

Answer<Job> Jobs::answer(const Caller& caller, const PathId& id, const JobAnswer& wanted) {
  const bool force = wanted.force.value_or(false);
  if (force && caller.role != Role::owner) {
    return Fault{403, "Only an owner may overrule what the hub says. Ask one of them."};
  }
  JobsOutcome outcome;
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Job> {
    outcome = {};
    const auto job = visible(db, caller, id.value);
    if (!job) return not_found("job");
    const auto attempt = jobs_store::find_attempt(db, caller.tenant, job->id, job->attempt);
    if (!attempt || !is_open(attempt->state)) {
      return conflict("No print of this job is under way.");
    }
    if (!job->needs_answer && !force) {
      return conflict("The hub still knows how this print goes; nobody has to say it.");
    }
    return settle(db, caller, *job, *attempt, wanted, outcome);
  });
  if (answer) attempts_.tell(caller.tenant, outcome);
  return answer;
}

Answer<Job> Jobs::settle(Transaction& db, const Caller& caller, const Job& job,
                         const jobs_store::AttemptRow& attempt, const JobAnswer& wanted,
                         JobsOutcome& outcome) {
  const auto now = clock_.unix_now();
  const auto& tenant = caller.tenant;
  AttemptNews news;
  news.at = now.milliseconds;
  // What was last seen stays beside the answer to what it could not tell.
  if (attempt.evidence) news.evidence = *attempt.evidence;
  news.evidence.note = Text<0, 300>(words_of(wanted.outcome, wanted.force.value_or(false)));
  news.kind = StoryKind::answered;
  news.teller = audit::actor_of(caller);
  if (!attempts_.answer(db, tenant, attempt, wanted.outcome, news, outcome)) {
    return conflict("That is what is known of this print already.");
  }
  // By force also while its order is on the way: it must not start what a person has settled.
  rooms_.commands.retire_start(db, tenant, job.id, attempt.attempt);
  // Kept until the hub has heard it, however long that takes: its journal holds the same question.
  AttemptResolve resolve;
  resolve.command_id = "-";
  resolve.job_id = job.id;
  resolve.attempt = attempt.attempt;
  resolve.outcome = wanted.outcome;
  const auto command = rooms_.commands.add(db, tenant,
                                           {.hub_id = attempt.hub_id,
                                            .kind = CommandKind::resolve_attempt,
                                            .printer_id = attempt.printer_id,
                                            .job_id = attempt.job_id,
                                            .attempt = attempt.attempt,
                                            .payload = json::encode(resolve)});
  outcome.commands.insert(command.value);
  outcome.hubs_to_wake.insert(attempt.hub_id);
  auto answered = jobs_store::find(db, tenant, job.id);
  record(db, caller, now, "jobs.answer", json::encode(job), *answered);
  return std::move(*answered);
}

}  // namespace pf
