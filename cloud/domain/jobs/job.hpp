// What a job is to those who ask for it over REST, and what they may say about it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cloud/domain/audit/audit.hpp"
#include "cloud/domain/commands/commands.hpp"
#include "cloud/domain/jobs/lifecycle.hpp"
#include "cloud/kit/replies.hpp"
#include "protocol/hub_messages.hpp"

namespace pf {

inline constexpr int copies_max = 500;
inline constexpr int queue_change_max = 500;     // Jobs that are moved or assigned at once.
inline constexpr int story_entries_max = 1'000;  // The newest are shown.

using Priority = Bounded<int, 0, 200>;
inline constexpr int priority_default = 50;

// External: a print that nobody here started. It is watched and may be paused or stopped.
enum class JobKind { ours, external };
WORDS(JobKind, ours, external)

// What a job asks of its printer beside what its file says.
struct JobRequirements {
  std::optional<Text<1, 32>> filament_type;  // "PLA"
  std::optional<Text<7, 9>> color;           // "#RRGGBB" or "#RRGGBBAA"
  std::optional<Bounded<double, 0, 5>> nozzle_diameter;
  std::optional<Text<1, 40>> plate_type;  // "textured_plate"
  FIELDS(filament_type, color, nozzle_diameter, plate_type)
};

struct Job {
  Uuid id;
  JobKind kind = JobKind::ours;
  std::optional<Uuid> file_id;  // Absent: external.
  Text<1, 200> file_name;
  std::optional<int> plate;  // Absent: external, and the printer does not say.
  std::optional<Uuid> printer_id;
  std::optional<Uuid> batch_id;  // Shared by copies that were asked for together.
  JobState state = JobState::queued;
  std::optional<SendingStage> stage;
  bool needs_answer = false;                // Only a person can say what happened.
  bool cancelling = false;                  // Asked to stop; the printer has not stopped yet.
  std::optional<Text<0, 300>> waiting_for;  // Why it does not go on, in words.
  std::optional<Text<0, 300>> reason;       // Why it ended as it did, in words.
  int priority = priority_default;
  std::optional<JobRequirements> required;
  std::int64_t attempt = 0;              // The newest attempt's number; 0: none yet.
  std::optional<Uuid> submitted_by;      // Absent: external.
  std::optional<Text<1, 200>> print_id;  // Of an external print.
  Millis created_at = 0;
  std::optional<Millis> started_at;
  std::optional<Millis> ended_at;
  Millis updated_at = 0;
  FIELDS(id, kind, file_id, file_name, plate, printer_id, batch_id, state, stage, needs_answer,
         cancelling, waiting_for, reason, priority, required, attempt, submitted_by, print_id,
         created_at, started_at, ended_at, updated_at)
};

// With copies, that many jobs of one batch; the answer is the first of them, and
// GET /api/jobs?batch_id= lists all.
struct NewJob {
  Uuid file_id;
  std::optional<Bounded<int, 1, 100>> plate;
  std::optional<Uuid> printer_id;
  std::optional<Bounded<int, 1, copies_max>> copies;
  std::optional<Priority> priority;
  std::optional<JobRequirements> required;
  std::optional<PrintOptions> options;
  FIELDS(file_id, plate, printer_id, copies, priority, required, options)
};

// Absent stays as it is. Only a job that has not been sent can be changed.
struct JobChange {
  std::optional<Priority> priority;
  std::optional<Uuid> printer_id;
  std::optional<Uuid> before_id;  // To stand just before that job, and as urgent as it.
  std::optional<JobRequirements> required;
  std::optional<PrintOptions> options;
  FIELDS(priority, printer_id, before_id, required, options)
};

struct StartJob {
  std::optional<bool> plate_cleared;   // The person says: the plate is empty.
  std::optional<Uuid> printer_id;      // For a job that has none yet.
  std::optional<bool> accept_unknown;  // What the printer does not say, the person has seen.
  FIELDS(plate_cleared, printer_id, accept_unknown)
};

struct JobAnswer {
  AttemptOutcome outcome = AttemptOutcome::not_started;
  // The owner's word against a hub that will not come back: closes any open attempt.
  std::optional<bool> force;
  FIELDS(outcome, force)
};

enum class ControlAction { pause, resume, stop };
WORDS(ControlAction, pause, resume, stop)

struct PrinterOrder {
  ControlAction action = ControlAction::pause;
  FIELDS(action)
};

struct JobQueryParameters {
  static constexpr bool is_query = true;
  std::optional<JobState> state;
  std::optional<JobKind> kind;
  std::optional<Uuid> printer_id;
  std::optional<Uuid> batch_id;
  std::optional<bool> needs_answer;
  // -created_at (default) or needs_answer: those that wait for a person first, then the newest.
  std::optional<Text<1, 32>> sort;
  std::optional<Bounded<int, 1, page_limit_max>> limit;
  std::optional<Text<1, 80>> cursor;
  FIELDS(state, kind, printer_id, batch_id, needs_answer, sort, limit, cursor)
};

// ---- the story of a job ----

struct JobAttempt {
  std::int64_t attempt = 0;
  Uuid printer_id;
  Uuid hub_id;
  AttemptStanding state = AttemptStanding::requested;
  bool is_open = true;
  Millis not_after = 0;
  Text<1, 32> start_token;
  std::optional<Text<0, 64>> reason;
  std::optional<Evidence> evidence;
  Millis created_at = 0;
  Millis updated_at = 0;
  FIELDS(attempt, printer_id, hub_id, state, is_open, not_after, start_token, reason, evidence,
         created_at, updated_at)
};

enum class StoryKind {
  created,
  changed,
  start_asked,  // An attempt was made, and its order written for the hub.
  waits,        // A start was wished, and something stands against it.
  cancel_asked,
  control_asked,    // Pause, resume or stop.
  answered,         // A person said what happened.
  reported,         // The hub's journal.
  print_seen,       // What the printer was seen doing: paused, resumed, or an external print.
  command_settled,  // The hub took or refused a command.
  asked_hub,        // Nothing was heard for too long: the hub was asked for its journal.
  hub_offline,
  alarm  // It was taken for not started, and yet it printed.
};
WORDS(StoryKind, created, changed, start_asked, waits, cancel_asked, control_asked, answered,
      reported, print_seen, command_settled, asked_hub, hub_offline, alarm)

struct StoryEntry {
  Millis at = 0;           // When it happened, as far as its teller knows.
  Millis recorded_at = 0;  // When the cloud learned of it.
  StoryKind kind = StoryKind::created;
  ActorKind actor_kind = ActorKind::system;
  std::optional<Text<0, 64>> actor_id;
  std::optional<std::int64_t> attempt;
  std::optional<Uuid> hub_id;
  std::optional<Uuid> printer_id;
  std::optional<CommandId> command_id;
  std::optional<Text<0, 32>> state;  // That was reported, asked for or answered.
  std::optional<Text<0, 64>> reason;
  std::optional<Text<0, 300>> says;
  std::optional<Evidence> evidence;
  FIELDS(at, recorded_at, kind, actor_kind, actor_id, attempt, hub_id, printer_id, command_id,
         state, reason, says, evidence)
};

struct JobStory {
  Uuid job_id;
  std::vector<JobAttempt> attempts;  // Oldest first, as are the others.
  std::vector<StoryEntry> entries;
  std::vector<Command> commands;
  FIELDS(job_id, attempts, entries, commands)
};

// ---- predicates that read as people speak ----

inline bool is_over(const Job& job) {
  return job.state == JobState::complete || job.state == JobState::cancelled ||
         job.state == JobState::failed;
}
// Nothing was sent yet, or what was sent has certainly come to nothing.
inline bool is_in_queue(const Job& job) {
  return job.state == JobState::queued || job.state == JobState::assigned;
}
// A key that is limited to printers knows only jobs of those.
inline bool may_see(const Caller& caller, const Job& job) {
  return !caller.only_printers || (job.printer_id && caller.may_touch(*job.printer_id));
}

}  // namespace pf
