// Moves attempts and their jobs, inside the caller's transaction: whoever brings the news (a hub's
// journal, a person, the watch over deadlines), the same rules decide what follows for the job, the
// plate and the effects, and the same line goes into the job's story.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/domain/jobs/job.hpp"
#include "cloud/domain/jobs/jobs_store.hpp"
#include "cloud/domain/jobs/outcome.hpp"
#include "cloud/domain/printers/plates.hpp"
#include "cloud/domain/printers/printers.hpp"
#include "cloud/ports/hub_link.hpp"
#include "cloud/ports/live_feed.hpp"

namespace pf {

// What is said of an attempt, and by whom.
struct AttemptNews {
  AttemptState state = AttemptState::unknown;
  Millis at = 0;
  std::optional<Text<0, 64>> reason;  // Machine-readable.
  Evidence evidence;
  StoryKind kind = StoryKind::reported;
  audit::Actor teller;
};

class Attempts {
 public:
  struct Rooms {
    Printers& printers;
    Plates& plates;
    LiveFeed& feed;
    HubLink& hub_link;
  };
  Attempts(Rooms rooms, const Clock& clock, Random& random)
      : rooms_(rooms), clock_(clock), random_(random) {}

  // Old news changes nothing.
  void report(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
              const AttemptNews& news, JobsOutcome& outcome);
  // A person's word. False: it changes nothing.
  bool answer(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
              AttemptOutcome answer, const AttemptNews& news, JobsOutcome& outcome);
  // Only while the hub has not written it down.
  void close_unsent(Transaction& db, const TenantId& tenant, const Command& start, AttemptState as,
                    std::string_view says, JobsOutcome& outcome);

  // A line of the job's story.
  void note(Transaction& db, const TenantId& tenant, std::string_view job_id,
            const StoryEntry& entry);
  StoryEntry entry_by(const audit::Actor& actor, StoryKind kind) const;
  void add_failure(Transaction& db, const TenantId& tenant, PrinterFailure failure);
  // After the commit.
  void tell(const TenantId& tenant, const JobsOutcome& outcome);

 private:
  void apply(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt, Job job,
             const JobMove& move, const AttemptNews& news, JobsOutcome& outcome);
  void move_plate(Transaction& db, const TenantId& tenant, const jobs_store::AttemptRow& attempt,
                  PlateMove move, JobsOutcome& outcome);
  void note_end(Transaction& db, const TenantId& tenant, const jobs_store::AttemptRow& attempt,
                const Job& job, const AttemptNews& news);
  void report_earlier(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
                      Job job, const AttemptNews& news, JobsOutcome& outcome);
  void note_move(Transaction& db, const TenantId& tenant, const jobs_store::AttemptRow& attempt,
                 bool alarm, const AttemptNews& news);

  Rooms rooms_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace pf
