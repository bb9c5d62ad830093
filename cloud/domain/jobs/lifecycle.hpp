// How a report of the hub's journal moves an attempt and its job: pure decisions, no I/O. A report
// may come twice, late or out of order; whatever does not move the attempt forward changes nothing.
#pragma once
#include <optional>

#include "protocol/words.hpp"

namespace pf {

// The cloud's view of an attempt: requested until the hub has written it down, then the journal's.
enum class AttemptStanding {
  requested,
  received,
  fetched,
  uploaded,
  starting,
  started,
  finished,
  failed,
  stopped,
  rejected,
  aborted,
  not_started,
  unknown
};
WORDS(AttemptStanding, requested, received, fetched, uploaded, starting, started, finished, failed,
      stopped, rejected, aborted, not_started, unknown)

AttemptStanding standing_of(AttemptState reported);
bool is_open(AttemptStanding standing);
// The printer has certainly not been told anything yet, as far as reports go.
bool is_before_start(AttemptStanding standing);

enum class PlateMove { none, spend, give_back };

struct JobMove {
  AttemptStanding attempt = AttemptStanding::requested;
  JobState job = JobState::sending;
  std::optional<SendingStage> stage;
  PlateMove plate = PlateMove::none;
  bool needs_answer = false;
  bool began = false;  // The print began: started_at.
  bool ended = false;  // The job is over: ended_at, and effects.
  bool alarm = false;  // It was taken for not started, and yet it printed.
};

// Nothing: the report is old news.
std::optional<JobMove> move_of(AttemptStanding now, AttemptState reported, JobState job,
                               bool cancelling);
// A person's word on an open attempt; nothing: it is closed, or the word changes nothing.
std::optional<JobMove> move_of_answer(AttemptStanding now, AttemptOutcome answer, JobState job,
                                      bool cancelling);

}  // namespace pf
