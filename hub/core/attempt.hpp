// One attempt to print a job, as the journal keeps it, and the moves that are legal (START,
// "Journal"). The record is whole: the newest one of a job replaces what was known.
#pragma once
#include <optional>
#include <string_view>

#include "hub/core/server_time.hpp"
#include "protocol/hub_messages.hpp"

namespace pf::hub {

// What the cloud ordered. Absent in a tombstone: the cancelling of a start that never came.
struct StartOrder {
  Serial printer_id;
  std::int64_t assignment = 0;
  Text<1, 32> start_token;
  Millis not_after = 0;
  PrintFile file;
  Bounded<int, 1, 100> plate = 1;
  Text<1, 40> display_name;
  PrintOptions options;
  Uuid plate_token;
  Text<0, 200> last_print_id;  // Empty: the plate was called empty before any print was known.
  FIELDS(printer_id, assignment, start_token, not_after, file, plate, display_name, options,
         plate_token, last_print_id)
};

struct Attempt {
  static constexpr std::string_view type = "attempt";
  Uuid job_id;
  std::int64_t attempt = 0;
  AttemptState state = AttemptState::received;
  std::int64_t seq = 0;  // Of the event that reports this state.
  When when;
  std::optional<Text<0, 64>> reason;
  Evidence evidence;
  std::optional<StartOrder> order;
  std::optional<Evidence> snapshot;  // What the printer said just before `starting`.
  bool active_seen = false;          // The printer was seen printing it: a final state may count.
  bool cancel_wanted = false;        // Stop it as soon as it is seen printing.
  FIELDS(job_id, attempt, state, seq, when, reason, evidence, order, snapshot, active_seen,
         cancel_wanted)
};

// May an attempt be moved so? `unknown` and `not_started` can still be overruled by evidence, and a
// person may say at any time after the start how it ended.
bool is_legal_move(AttemptState from, AttemptState to);
// Did the printer possibly receive the start? Then only evidence or a person closes the attempt.
bool was_published(const Attempt& attempt);

JobEvent job_event(const Attempt& attempt, std::string_view journal_id);

// <display name>-<token>: what the printer shows and echoes.
std::string subtask_name(const StartOrder& order);
// For the ids of project, task and subtask: positive and below 2^31, from the token.
std::uint32_t numeric_id(std::string_view start_token);
// pf-<12 hex of sha256>.gcode.3mf, the only name under which the hub stores a file.
std::string file_name(std::string_view sha256);

}  // namespace pf::hub
