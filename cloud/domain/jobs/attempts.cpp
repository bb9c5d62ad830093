#include "cloud/domain/jobs/attempts.hpp"

#include <algorithm>

#include "cloud/domain/jobs/story_store.hpp"

namespace pf {
namespace {

constexpr std::string_view alarm_text = "It was taken for not started, and yet it printed.";

std::optional<Text<0, 300>> words_of(const AttemptNews& news) {
  if (news.evidence.note && !news.evidence.note->empty()) return news.evidence.note;
  if (news.reason) return Text<0, 300>(news.reason->value);
  return std::nullopt;
}

bool is_worth_saying_why(const JobMove& move) {
  return move.attempt == AttemptStanding::rejected || move.attempt == AttemptStanding::aborted ||
         move.attempt == AttemptStanding::not_started || move.job == JobState::failed ||
         move.needs_answer;
}

void move_job(const JobMove& move, const AttemptNews& news, Millis now, Job& job) {
  job.state = move.job;
  job.stage = move.stage;
  job.needs_answer = move.needs_answer;
  job.waiting_for.reset();
  job.updated_at = std::max(now, job.updated_at + 1);
  if (move.began && !job.started_at) job.started_at = news.at;
  if (move.ended) {
    job.ended_at = news.at;
    job.cancelling = false;
  }
  if (auto says = words_of(news); says && is_worth_saying_why(move)) job.reason = std::move(says);
  if (move.attempt == AttemptStanding::started) job.reason.reset();
  if (move.alarm) job.reason = Text<0, 300>(alarm_text);
}

}  // namespace

void Attempts::report(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
                      const AttemptNews& news, JobsOutcome& outcome) {
  auto job = jobs_store::find(db, tenant, attempt.job_id);
  if (!job) return;
  if (job->attempt != attempt.attempt) {
    return report_earlier(db, tenant, std::move(attempt), std::move(*job), news, outcome);
  }
  const auto move = move_of(attempt.state, news.state, job->state, job->cancelling);
  if (move) apply(db, tenant, std::move(attempt), std::move(*job), *move, news, outcome);
}

bool Attempts::answer(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
                      AttemptOutcome answer, const AttemptNews& news, JobsOutcome& outcome) {
  auto job = jobs_store::find(db, tenant, attempt.job_id);
  if (!job) return false;
  const auto move = move_of_answer(attempt.state, answer, job->state, job->cancelling);
  if (!move) return false;
  apply(db, tenant, std::move(attempt), std::move(*job), *move, news, outcome);
  return true;
}

void Attempts::apply(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
                     Job job, const JobMove& move, const AttemptNews& news, JobsOutcome& outcome) {
  const auto now = clock_.unix_now().milliseconds;
  attempt.state = move.attempt;
  // Two open attempts on one printer cannot be stored; the newer one keeps its place.
  attempt.is_open =
      is_open(move.attempt) && !jobs_store::has_other_open_attempt(db, tenant, attempt);
  if (news.reason) attempt.reason = news.reason->value;
  attempt.evidence = news.evidence;
  attempt.updated_at = now;
  jobs_store::update_attempt(db, tenant, attempt);
  move_job(move, news, now, job);
  // It may have been given to another printer since it was taken for not started.
  const bool strayed = move.began && job.printer_id != Uuid(attempt.printer_id);
  if (strayed && rooms_.printers.stored(db, tenant, attempt.printer_id)) {
    job.printer_id = Uuid(attempt.printer_id);
  }
  jobs_store::update(db, tenant, job);
  outcome.jobs.insert(job.id.value);
  move_plate(db, tenant, attempt, move.plate, outcome);
  note_move(db, tenant, attempt, move.alarm, news);
  if (move.ended) note_end(db, tenant, attempt, job, news);
}

void Attempts::move_plate(Transaction& db, const TenantId& tenant,
                          const jobs_store::AttemptRow& attempt, PlateMove move,
                          JobsOutcome& outcome) {
  switch (move) {
    case PlateMove::none: return;
    case PlateMove::spend:
      rooms_.plates.spend(db, tenant, attempt.plate_token);
      outcome.printers_need_clearing.insert(attempt.printer_id);
      return;
    case PlateMove::give_back:
      if (rooms_.plates.give_back(db, tenant, attempt.plate_token)) {
        outcome.printers_cleared.insert(attempt.printer_id);
      } else {
        outcome.printers_need_clearing.insert(attempt.printer_id);
      }
      return;
  }
}

void Attempts::note_end(Transaction& db, const TenantId& tenant,
                        const jobs_store::AttemptRow& attempt, const Job& job,
                        const AttemptNews& news) {
  const auto now = clock_.unix_now().milliseconds;
  if (!jobs_store::add_effect(db, tenant, attempt, word(job.state), now)) return;
  const bool stopped = attempt.state == AttemptStanding::stopped;
  if (!stopped && attempt.state != AttemptStanding::failed) return;
  PrinterFailure failure;
  failure.printer_id = Uuid(attempt.printer_id);
  failure.job_id = Uuid(attempt.job_id);
  failure.attempt = attempt.attempt;
  failure.failure_type = stopped ? FailureType::user_cancelled : FailureType::unknown;
  failure.failure_reason = words_of(news);
  if (news.evidence.mc_percent)
    failure.progress_at_failure = std::clamp(*news.evidence.mc_percent, 0, 100);
  failure.created_at = news.at;
  add_failure(db, tenant, std::move(failure));
}

void Attempts::add_failure(Transaction& db, const TenantId& tenant, PrinterFailure failure) {
  failure.id = Uuid(uuid7(clock_.unix_now(), random_));
  jobs_store::put_failure(db, tenant, failure);
}

// An earlier attempt was closed before this one was made; if it printed after all, nothing may be
// started or stopped on that ground, but people must know.
void Attempts::report_earlier(Transaction& db, const TenantId& tenant,
                              jobs_store::AttemptRow attempt, Job job, const AttemptNews& news,
                              JobsOutcome& outcome) {
  const auto move = move_of(attempt.state, news.state, job.state, job.cancelling);
  if (!move) return;
  const auto now = clock_.unix_now().milliseconds;
  attempt.state = move->attempt;
  attempt.evidence = news.evidence;
  attempt.updated_at = now;
  jobs_store::update_attempt(db, tenant, attempt);
  if (move->alarm) {
    job.reason = Text<0, 300>(alarm_text);
    job.updated_at = std::max(now, job.updated_at + 1);
    jobs_store::update(db, tenant, job);
  }
  outcome.jobs.insert(job.id.value);
  note_move(db, tenant, attempt, move->alarm, news);
}

// The line of the story about what an attempt has become.
void Attempts::note_move(Transaction& db, const TenantId& tenant,
                         const jobs_store::AttemptRow& attempt, bool alarm,
                         const AttemptNews& news) {
  auto entry = entry_by(news.teller, alarm ? StoryKind::alarm : news.kind);
  entry.at = news.at;
  entry.attempt = attempt.attempt;
  entry.hub_id = Uuid(attempt.hub_id);
  entry.printer_id = Uuid(attempt.printer_id);
  entry.state = word(attempt.state);
  entry.reason = news.reason;
  entry.says = alarm ? Text<0, 300>(alarm_text) : words_of(news);
  entry.evidence = news.evidence;
  note(db, tenant, attempt.job_id, entry);
}

void Attempts::close_unsent(Transaction& db, const TenantId& tenant, const Command& start,
                            AttemptState as, std::string_view says, JobsOutcome& outcome) {
  if (!start.job_id || !start.attempt) return;
  auto attempt = jobs_store::find_attempt(db, tenant, *start.job_id, *start.attempt);
  if (!attempt || attempt->state != AttemptStanding::requested) return;
  AttemptNews news;
  news.state = as;
  news.at = clock_.unix_now().milliseconds;
  if (!says.empty()) {
    news.reason = start.code;
    news.evidence.note = Text<0, 300>(says);
  }
  report(db, tenant, std::move(*attempt), news, outcome);
}

StoryEntry Attempts::entry_by(const audit::Actor& actor, StoryKind kind) const {
  StoryEntry entry;
  entry.kind = kind;
  entry.at = entry.recorded_at = clock_.unix_now().milliseconds;
  entry.actor_kind = actor.kind;
  if (actor.id) entry.actor_id = Text<0, 64>(actor.id->substr(0, 64));
  return entry;
}

void Attempts::note(Transaction& db, const TenantId& tenant, std::string_view job_id,
                    const StoryEntry& entry) {
  story_store::append(db, tenant, job_id, entry);
}

void Attempts::tell(const TenantId& tenant, const JobsOutcome& outcome) {
  for (const auto& id : outcome.printers_cleared) rooms_.printers.plate_changed(tenant, id, false);
  for (const auto& id : outcome.printers_need_clearing) {
    rooms_.printers.plate_changed(tenant, id, true);
  }
  for (const auto& id : outcome.jobs) rooms_.feed.changed(tenant, ChangedKind::job, id);
  for (const auto& id : outcome.commands) rooms_.feed.changed(tenant, ChangedKind::command, id);
  for (const auto& id : outcome.hubs_to_wake) rooms_.hub_link.wake(id);
}

}  // namespace pf
