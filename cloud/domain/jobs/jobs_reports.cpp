// What hubs report about attempts and prints, and what it does to jobs.
#include <algorithm>

#include "cloud/domain/jobs/jobs.hpp"
#include "cloud/domain/jobs/jobs_outcome.hpp"
#include "cloud/domain/jobs/jobs_store.hpp"

namespace pf {
namespace {

std::optional<Text<0, 300>> words_of_end(const JobEvent& event) {
  if (event.evidence.note && !event.evidence.note->empty()) return event.evidence.note;
  if (event.reason) return Text<0, 300>(event.reason->value);
  return std::nullopt;
}

void apply(const JobMove& move, const JobEvent& event, Millis now, Job& job) {
  job.state = move.job;
  job.stage = move.stage;
  job.needs_answer = move.needs_answer;
  job.updated_at = std::max(now, job.updated_at + 1);
  if (move.began && !job.started_at) job.started_at = event.at;
  if (move.ended) {
    job.ended_at = event.at;
    job.cancelling = false;
  }
  const bool stopped_short = move.attempt == AttemptStanding::rejected ||
                             move.attempt == AttemptStanding::aborted ||
                             move.attempt == AttemptStanding::not_started ||
                             move.job == JobState::failed || move.needs_answer;
  if (stopped_short) job.reason = words_of_end(event);
  if (move.attempt == AttemptStanding::started) job.reason.reset();
  if (move.alarm) job.reason = Text<0, 300>("It was taken for not started, and yet it printed.");
}

}  // namespace

void Jobs::on_job_event(const TenantId& tenant, std::string_view hub_id, const JobEvent& event) {
  Outcome outcome;
  rooms_.database.write([&](Transaction& db) {
    outcome = {};
    if (event.seq <= rooms_.hubs.event_high(db, tenant, hub_id, event.journal_id)) return;
    rooms_.hubs.set_event_high(db, tenant, hub_id, event.journal_id, event.seq);
    auto attempt = jobs_store::find_attempt(db, tenant, event.job_id, event.attempt);
    if (!attempt || attempt->hub_id != hub_id) return;
    report(db, tenant, std::move(*attempt), event, outcome);
  });
  tell(tenant, outcome);
}

void Jobs::report(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
                  const JobEvent& event, Outcome& outcome) {
  const auto now = clock_.unix_now().milliseconds;
  auto job = jobs_store::find(db, tenant, attempt.job_id);
  if (!job || job->attempt != attempt.attempt) return;  // An older attempt's echo.
  const auto move = move_of(attempt.state, event.state, job->state, job->cancelling);
  if (!move) return;
  attempt.state = move->attempt;
  attempt.is_open = is_open(move->attempt) &&
                    !(move->alarm && jobs_store::has_other_open_attempt(db, tenant, attempt));
  if (event.reason) attempt.reason = event.reason->value;
  attempt.evidence = event.evidence;
  attempt.updated_at = now;
  jobs_store::update_attempt(db, tenant, attempt);
  apply(*move, event, now, *job);
  jobs_store::update(db, tenant, *job);
  outcome.jobs.insert(job->id.value);

  if (move->plate == PlateMove::spend) {
    rooms_.plates.spend(db, tenant, attempt.plate_token);
    outcome.printers_need_clearing.insert(attempt.printer_id);
  } else if (move->plate == PlateMove::give_back) {
    rooms_.plates.give_back(db, tenant, attempt.plate_token);
    outcome.printers_cleared.insert(attempt.printer_id);
  }
  if (move->ended) {
    jobs_store::add_effect(db, tenant, attempt, word(job->state), now);
  }
}

void Jobs::on_print_event(const TenantId& tenant, std::string_view hub_id,
                          const PrintEvent& event) {
  Outcome outcome;
  rooms_.database.write([&](Transaction& db) {
    outcome = {};
    if (event.seq <= rooms_.hubs.event_high(db, tenant, hub_id, event.journal_id)) return;
    rooms_.hubs.set_event_high(db, tenant, hub_id, event.journal_id, event.seq);
    const auto printer = rooms_.printers.stored_by_serial(db, tenant, event.printer_id);
    if (!printer || printer->hub_id != hub_id || printer->assignment != event.assignment) return;
    if (rooms_.printers.print_seen(db, tenant, printer->id.value, event.print_id)) {
      outcome.printers_need_clearing.insert(printer->id.value);
    }
    if (!event.start_token) return;
    const auto attempt = jobs_store::attempt_by_token(db, tenant, printer->id, *event.start_token);
    if (!attempt || attempt->state != AttemptStanding::started) return;
    auto job = jobs_store::find(db, tenant, attempt->job_id);
    if (!job) return;
    const bool pauses = event.phase == PrintPhase::paused && job->state == JobState::printing;
    const bool resumes = event.phase == PrintPhase::resumed && job->state == JobState::paused;
    if (!pauses && !resumes) return;
    job->state = pauses ? JobState::paused : JobState::printing;
    job->updated_at = std::max(clock_.unix_now().milliseconds, job->updated_at + 1);
    jobs_store::update(db, tenant, *job);
    outcome.jobs.insert(job->id.value);
  });
  tell(tenant, outcome);
}

void Jobs::close_unsent(Transaction& db, const TenantId& tenant, std::string_view job_id,
                        std::int64_t number, AttemptState as, std::string_view says,
                        Outcome& outcome) {
  auto attempt = jobs_store::find_attempt(db, tenant, job_id, number);
  if (!attempt || attempt->state != AttemptStanding::requested) return;
  JobEvent event;
  event.job_id.value = job_id;
  event.attempt = number;
  event.state = as;
  event.at = clock_.unix_now().milliseconds;
  if (!says.empty()) event.evidence.note = Text<0, 300>(says);
  report(db, tenant, std::move(*attempt), event, outcome);
}

void Jobs::start_refused(const TenantId& tenant, const Command& command) {
  if (!command.job_id || !command.attempt) return;
  const std::string says =
      command.error_message ? command.error_message->value : "The hub refused to start this print.";
  Outcome outcome;
  rooms_.database.write([&](Transaction& db) {
    outcome = {};
    close_unsent(db, tenant, *command.job_id, *command.attempt, AttemptState::rejected, says,
                 outcome);
  });
  tell(tenant, outcome);
}

void Jobs::start_expired(const TenantId& tenant, const Command& command) {
  Outcome outcome;
  rooms_.database.write([&](Transaction& db) {
    outcome = {};
    close_unsent(db, tenant, *command.job_id, *command.attempt, AttemptState::rejected,
                 "The hub did not come online in time. Start it again when the hub is there.",
                 outcome);
  });
  tell(tenant, outcome);
}

std::optional<FileUrl> Jobs::file_url(const TenantId& tenant, std::string_view hub_id,
                                      const FileUrlRequest& request) {
  return rooms_.database.reading([&](Transaction& db) -> std::optional<FileUrl> {
    const auto attempt = jobs_store::find_attempt(db, tenant, request.job_id, request.attempt);
    if (!attempt || attempt->hub_id != hub_id || !attempt->is_open) return std::nullopt;
    const auto job = jobs_store::find(db, tenant, request.job_id);
    if (!job) return std::nullopt;
    const auto file = rooms_.files.stored(db, tenant, job->file_id);
    if (!file) return std::nullopt;
    FileUrl url;
    url.job_id = request.job_id;
    url.attempt = request.attempt;
    url.url = rooms_.files.signed_path(tenant, file->id, clock_.unix_now(), url.expires);
    url.sha256 = file->sha256;
    url.size = file->size;
    return url;
  });
}

}  // namespace pf
