// Jobs and their attempts: what is to be printed, what was tried, and how it ended. The database
// owns intent; the hub's journal owns what was tried; the printer owns what happened
// (docs/decisions). Every move of an attempt is a compare-and-set, and its effects are rows of the
// same transaction.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cloud/domain/commands/commands.hpp"
#include "cloud/domain/files/files.hpp"
#include "cloud/domain/printers/plates.hpp"
#include "cloud/domain/printers/printers.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/ports/hub_link.hpp"
#include "cloud/ports/live_feed.hpp"

namespace pf {

using Priority = Bounded<int, 0, 200>;

struct Job {
  Uuid id;
  Uuid file_id;
  Text<1, 200> file_name;
  int plate = 1;
  std::optional<Uuid> printer_id;
  JobState state = JobState::queued;
  std::optional<SendingStage> stage;
  bool needs_answer = false;                // Only a person can say what happened.
  bool cancelling = false;                  // Asked to stop; the printer has not stopped yet.
  std::optional<Text<0, 300>> waiting_for;  // Why a queued job does not start, in words.
  std::optional<Text<0, 300>> reason;       // Why it ended as it did, in words.
  int priority = 50;
  std::int64_t attempt = 0;  // The newest attempt's number; 0: none yet.
  Uuid submitted_by;
  Millis created_at = 0;
  std::optional<Millis> started_at;
  std::optional<Millis> ended_at;
  Millis updated_at = 0;
  FIELDS(id, file_id, file_name, plate, printer_id, state, stage, needs_answer, cancelling,
         waiting_for, reason, priority, attempt, submitted_by, created_at, started_at, ended_at,
         updated_at)
};

struct NewJob {
  Uuid file_id;
  std::optional<Bounded<int, 1, 100>> plate;
  std::optional<Uuid> printer_id;
  std::optional<Priority> priority;
  std::optional<PrintOptions> options;
  FIELDS(file_id, plate, printer_id, priority, options)
};

struct StartJob {
  std::optional<bool> plate_cleared;  // The person says: the plate is empty.
  std::optional<Uuid> printer_id;     // For a job that has none yet.
  FIELDS(plate_cleared, printer_id)
};

namespace jobs_store {
struct AttemptRow;
}

struct JobQueryParameters {
  static constexpr bool is_query = true;
  std::optional<JobState> state;
  std::optional<Uuid> printer_id;
  std::optional<Bounded<int, 1, page_limit_max>> limit;
  std::optional<Text<1, 64>> cursor;
  FIELDS(state, printer_id, limit, cursor)
};

class Jobs {
 public:
  struct Rooms {
    Database& database;
    Hubs& hubs;
    Files& files;
    Printers& printers;
    Plates& plates;
    Commands& commands;
    LivePrinters& live;
    LiveFeed& feed;
    HubLink& hub_link;
  };
  Jobs(Rooms rooms, const Clock& clock, Random& random)
      : rooms_(rooms), clock_(clock), random_(random) {}

  Answer<Page<Job>> list(const Caller& caller, const JobQueryParameters& query);
  Answer<Created<Job>> create(const Caller& caller, const NewJob& job);
  Answer<Job> find(const Caller& caller, const PathId& id);
  // Writes attempt, plate reservation and outbox row in one transaction. Without a clear plate the
  // job stays where it is and says what it waits for. Pressed eight times at once: one attempt.
  Answer<Job> start(const Caller& caller, const PathId& id, const StartJob& start);
  Answer<Job> cancel(const Caller& caller, const PathId& id);

  // Starts the job that waits longest for this plate, on behalf of who cleared it.
  void on_plate_cleared(const PlateCleared& cleared);

  // ---- for the link: what hubs report. Each is idempotent. ----
  void on_job_event(const TenantId& tenant, std::string_view hub_id, const JobEvent& event);
  void on_print_event(const TenantId& tenant, std::string_view hub_id, const PrintEvent& event);
  // The hub would not take a start: the attempt never was.
  void start_refused(const TenantId& tenant, const Command& command);
  // A start became too late before it could be sent.
  void start_expired(const TenantId& tenant, const Command& command);
  // Nothing: no open attempt of this hub.
  std::optional<FileUrl> file_url(const TenantId& tenant, std::string_view hub_id,
                                  const FileUrlRequest& request);

 private:
  struct Outcome;  // What to tell after the commit.
  Answer<Job> begin(Transaction& db, const Caller& caller, Job job, const StartJob& start);
  std::optional<Fault> unfit(const PrintFileInfo& file, const Printer& printer, int plate) const;
  void close_unsent(Transaction& db, const TenantId& tenant, std::string_view job_id,
                    std::int64_t attempt, AttemptState as, std::string_view says, Outcome& outcome);
  void report(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
              const JobEvent& event, Outcome& outcome);
  void tell(const TenantId& tenant, const Outcome& outcome);
  std::optional<std::string> hub_of(const TenantId& tenant, const Job& job);

  Rooms rooms_;
  const Clock& clock_;
  Random& random_;
};

inline constexpr auto job_routes() {
  return std::to_array<Route<Jobs>>({
      get<&Jobs::list>("/api/jobs", Role::viewer),
      post<&Jobs::create>("/api/jobs", Role::operator_),
      get<&Jobs::find>("/api/jobs/{id}", Role::viewer),
      post<&Jobs::start>("/api/jobs/{id}/start", Role::operator_),
      post<&Jobs::cancel>("/api/jobs/{id}/cancel", Role::operator_),
  });
}

}  // namespace pf
