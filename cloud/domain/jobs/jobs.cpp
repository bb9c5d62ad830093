#include "cloud/domain/jobs/jobs.hpp"

#include <algorithm>

#include "cloud/domain/jobs/story_store.hpp"
#include "cloud/kit/table.hpp"
#include "cloud/kit/visible_rows.hpp"

namespace pf {
namespace {

constexpr std::string_view newest_first = "-created_at";
constexpr std::string_view needing_first = "needs_answer";

// "1.<id>": whether the last job of the page before needed an answer, and which it was.
std::optional<jobs_store::JobCursor> cursor_of(std::string_view text) {
  if (text.size() < 3 || (text[0] != '0' && text[0] != '1') || text[1] != '.') return std::nullopt;
  return jobs_store::JobCursor{std::string(text.substr(2)), text[0] == '1'};
}

std::string cursor_after(const Job& job) { return (job.needs_answer ? "1." : "0.") + job.id.value; }

}  // namespace

std::optional<Job> Jobs::visible(Transaction& db, const Caller& caller, std::string_view id) {
  auto job = jobs_store::find(db, caller.tenant, id);
  if (job && !may_see(caller, *job)) return std::nullopt;
  return job;
}

void Jobs::record(Transaction& db, const Caller& caller, UnixTime now, std::string_view action,
                  const std::string& before, const Job& after) {
  audit::record(db, caller, now,
                {.action = action,
                 .subject_kind = "job",
                 .subject_id = after.id.value,
                 .before = before,
                 .after = json::encode(after)});
}

Answer<Page<Job>> Jobs::list(const Caller& caller, const JobQueryParameters& query) {
  const std::string_view sort = query.sort ? std::string_view(*query.sort) : newest_first;
  if (sort != newest_first && sort != needing_first) {
    return invalid("sort", "must be -created_at or needs_answer");
  }
  jobs_store::JobCursor cursor;
  if (query.cursor) {
    const auto given = cursor_of(*query.cursor);
    if (!given) return invalid("cursor", "is no cursor of this list");
    cursor = *given;
  }
  const int limit = query.limit.value_or(page_limit_default);
  const auto read = sort == newest_first ? jobs_store::list : jobs_store::list_needing_first;
  Page<Job> page;
  page.items = rooms_.database.reading([&](Transaction& db) {
    return visible_rows(
        limit + 1,
        [&](const Job* last) {
          const auto from =
              last ? jobs_store::JobCursor{last->id.value, last->needs_answer} : cursor;
          return read(db, caller.tenant, query, from, limit + 1);
        },
        [&](const Job& job) { return may_see(caller, job); });
  });
  if (static_cast<int>(page.items.size()) > limit) {
    page.items.pop_back();
    page.next_cursor = cursor_after(page.items.back());
  }
  return page;
}

Answer<Job> Jobs::find(const Caller& caller, const PathId& id) {
  auto job =
      rooms_.database.reading([&](Transaction& db) { return visible(db, caller, id.value); });
  if (!job) return not_found("job");
  return std::move(*job);
}

Answer<JobStory> Jobs::story(const Caller& caller, const PathId& id) {
  return rooms_.database.reading([&](Transaction& db) -> Answer<JobStory> {
    const auto job = visible(db, caller, id.value);
    if (!job) return not_found("job");
    JobStory story;
    story.job_id = job->id;
    story.attempts = story_store::attempts(db, caller.tenant, job->id);
    story.entries = story_store::entries(db, caller.tenant, job->id, story_entries_max);
    story.commands = rooms_.commands.of_job(db, caller.tenant, job->id);
    return story;
  });
}

Answer<Page<PrinterFailure>> Jobs::failures(const Caller& caller, const PathId& printer_id,
                                            const FailureQuery& query) {
  const int limit = query.limit.value_or(page_limit_default);
  const std::string_view before = query.cursor ? std::string_view(*query.cursor) : "";
  return rooms_.database.reading([&](Transaction& db) -> Answer<Page<PrinterFailure>> {
    const auto printer = rooms_.printers.stored(db, caller.tenant, printer_id.value);
    if (!printer || !caller.may_touch(printer_id.value)) return not_found("printer");
    return page_of(jobs_store::failures(db, caller.tenant, printer->id, before, limit + 1), limit);
  });
}

Answer<Job> Jobs::drafted(Transaction& db, const Caller& caller, const NewJob& wanted) {
  const auto file = rooms_.files.stored(db, caller.tenant, wanted.file_id);
  if (!file) return invalid("file_id", "is no file of this organisation");
  if (auto fault = refuse_requirements(wanted.required)) return *fault;
  Job job;
  job.file_id = file->id;
  job.file_name = file->name;
  job.plate = wanted.plate           ? static_cast<int>(*wanted.plate)
              : file->plates.empty() ? 1
                                     : file->plates.begin()->index;
  const bool has_plate = std::any_of(file->plates.begin(), file->plates.end(),
                                     [&](const Plate& one) { return one.index == *job.plate; });
  if (!has_plate) return invalid("plate", "is no plate of this file");
  job.required = wanted.required;
  if (wanted.priority) job.priority = *wanted.priority;
  job.submitted_by = Uuid(caller.user_id);
  if (!wanted.printer_id) {
    if (!caller.only_printers) return job;
    return invalid("printer_id", "is missing: this key may use certain printers only");
  }
  if (auto fault = assign(db, caller, job, *wanted.printer_id)) return *fault;
  return job;
}

Answer<Created<Job>> Jobs::create(const Caller& caller, const NewJob& wanted) {
  const auto now = clock_.unix_now();
  const int copies = wanted.copies.value_or(1);
  JobsOutcome outcome;
  auto created = rooms_.database.writing([&](Transaction& db) -> Answer<Job> {
    outcome = {};
    auto draft = drafted(db, caller, wanted);
    if (!draft) return draft;
    if (copies > 1) draft->batch_id = Uuid(uuid7(now, random_));
    std::optional<Job> first;
    for (int copy = 0; copy < copies; ++copy) {
      Job job = *draft;
      job.id = Uuid(uuid7(now, random_));
      job.created_at = job.updated_at = now.milliseconds;
      jobs_store::insert(db, caller.tenant, job, wanted.options);
      attempts_.note(db, caller.tenant, job.id,
                     attempts_.entry_by(audit::actor_of(caller), StoryKind::created));
      outcome.jobs.insert(job.id.value);
      if (!first) first = std::move(job);
    }
    audit::record(db, caller, now,
                  {.action = "jobs.create",
                   .subject_kind = "job",
                   .subject_id = first->id.value,
                   .before = {},
                   .after = json::encode(wanted)});
    return std::move(*first);
  });
  if (!created) return created.error();
  attempts_.tell(caller.tenant, outcome);
  return Created<Job>{*created, "/api/jobs/" + created->id.value};
}

}  // namespace pf
