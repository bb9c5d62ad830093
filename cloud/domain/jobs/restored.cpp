// After a backup was restored (START 17): the database is older than the world.
#include "cloud/domain/jobs/jobs.hpp"

namespace pf {

void Jobs::hold_after_restore() {
  rooms_.database.write([&](Transaction& db) {
    JobsOutcome nobody_listens_yet;
    rooms_.hubs.begin_new_incarnation(db);
    rooms_.plates.void_all(db);
    for (const auto& [tenant, attempt, lease, assignment, waiting] :
         jobs_store::open_attempts(db)) {
      // Its order may have been carried out long ago.
      rooms_.commands.retire_start(db, tenant, attempt.job_id, attempt.attempt);
      if (attempt.state == AttemptStanding::unknown) continue;
      conclude(db, tenant, attempt, AttemptState::unknown,
               "The database was restored from a backup. The hub's journal will tell what happened "
               "since, or a person who looks at the printer.",
               nobody_listens_yet);
    }
  });
}

}  // namespace pf
