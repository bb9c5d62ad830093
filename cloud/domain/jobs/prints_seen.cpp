// Prints as printers were seen doing them. Our own: pauses and ends, also when another hub sees
// them after the printer was moved. Others become external jobs, whose story is kept.
#include <algorithm>

#include "cloud/domain/jobs/jobs.hpp"

namespace pf {
namespace {

constexpr std::size_t start_token_characters = 10;

struct ExternalMove {
  JobState state = JobState::printing;
  bool over = false;
};

ExternalMove move_of_print(PrintPhase phase) {
  switch (phase) {
    case PrintPhase::started:
    case PrintPhase::resumed: return {JobState::printing};
    case PrintPhase::paused: return {JobState::paused};
    case PrintPhase::finished: return {JobState::complete, true};
    case PrintPhase::failed: return {JobState::failed, true};
    case PrintPhase::stopped: return {JobState::cancelled, true};
  }
  return {};
}

bool end_was_seen(const PrintEvent& event) {
  return !event.error_code || *event.error_code != "end_not_seen";
}

// What the sight of our print proves about its attempt.
AttemptState proof_of(const PrintEvent& event) {
  switch (event.phase) {
    case PrintPhase::started:
    case PrintPhase::paused:
    case PrintPhase::resumed: return AttemptState::started;
    case PrintPhase::finished: return AttemptState::finished;
    case PrintPhase::failed:
      return end_was_seen(event) ? AttemptState::failed : AttemptState::unknown;
    case PrintPhase::stopped: return AttemptState::stopped;
  }
  return AttemptState::unknown;
}

PrinterFailure failure_of(const PrintEvent& event) {
  PrinterFailure failure;
  failure.failure_type =
      event.phase == PrintPhase::stopped ? FailureType::user_cancelled : FailureType::unknown;
  failure.error_code = event.error_code;
  failure.print_time_at_failure = event.seconds;
  failure.layer_at_failure = event.layers;
  failure.created_at = event.at;
  return failure;
}

bool is_failure(const PrintEvent& event) {
  return (event.phase == PrintPhase::failed && end_was_seen(event)) ||
         event.phase == PrintPhase::stopped;
}

Text<0, 300> words_of_end(const PrintEvent& event) {
  if (!end_was_seen(event)) return "Nobody saw how it ended.";
  return "Error " + event.error_code->value + ".";
}

}  // namespace

// The hub names the token of its own attempts; another hub only shows the name that carries it.
std::optional<std::string> Jobs::start_token_of(const PrintEvent& event) {
  if (event.start_token) return event.start_token->value;
  const std::string& name = event.name.value;
  if (name.size() <= start_token_characters) return std::nullopt;
  const auto dash = name.size() - start_token_characters - 1;
  if (name[dash] != '-') return std::nullopt;
  return name.substr(dash + 1);
}

void Jobs::see_our_print(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                         const PrintEvent& event, jobs_store::AttemptRow attempt,
                         JobsOutcome& outcome) {
  // The hub that made the attempt tells of it by its journal; from any other, sight is evidence.
  if (attempt.hub_id != hub_id) {
    AttemptNews news;
    news.state = proof_of(event);
    news.at = event.at;
    news.evidence.subtask_name = event.name;
    news.evidence.note = Text<0, 300>("Another hub saw this print at the printer.");
    news.kind = StoryKind::print_seen;
    news.teller = {ActorKind::hub, std::string(hub_id), {}};
    attempts_.report(db, tenant, attempt, news, outcome);
    attempt = *jobs_store::find_attempt(db, tenant, attempt.job_id, attempt.attempt);
  }
  if (is_failure(event)) {
    auto failure = failure_of(event);
    failure.printer_id = Uuid(attempt.printer_id);
    failure.job_id = Uuid(attempt.job_id);
    failure.attempt = attempt.attempt;
    attempts_.add_failure(db, tenant, std::move(failure));
  }
  auto job = jobs_store::find(db, tenant, attempt.job_id);
  if (!job || job->attempt != attempt.attempt) return;
  // The journal tells that it failed, this with which error: people hear both, whichever is first.
  if (event.phase == PrintPhase::failed && event.error_code && end_was_seen(event) &&
      !job->reason) {
    job->reason = words_of_end(event);
    return note_seen(db, tenant, hub_id, event, std::move(*job), attempt.attempt, outcome);
  }
  if (attempt.state != AttemptStanding::started) return;
  const bool pauses = event.phase == PrintPhase::paused && job->state == JobState::printing;
  const bool resumes = event.phase == PrintPhase::resumed && job->state == JobState::paused;
  if (!pauses && !resumes) return;
  job->state = pauses ? JobState::paused : JobState::printing;
  note_seen(db, tenant, hub_id, event, std::move(*job), attempt.attempt, outcome);
}

void Jobs::see_external_print(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                              const PrintEvent& event, const Printer& printer,
                              JobsOutcome& outcome) {
  auto known = jobs_store::find_external(db, tenant, printer.id, event.print_id);
  if (known && is_over(*known)) return;
  const auto move = move_of_print(event.phase);
  Job job = known ? *known : external_job(event, printer);
  if (known && known->state == move.state) return;
  job.state = move.state;
  if (move.over) {
    job.ended_at = event.at;
    job.cancelling = false;
    if (event.error_code) job.reason = words_of_end(event);
  }
  if (!known) jobs_store::insert(db, tenant, job, {});
  note_seen(db, tenant, hub_id, event, job, {}, outcome);
  if (!is_failure(event)) return;
  auto failure = failure_of(event);
  failure.printer_id = printer.id;
  failure.job_id = job.id;
  attempts_.add_failure(db, tenant, std::move(failure));
}

Job Jobs::external_job(const PrintEvent& event, const Printer& printer) {
  const auto now = clock_.unix_now();
  Job job;
  job.id = Uuid(uuid7(now, random_));
  job.kind = JobKind::external;
  job.file_name = event.name.empty() ? "A print without a name" : event.name.value;
  job.printer_id = printer.id;
  job.print_id = event.print_id;
  // Told of only at its end, the beginning follows from how long it took, where that is known.
  if (event.phase == PrintPhase::started) {
    job.started_at = event.at;
  } else if (event.seconds) {
    job.started_at = event.at - *event.seconds * 1000;
  }
  job.created_at = job.updated_at = now.milliseconds;
  return job;
}

void Jobs::note_seen(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                     const PrintEvent& event, Job job, std::optional<std::int64_t> attempt,
                     JobsOutcome& outcome) {
  job.updated_at = std::max(clock_.unix_now().milliseconds, job.updated_at + 1);
  jobs_store::update(db, tenant, job);
  outcome.jobs.insert(job.id.value);
  auto entry = attempts_.entry_by({ActorKind::hub, std::string(hub_id), {}}, StoryKind::print_seen);
  entry.at = event.at;
  entry.attempt = attempt;
  entry.hub_id = Uuid(std::string(hub_id));
  entry.printer_id = job.printer_id;
  entry.state = word(event.phase);
  if (event.error_code) entry.reason = Text<0, 64>(event.error_code->value);
  attempts_.note(db, tenant, job.id, entry);
}

}  // namespace pf
