// What hubs report about attempts, prints and commands, and what it does to jobs.
#include <algorithm>

#include "cloud/domain/jobs/jobs.hpp"

namespace pf {

void Jobs::on_job_event(const TenantId& tenant, std::string_view hub_id, const JobEvent& event) {
  JobsOutcome outcome;
  if (event.state != AttemptState::received) transfers_.forget(tenant, event.job_id.value);
  rooms_.database.write([&](Transaction& db) {
    outcome = {};
    if (event.seq <= rooms_.hubs.event_high(db, tenant, hub_id, event.journal_id)) return;
    rooms_.hubs.set_event_high(db, tenant, hub_id, event.journal_id, event.seq);
    auto attempt = jobs_store::find_attempt(db, tenant, event.job_id, event.attempt);
    if (!attempt || attempt->hub_id != hub_id) return;
    attempts_.report(db, tenant, std::move(*attempt), news_of(hub_id, event), outcome);
  });
  attempts_.tell(tenant, outcome);
}

AttemptNews Jobs::news_of(std::string_view hub_id, const JobEvent& event) {
  AttemptNews news;
  news.state = event.state;
  news.at = event.at;
  news.reason = event.reason;
  news.evidence = event.evidence;
  news.teller = {ActorKind::hub, std::string(hub_id), {}};
  return news;
}

void Jobs::on_print_event(const TenantId& tenant, std::string_view hub_id,
                          const PrintEvent& event) {
  JobsOutcome outcome;
  rooms_.database.write([&](Transaction& db) {
    outcome = {};
    if (event.seq <= rooms_.hubs.event_high(db, tenant, hub_id, event.journal_id)) return;
    rooms_.hubs.set_event_high(db, tenant, hub_id, event.journal_id, event.seq);
    const auto printer = rooms_.printers.stored_by_serial(db, tenant, event.printer_id);
    if (!printer || printer->hub_id != hub_id || printer->assignment != event.assignment) return;
    if (rooms_.printers.print_seen(db, tenant, printer->id.value, event.print_id)) {
      outcome.printers_need_clearing.insert(printer->id.value);
    }
    if (event.print_type == PrintType::system) return;
    const auto token = start_token_of(event);
    const auto attempt =
        token ? jobs_store::attempt_by_token(db, tenant, printer->id, *token) : std::nullopt;
    // An old token of ours that was started again at the printer's screen is nobody's order.
    const bool ours = attempt && (event.start_token || attempt->is_open ||
                                  attempt->state == AttemptStanding::not_started);
    if (ours) {
      see_our_print(db, tenant, hub_id, event, *attempt, outcome);
    } else {
      see_external_print(db, tenant, hub_id, event, *printer, outcome);
    }
  });
  attempts_.tell(tenant, outcome);
}

void Jobs::on_file_progress(const TenantId& tenant, const FileProgress& progress) {
  transfers_.moved(tenant, progress.job_id.value, clock_.unix_now().milliseconds);
}

std::optional<Command> Jobs::on_command_ack(const TenantId& tenant, std::string_view hub_id,
                                            const CommandAck& ack) {
  JobsOutcome outcome;
  auto settled = rooms_.database.writing([&](Transaction& db) {
    outcome = {};
    auto command = rooms_.commands.settle(db, tenant, hub_id, ack);
    if (command) outcome.commands.insert(command->id.value);
    if (command && command->job_id) react_to(db, tenant, *command, outcome);
    return command;
  });
  attempts_.tell(tenant, outcome);
  return settled;
}

void Jobs::react_to(Transaction& db, const TenantId& tenant, const Command& settled,
                    JobsOutcome& outcome) {
  const bool refused = settled.state == CommandState::refused;
  const auto job = jobs_store::find(db, tenant, *settled.job_id);
  if (!job) return;
  auto entry =
      attempts_.entry_by({ActorKind::hub, settled.hub_id.value, {}}, StoryKind::command_settled);
  entry.attempt = settled.attempt;
  entry.hub_id = settled.hub_id;
  entry.command_id = settled.id;
  entry.state = word(settled.state);
  entry.reason = settled.code;
  entry.says = settled.error_message;
  attempts_.note(db, tenant, job->id, entry);
  if (!refused || !settled.attempt) return;
  if (settled.kind == CommandKind::start_print) {
    const std::string says = settled.error_message ? settled.error_message->value
                                                   : "The hub refused to start this print.";
    return attempts_.close_unsent(db, tenant, settled, AttemptState::rejected, says, outcome);
  }
  if (settled.kind == CommandKind::cancel_job) {
    return cancel_refused(db, tenant, *job, settled, outcome);
  }
  if (settled.kind == CommandKind::resolve_attempt) {
    return answer_refused(db, tenant, *job, settled, outcome);
  }
  const bool forgotten =
      settled.kind == CommandKind::query_jobs && settled.code && *settled.code == "unknown_job";
  if (forgotten) hub_forgot(db, tenant, settled, outcome);
}

void Jobs::cancel_refused(Transaction& db, const TenantId& tenant, Job job, const Command& cancel,
                          JobsOutcome& outcome) {
  if (!job.cancelling || job.attempt != *cancel.attempt) return;
  job.cancelling = false;
  job.reason = cancel.error_message ? *cancel.error_message
                                    : Text<0, 300>("The hub could not cancel this print.");
  job.updated_at = std::max(clock_.unix_now().milliseconds, job.updated_at + 1);
  jobs_store::update(db, tenant, job);
  outcome.jobs.insert(job.id.value);
}

// What a person declared over must not start behind his back, and what the hub sees better he
// hears.
void Jobs::answer_refused(Transaction& db, const TenantId& tenant, Job job, const Command& answer,
                          JobsOutcome& outcome) {
  const auto attempt = jobs_store::find_attempt(db, tenant, job.id, *answer.attempt);
  if (!attempt || is_open(attempt->state)) return;
  if (answer.code && *answer.code == "not_published") {
    return order_cancel(db, tenant, *attempt, outcome);
  }
  const bool contradicts = answer.code && *answer.code == "still_printing";
  if (!contradicts || job.attempt != attempt->attempt) return;
  job.reason = answer.error_message;
  job.updated_at = std::max(clock_.unix_now().milliseconds, job.updated_at + 1);
  jobs_store::update(db, tenant, job);
  outcome.jobs.insert(job.id.value);
}

// Its journal was lost: what was tried under it, only a person or the printer can say.
void Jobs::hub_forgot(Transaction& db, const TenantId& tenant, const Command& query,
                      JobsOutcome& outcome) {
  auto attempt = jobs_store::find_attempt(db, tenant, *query.job_id, *query.attempt);
  if (!attempt || !attempt->is_open || attempt->state == AttemptStanding::requested) return;
  AttemptNews news;
  news.state = AttemptState::unknown;
  news.at = clock_.unix_now().milliseconds;
  news.reason = query.code;
  if (attempt->evidence) news.evidence = *attempt->evidence;
  news.evidence.note = Text<0, 300>("The hub's journal no longer knows this print.");
  attempts_.report(db, tenant, std::move(*attempt), news, outcome);
}

std::optional<FileUrl> Jobs::file_url(const TenantId& tenant, std::string_view hub_id,
                                      const FileUrlRequest& request) {
  return rooms_.database.reading([&](Transaction& db) -> std::optional<FileUrl> {
    const auto attempt = jobs_store::find_attempt(db, tenant, request.job_id, request.attempt);
    if (!attempt || attempt->hub_id != hub_id || !attempt->is_open) return std::nullopt;
    const auto job = jobs_store::find(db, tenant, request.job_id);
    if (!job || !job->file_id) return std::nullopt;
    const auto file = rooms_.files.stored(db, tenant, *job->file_id);
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
