// Jobs: what is to be printed, and what people and hubs do to it. The database owns intent; the
// hub's journal owns what was tried; the printer owns what happened (docs/decisions). How an
// attempt moves is in attempts.hpp and lifecycle.hpp, the order in which jobs wait in queue.hpp.
#pragma once
#include <optional>
#include <string>

#include "cloud/domain/jobs/attempts.hpp"
#include "cloud/domain/jobs/deadlines.hpp"
#include "cloud/domain/jobs/fit.hpp"
#include "cloud/domain/jobs/job.hpp"
#include "cloud/domain/jobs/transfers.hpp"
#include "cloud/kit/route.hpp"

namespace pf {

// What the queue may do to a job beside what a person may write into it.
enum class Rearrange { nothing, to_end, free_printer };

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
      : rooms_(rooms),
        clock_(clock),
        random_(random),
        attempts_({rooms.printers, rooms.plates, rooms.feed, rooms.hub_link}, clock, random) {}

  // ---- jobs.cpp ----
  Answer<Page<Job>> list(const Caller& caller, const JobQueryParameters& query);
  Answer<Created<Job>> create(const Caller& caller, const NewJob& job);
  Answer<Job> find(const Caller& caller, const PathId& id);
  Answer<JobStory> story(const Caller& caller, const PathId& id);

  // Of one printer, newest first.
  Answer<Page<PrinterFailure>> failures(const Caller& caller, const PathId& printer_id,
                                        const FailureQuery& query);

  // ---- changes.cpp: only what was not sent yet ----
  Answer<Job> update(const Caller& caller, const PathId& id, const JobChange& change);
  // The same inside the caller's transaction, for the queue. Writes it down and tells its story.
  Answer<Job> change(Transaction& db, const Caller& caller, Job job, const JobChange& change,
                     Rearrange rearrange = Rearrange::nothing);
  // Nothing: no such job, or none that this caller may know of.
  std::optional<Job> visible(Transaction& db, const Caller& caller, std::string_view id);

  // ---- starts.cpp ----
  // Writes attempt, plate reservation and outbox row in one transaction. Without a clear plate the
  // job stays where it is and says what it waits for. Pressed eight times at once: one attempt.
  Answer<Job> start(const Caller& caller, const PathId& id, const StartJob& start);

  // ---- controls.cpp: each names the print it means, so that a late one cannot hit the next ----
  Answer<Job> cancel(const Caller& caller, const PathId& id);
  Answer<Accepted> pause(const Caller& caller, const PathId& id);
  Answer<Accepted> resume(const Caller& caller, const PathId& id);
  // Whatever prints on that printer, also what nobody here started.
  Answer<Accepted> command_printer(const Caller& caller, const PathId& printer_id,
                                   const PrinterOrder& order);

  // ---- answers.cpp ----
  // What nobody but a person can know; the hub is told.
  Answer<Job> answer(const Caller& caller, const PathId& id, const JobAnswer& answer);

  // ---- change_of_hands.cpp ----
  // Inside the printer's transaction: its open attempt becomes unknown, or never was.
  void on_printer_leaves_hub(const PrinterLeavesHub& leaving);

  // ---- reports.cpp and prints_seen.cpp, for the link: what hubs say. Each is idempotent. ----
  void on_job_event(const TenantId& tenant, std::string_view hub_id, const JobEvent& event);
  void on_print_event(const TenantId& tenant, std::string_view hub_id, const PrintEvent& event);
  void on_file_progress(const TenantId& tenant, const FileProgress& progress);
  // The hub took or refused a command; what follows for its job is the same transaction. Gives the
  // command as it is now; nothing for a repeated or unknown answer.
  std::optional<Command> on_command_ack(const TenantId& tenant, std::string_view hub_id,
                                        const CommandAck& ack);
  // Nothing: no open attempt of this hub.
  std::optional<FileUrl> file_url(const TenantId& tenant, std::string_view hub_id,
                                  const FileUrlRequest& request);

  // ---- overdue.cpp, for the schedule ----
  // Ends the commands that became too late before they could be sent.
  void expire_commands();
  // Looks after every open attempt, so that none is stuck: asks hubs, says what is offline, closes
  // what can never start any more, and asks people about what nobody else can know.
  void watch_attempts();

  // ---- restored.cpp, once, before anything is served ----
  // The database comes from a backup: no plate is known to be empty, and what became of the prints
  // that were under way only hubs' journals and people can say.
  void hold_after_restore();

 private:
  struct PreparedStart;
  struct ControlTarget;

  // Into the audit log.
  static void record(Transaction& db, const Caller& caller, UnixTime now, std::string_view action,
                     const std::string& before, const Job& after);
  Answer<Job> drafted(Transaction& db, const Caller& caller, const NewJob& wanted);
  std::optional<Fault> assign(Transaction& db, const Caller& caller, Job& job,
                              const Uuid& printer_id);

  Answer<Job> begin(Transaction& db, const Caller& caller, Job job, const StartJob& wish,
                    JobsOutcome& outcome);
  Answer<PreparedStart> prepared(Transaction& db, const Caller& caller, Job job,
                                 const StartJob& wish);
  Job left_waiting(Transaction& db, const Caller& caller, Job job, const std::string& says);
  void order_start(Transaction& db, const Caller& caller, PreparedStart& start,
                   const Plates::Reserved& plate, JobsOutcome& outcome);
  PrintCommand order_of(Transaction& db, const TenantId& tenant, const PreparedStart& start,
                        const jobs_store::AttemptRow& attempt, const Plates::Reserved& plate);

  Answer<Job> cancelled(Transaction& db, const Caller& caller, Job job, JobsOutcome& outcome);
  std::optional<Fault> stop_under_way(Transaction& db, const Caller& caller, const Job& job,
                                      JobsOutcome& outcome);
  void order_cancel(Transaction& db, const TenantId& tenant, const jobs_store::AttemptRow& attempt,
                    JobsOutcome& outcome);
  Answer<Accepted> control(const Caller& caller, const PathId& id, ControlAction action);
  Answer<ControlTarget> target_of_job(Transaction& db, const TenantId& tenant, const Job& job);
  ControlTarget target_on(Transaction& db, const TenantId& tenant, const Printer& printer,
                          const CurrentPrint& print);
  CommandId order_control(Transaction& db, const Caller& caller, const ControlTarget& target,
                          ControlAction action, JobsOutcome& outcome);

  Answer<Job> settle(Transaction& db, const Caller& caller, const Job& job,
                     const jobs_store::AttemptRow& attempt, const JobAnswer& wanted,
                     JobsOutcome& outcome);

  static AttemptNews news_of(std::string_view hub_id, const JobEvent& event);
  void react_to(Transaction& db, const TenantId& tenant, const Command& settled,
                JobsOutcome& outcome);
  void cancel_refused(Transaction& db, const TenantId& tenant, Job job, const Command& cancel,
                      JobsOutcome& outcome);
  void answer_refused(Transaction& db, const TenantId& tenant, Job job, const Command& answer,
                      JobsOutcome& outcome);
  void hub_forgot(Transaction& db, const TenantId& tenant, const Command& query,
                  JobsOutcome& outcome);

  static std::optional<std::string> start_token_of(const PrintEvent& event);
  void see_our_print(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                     const PrintEvent& event, jobs_store::AttemptRow attempt, JobsOutcome& outcome);
  void see_external_print(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                          const PrintEvent& event, const Printer& printer, JobsOutcome& outcome);
  Job external_job(const PrintEvent& event, const Printer& printer);
  void note_seen(Transaction& db, const TenantId& tenant, std::string_view hub_id,
                 const PrintEvent& event, Job job, std::optional<std::int64_t> attempt,
                 JobsOutcome& outcome);

  void look_after(const jobs_store::WatchedAttempt& watched);
  Millis heard_at(const TenantId& tenant, const jobs_store::AttemptRow& attempt) const;
  void give(AttemptCare care, Transaction& db, const TenantId& tenant,
            jobs_store::AttemptRow attempt, JobsOutcome& outcome);
  void doubt(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
             JobsOutcome& outcome);
  void conclude(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
                AttemptState state, std::string_view says, JobsOutcome& outcome);
  void ask_hub(Transaction& db, const TenantId& tenant, jobs_store::AttemptRow attempt,
               JobsOutcome& outcome);
  void say_offline(Transaction& db, const TenantId& tenant, const jobs_store::AttemptRow& attempt,
                   bool offline, JobsOutcome& outcome);

  Rooms rooms_;
  const Clock& clock_;
  Random& random_;
  Attempts attempts_;
  Transfers transfers_;
};

inline constexpr auto job_routes() {
  return std::to_array<Route<Jobs>>({
      get<&Jobs::list>("/api/jobs", Role::viewer),
      bulk(post<&Jobs::create>("/api/jobs", Role::operator_)),
      get<&Jobs::find>("/api/jobs/{id}", Role::viewer),
      put<&Jobs::update>("/api/jobs/{id}", Role::operator_),
      get<&Jobs::story>("/api/jobs/{id}/story", Role::viewer),
      post<&Jobs::start>("/api/jobs/{id}/start", Role::operator_),
      post<&Jobs::pause>("/api/jobs/{id}/pause", Role::operator_),
      post<&Jobs::resume>("/api/jobs/{id}/resume", Role::operator_),
      post<&Jobs::cancel>("/api/jobs/{id}/cancel", Role::operator_),
      post<&Jobs::answer>("/api/jobs/{id}/answer", Role::operator_),
      get<&Jobs::failures>("/api/printers/{id}/failures", Role::viewer),
      post<&Jobs::command_printer>("/api/printers/{id}/command", Role::operator_),
  });
}

}  // namespace pf
