#include "cloud/domain/jobs/jobs.hpp"

#include <algorithm>

#include "cloud/domain/jobs/jobs_outcome.hpp"
#include "cloud/domain/jobs/jobs_store.hpp"
#include "cloud/kit/table.hpp"

namespace pf {
namespace {

// START 2: the slowest cards take 100 kB/s; half an hour for everything else.
constexpr std::int64_t upload_bytes_per_second = 100'000;
constexpr Minutes start_slack{30};
constexpr std::size_t start_token_characters = 10;
constexpr std::size_t display_name_characters = 40;

// "Cube (2) ä.gcode.3mf" is "Cube_2": what every printer's screen and file system takes.
std::string display_name_of(std::string_view file_name) {
  for (const std::string_view suffix : {".3mf", ".gcode"}) {
    if (file_name.ends_with(suffix)) file_name.remove_suffix(suffix.size());
  }
  std::string name;
  for (const char c : file_name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || c == '-') {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
    if (name.size() == display_name_characters) break;
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name.empty() ? "print" : name;
}

bool may_be_started(const Job& job) {
  return job.state == JobState::queued || job.state == JobState::assigned;
}

bool is_over(const Job& job) {
  return job.state == JobState::complete || job.state == JobState::cancelled ||
         job.state == JobState::failed;
}

Fault not_startable(const Job& job) {
  if (job.needs_answer) {
    return conflict("Nobody knows yet whether this print started. Look at the printer first.");
  }
  if (is_over(job)) return conflict("This job is over. Create a new one to print it again.");
  return conflict("This job is already on its way to the printer.");
}

}  // namespace

Answer<Page<Job>> Jobs::list(const Caller& caller, const JobQueryParameters& query) {
  const int limit = query.limit.value_or(page_limit_default);
  return page_of(rooms_.database.reading([&](Transaction& db) {
    return jobs_store::list(db, caller.tenant, query, limit + 1);
  }),
                 limit);
}

Answer<Job> Jobs::find(const Caller& caller, const PathId& id) {
  auto job = rooms_.database.reading(
      [&](Transaction& db) { return jobs_store::find(db, caller.tenant, id.value); });
  if (!job) return not_found("job");
  return std::move(*job);
}

std::optional<Fault> Jobs::unfit(const PrintFileInfo& file, const Printer& printer,
                                 int plate) const {
  const bool has_plate = std::any_of(file.plates.begin(), file.plates.end(),
                                     [&](const Plate& one) { return one.index == plate; });
  if (!has_plate) return invalid("plate", "is no plate of this file");
  if (file.printer_model && printer.model && *file.printer_model != *printer.model) {
    return conflict(
        "This file is sliced for " +
        (file.printer_model_name ? file.printer_model_name->value : file.printer_model->value) +
        ", and \"" + printer.name.value + "\" is another model. Slice it for that one.");
  }
  return std::nullopt;
}

Answer<Created<Job>> Jobs::create(const Caller& caller, const NewJob& wanted) {
  const auto now = clock_.unix_now();
  auto created = rooms_.database.writing([&](Transaction& db) -> Answer<Job> {
    const auto file = rooms_.files.stored(db, caller.tenant, wanted.file_id);
    if (!file) return invalid("file_id", "is no file of this organisation");
    Job job;
    job.id = uuid7(now, random_);
    job.file_id = file->id;
    job.file_name = file->name;
    job.plate = wanted.plate.value_or(file->plates.empty() ? 1 : file->plates.begin()->index);
    if (wanted.printer_id) {
      const auto printer = rooms_.printers.stored(db, caller.tenant, *wanted.printer_id);
      if (!printer) return invalid("printer_id", "is no printer of this organisation");
      if (auto fault = unfit(*file, *printer, job.plate)) return *fault;
      job.printer_id = printer->id;
      job.state = JobState::assigned;
    } else if (auto fault = unfit(*file, {}, job.plate)) {
      return *fault;
    }
    if (wanted.priority) job.priority = *wanted.priority;
    job.submitted_by = caller.user_id;
    job.created_at = job.updated_at = now.milliseconds;
    jobs_store::insert(db, caller.tenant, job, wanted.options);
    return job;
  });
  if (!created) return created.error();
  rooms_.feed.changed(caller.tenant, ChangedKind::job, created->id.value);
  return Created<Job>{*created, "/api/jobs/" + created->id.value};
}

Answer<Job> Jobs::start(const Caller& caller, const PathId& id, const StartJob& start) {
  const Fault busy = conflict("Another print is under way on this printer. Wait until it is over.");
  Answer<Job> answer = not_found("job");
  try {
    answer = rooms_.database.writing([&](Transaction& db) -> Answer<Job> {
      auto job = jobs_store::find(db, caller.tenant, id.value);
      if (!job) return not_found("job");
      return begin(db, caller, std::move(*job), start);
    });
  } catch (const UniqueViolation&) {
    return busy;  // Somebody else's start on this printer was committed a moment before.
  }
  if (!answer) return answer;
  Outcome outcome;
  outcome.jobs.insert(answer->id.value);
  const bool reserved = answer->state == JobState::sending;
  if (reserved || start.plate_cleared.value_or(false)) {
    outcome.printers_cleared.insert(answer->printer_id->value);
  }
  outcome.hub_to_wake = hub_of(caller.tenant, *answer);
  tell(caller.tenant, outcome);
  return answer;
}

void Jobs::on_plate_cleared(const PlateCleared& cleared) {
  const auto& tenant = cleared.caller.tenant;
  const auto waiting = rooms_.database.reading([&](Transaction& db) {
    return jobs_store::waiting_for_plate(db, tenant, cleared.printer_id);
  });
  // Whatever stops it now is on the job for people to read; clearing the plate succeeded anyway.
  if (waiting) static_cast<void>(start(cleared.caller, {*waiting}, {}));
}

Answer<Job> Jobs::begin(Transaction& db, const Caller& caller, Job job, const StartJob& start) {
  const auto now = clock_.unix_now();
  const auto& tenant = caller.tenant;
  if (!may_be_started(job)) return not_startable(job);
  if (start.printer_id) job.printer_id = start.printer_id;
  if (!job.printer_id) return invalid("printer_id", "is missing: choose a printer for this job");
  const auto printer = rooms_.printers.stored(db, tenant, *job.printer_id);
  if (!printer) return invalid("printer_id", "is no printer of this organisation");
  const auto file = rooms_.files.stored(db, tenant, job.file_id);
  if (!file) return conflict("The file of this job was removed.");
  if (auto fault = unfit(*file, *printer, job.plate)) return *fault;
  if (start.plate_cleared.value_or(false)) {
    if (auto fault = rooms_.printers.clear_plate(db, caller, *printer)) return *fault;
  }

  job.state = JobState::assigned;
  job.reason.reset();
  job.updated_at = std::max(now.milliseconds, job.updated_at + 1);
  const auto plate = rooms_.plates.reserve(db, tenant, printer->id);
  if (!plate) {
    job.waiting_for = Text<0, 300>("Waiting for a clear plate: look at the printer and say so.");
    jobs_store::update(db, tenant, job);
    return job;
  }
  job.waiting_for.reset();
  job.state = JobState::sending;
  job.stage = SendingStage::fetching;
  ++job.attempt;
  jobs_store::update(db, tenant, job);

  const auto not_after =
      now + Seconds{file->size / upload_bytes_per_second} + Milliseconds{start_slack};
  jobs_store::AttemptRow attempt;
  attempt.job_id = job.id.value;
  attempt.attempt = job.attempt;
  attempt.printer_id = printer->id.value;
  attempt.hub_id = printer->hub_id.value;
  attempt.assignment = printer->assignment;
  attempt.not_after = not_after.milliseconds;
  attempt.plate_token = plate->id;
  attempt.file_sha256 = file->sha256.value;
  attempt.start_token = base32_token(random_, start_token_characters);
  attempt.created_at = attempt.updated_at = now.milliseconds;
  jobs_store::insert_attempt(db, tenant, attempt);

  PrintCommand command;
  command.command_id = "-";  // The outbox row's id, filled in when it is sent; so is the epoch.
  command.printer_id = printer->serial_number;
  command.assignment = printer->assignment;
  command.action = PrintAction::start;
  command.job_id = job.id;
  command.attempt = job.attempt;
  command.start_token = attempt.start_token;
  command.not_after = attempt.not_after;
  command.file =
      PrintFile{file->sha256, file->size, "pf-" + file->sha256.value.substr(0, 12) + ".gcode.3mf"};
  command.plate = job.plate;
  command.display_name = display_name_of(job.file_name);
  command.options = jobs_store::options(db, tenant, job.id);
  command.plate_token = plate->id;
  if (plate->last_print_id) command.last_print_id = *plate->last_print_id;
  rooms_.commands.add(db, tenant,
                      {.hub_id = attempt.hub_id,
                       .kind = CommandKind::start_print,
                       .printer_id = attempt.printer_id,
                       .job_id = attempt.job_id,
                       .attempt = attempt.attempt,
                       .not_after = not_after,
                       .payload = json::encode(command)});
  return job;
}

Answer<Job> Jobs::cancel(const Caller& caller, const PathId& id) {
  const auto now = clock_.unix_now().milliseconds;
  const auto& tenant = caller.tenant;
  Outcome outcome;
  auto answer = rooms_.database.writing([&](Transaction& db) -> Answer<Job> {
    outcome = {};
    auto job = jobs_store::find(db, tenant, id.value);
    if (!job) return not_found("job");
    if (is_over(*job)) return conflict("This job is over already.");
    outcome.jobs.insert(job->id.value);
    job->cancelling = true;
    job->waiting_for.reset();
    job->updated_at = std::max(now, job->updated_at + 1);
    if (may_be_started(*job)) {
      job->state = JobState::cancelled;
      job->cancelling = false;
      job->ended_at = now;
      jobs_store::update(db, tenant, *job);
      return std::move(*job);
    }
    jobs_store::update(db, tenant, *job);
    if (rooms_.commands.withdraw_start(db, tenant, job->id, job->attempt)) {
      close_unsent(db, tenant, job->id, job->attempt, AttemptState::aborted, "", outcome);
      return std::move(*jobs_store::find(db, tenant, id.value));
    }
    const auto attempt = jobs_store::find_attempt(db, tenant, job->id, job->attempt);
    if (!attempt) throw DatabaseError("a job under way has no attempt");
    JobCancel cancel{"-", 0, job->id, job->attempt};
    rooms_.commands.add(db, tenant,
                        {.hub_id = attempt->hub_id,
                         .kind = CommandKind::cancel_job,
                         .printer_id = attempt->printer_id,
                         .job_id = attempt->job_id,
                         .attempt = attempt->attempt,
                         .payload = json::encode(cancel)});
    outcome.hub_to_wake = attempt->hub_id;
    return std::move(*job);
  });
  if (answer) tell(tenant, outcome);
  return answer;
}

std::optional<std::string> Jobs::hub_of(const TenantId& tenant, const Job& job) {
  return rooms_.database.reading([&](Transaction& db) -> std::optional<std::string> {
    const auto attempt = jobs_store::find_attempt(db, tenant, job.id, job.attempt);
    if (!attempt) return std::nullopt;
    return attempt->hub_id;
  });
}

void Jobs::tell(const TenantId& tenant, const Outcome& outcome) {
  for (const auto& id : outcome.printers_cleared) rooms_.printers.plate_changed(tenant, id, false);
  for (const auto& id : outcome.printers_need_clearing) {
    rooms_.printers.plate_changed(tenant, id, true);
  }
  for (const auto& id : outcome.jobs) rooms_.feed.changed(tenant, ChangedKind::job, id);
  if (outcome.hub_to_wake) rooms_.hub_link.wake(*outcome.hub_to_wake);
}

}  // namespace pf
