// Jobs: a printer that leaves its hub during a print (START, "Change of hands").
#include "cloud/domain/jobs/jobs.hpp"

namespace pf {

void Jobs::on_printer_leaves_hub(const PrinterLeavesHub& leaving) {
  JobsOutcome told_by_printers;  // Who takes the printer tells of the job as well, once committed.
  // A start that was never sent certainly did not happen; anything else only a person can answer.
  if (const auto start = rooms_.commands.withdraw_start(leaving.db, leaving.tenant, leaving.job_id,
                                                        leaving.attempt)) {
    return attempts_.close_unsent(leaving.db, leaving.tenant, *start, AttemptState::aborted,
                                  leaving.says, told_by_printers);
  }
  auto attempt =
      jobs_store::find_attempt(leaving.db, leaving.tenant, leaving.job_id, leaving.attempt);
  if (!attempt) return;
  AttemptNews news;
  news.at = clock_.unix_now().milliseconds;
  news.evidence.note = Text<0, 300>(leaving.says);
  news.kind = StoryKind::changed;
  news.teller = leaving.actor;
  attempts_.report(leaving.db, leaving.tenant, std::move(*attempt), news, told_by_printers);
}

}  // namespace pf
