// A start: checked, then attempt, plate reservation and order for the hub in one transaction.
#include <algorithm>

#include "cloud/domain/jobs/jobs.hpp"

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

Fault not_startable(const Job& job) {
  if (job.kind == JobKind::external) return conflict("This print was not started from here.");
  if (job.needs_answer) {
    return conflict("Nobody knows yet whether this print started. Look at the printer first.");
  }
  if (is_over(job)) return conflict("This job is over. Create a new one to print it again.");
  return conflict("This job is already on its way to the printer.");
}

UnixTime not_after(UnixTime now, std::int64_t file_size) {
  return now + Seconds{file_size / upload_bytes_per_second} + Milliseconds{start_slack};
}

}  // namespace

struct Jobs::PreparedStart {
  Job job;
  Printer printer;
  PrintFileInfo file;
};

Answer<Job> Jobs::start(const Caller& caller, const PathId& id, const StartJob& wish) {
  JobsOutcome outcome;
  Answer<Job> answer = not_found("job");
  try {
    answer = rooms_.database.writing([&](Transaction& db) -> Answer<Job> {
      outcome = {};
      auto job = visible(db, caller, id.value);
      if (!job) return not_found("job");
      return begin(db, caller, std::move(*job), wish, outcome);
    });
  } catch (const UniqueViolation&) {
    // Somebody else's start on this printer was committed a moment before.
    return conflict("Another print is under way on this printer. Wait until it is over.");
  }
  if (answer) attempts_.tell(caller.tenant, outcome);
  return answer;
}

Answer<Jobs::PreparedStart> Jobs::prepared(Transaction& db, const Caller& caller, Job job,
                                           const StartJob& wish) {
  if (!is_in_queue(job)) return not_startable(job);
  if (wish.printer_id) job.printer_id = wish.printer_id;
  if (!job.printer_id) return invalid("printer_id", "is missing: choose a printer for this job");
  auto printer = rooms_.printers.stored(db, caller.tenant, *job.printer_id);
  if (!printer || !caller.may_touch(*job.printer_id)) {
    return invalid("printer_id", "is no printer of this organisation");
  }
  auto file = rooms_.files.stored(db, caller.tenant, *job.file_id);
  if (!file) return conflict("The file of this job was removed.");
  return PreparedStart{std::move(job), std::move(*printer), std::move(*file)};
}

Answer<Job> Jobs::begin(Transaction& db, const Caller& caller, Job wanted, const StartJob& wish,
                        JobsOutcome& outcome) {
  auto start = prepared(db, caller, std::move(wanted), wish);
  if (!start) return start.error();
  Job& job = start->job;
  const Printer& printer = start->printer;
  const auto live = rooms_.live.find(caller.tenant, printer.id.value);
  std::optional<PrinterStatus> status;
  if (live && live->received_at > 0) status = live->status;
  const auto verdict =
      judge_fit(start->file, *job.plate, job.required, printer, status, ChosenBy::person);
  if (verdict.fit == Fit::unfit) return conflict(verdict.says);
  outcome.jobs.insert(job.id.value);
  if (wish.plate_cleared.value_or(false)) {
    if (auto fault = rooms_.printers.clear_plate(db, caller, printer)) return *fault;
    outcome.printers_cleared.insert(printer.id.value);
  }
  job.state = JobState::assigned;
  job.reason.reset();
  if (verdict.fit == Fit::unknown && !wish.accept_unknown.value_or(false)) {
    return left_waiting(db, caller, std::move(job),
                        verdict.says + " Look, and start it with that accepted.");
  }
  const auto plate = rooms_.plates.reserve(db, caller.tenant, printer.id);
  if (!plate) {
    return left_waiting(db, caller, std::move(job),
                        "Waiting for a clear plate: look at the printer and say so.");
  }
  outcome.printers_cleared.insert(printer.id.value);
  order_start(db, caller, *start, *plate, outcome);
  return job;
}

Job Jobs::left_waiting(Transaction& db, const Caller& caller, Job job, const std::string& says) {
  const auto now = clock_.unix_now();
  const bool is_news = !job.waiting_for || job.waiting_for->value != says;
  const auto before = json::encode(job);
  job.waiting_for = Text<0, 300>(says.substr(0, 300));
  job.updated_at = std::max(now.milliseconds, job.updated_at + 1);
  jobs_store::update(db, caller.tenant, job);
  if (!is_news) return job;
  auto entry = attempts_.entry_by(audit::actor_of(caller), StoryKind::waits);
  entry.printer_id = job.printer_id;
  entry.says = job.waiting_for;
  attempts_.note(db, caller.tenant, job.id, entry);
  record(db, caller, now, "jobs.start", before, job);
  return job;
}

void Jobs::order_start(Transaction& db, const Caller& caller, PreparedStart& start,
                       const Plates::Reserved& plate, JobsOutcome& outcome) {
  const auto now = clock_.unix_now();
  const auto& tenant = caller.tenant;
  const Printer& printer = start.printer;
  const auto before = json::encode(start.job);
  Job& job = start.job;
  job.waiting_for.reset();
  job.state = JobState::sending;
  job.stage = SendingStage::fetching;
  ++job.attempt;
  job.updated_at = std::max(now.milliseconds, job.updated_at + 1);
  jobs_store::update(db, tenant, job);

  jobs_store::AttemptRow attempt;
  attempt.job_id = job.id.value;
  attempt.attempt = job.attempt;
  attempt.printer_id = printer.id.value;
  attempt.hub_id = printer.hub_id.value;
  attempt.assignment = printer.assignment;
  attempt.not_after = not_after(now, start.file.size).milliseconds;
  attempt.plate_token = plate.id;
  attempt.file_sha256 = start.file.sha256.value;
  attempt.start_token = base32_token(random_, start_token_characters);
  attempt.created_at = attempt.updated_at = now.milliseconds;
  jobs_store::insert_attempt(db, tenant, attempt);

  const auto command =
      rooms_.commands.add(db, tenant,
                          {.hub_id = attempt.hub_id,
                           .kind = CommandKind::start_print,
                           .printer_id = attempt.printer_id,
                           .job_id = attempt.job_id,
                           .attempt = attempt.attempt,
                           .not_after = UnixTime{attempt.not_after},
                           .payload = json::encode(order_of(db, tenant, start, attempt, plate))});
  outcome.hubs_to_wake.insert(attempt.hub_id);

  auto entry = attempts_.entry_by(audit::actor_of(caller), StoryKind::start_asked);
  entry.attempt = attempt.attempt;
  entry.printer_id = printer.id;
  entry.hub_id = printer.hub_id;
  entry.command_id = command;
  attempts_.note(db, tenant, job.id, entry);
  record(db, caller, now, "jobs.start", before, job);
}

PrintCommand Jobs::order_of(Transaction& db, const TenantId& tenant, const PreparedStart& start,
                            const jobs_store::AttemptRow& attempt, const Plates::Reserved& plate) {
  PrintCommand command;
  command.command_id = "-";  // The outbox row's id, filled in when it is sent; so is the epoch.
  command.printer_id = start.printer.serial_number;
  command.assignment = attempt.assignment;
  command.action = PrintAction::start;
  command.job_id = start.job.id;
  command.attempt = attempt.attempt;
  command.start_token = Text<1, 32>(attempt.start_token);
  command.not_after = attempt.not_after;
  const Hex256& sha256 = start.file.sha256;
  command.file =
      PrintFile{sha256, start.file.size, "pf-" + sha256.value.substr(0, 12) + ".gcode.3mf"};
  command.plate = *start.job.plate;
  command.display_name = display_name_of(start.job.file_name);
  command.options = jobs_store::options(db, tenant, start.job.id);
  command.plate_token = Uuid(plate.id);
  if (plate.last_print_id) command.last_print_id = *plate.last_print_id;
  return command;
}

}  // namespace pf
