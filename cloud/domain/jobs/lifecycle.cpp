#include "cloud/domain/jobs/lifecycle.hpp"

namespace pf {
namespace {

// How far an attempt has come; a report counts only if it is further.
int progress(AttemptStanding standing) {
  switch (standing) {
    case AttemptStanding::requested: return 0;
    case AttemptStanding::received: return 1;
    case AttemptStanding::fetched: return 2;
    case AttemptStanding::uploaded: return 3;
    case AttemptStanding::starting: return 4;
    case AttemptStanding::unknown: return 5;
    case AttemptStanding::started: return 6;
    case AttemptStanding::rejected:
    case AttemptStanding::aborted:
    case AttemptStanding::not_started: return 7;
    case AttemptStanding::finished:
    case AttemptStanding::failed:
    case AttemptStanding::stopped: return 8;
  }
  return 0;
}

bool is_before_start(AttemptStanding standing) { return progress(standing) < 4; }

bool advances(AttemptStanding now, AttemptStanding reported) {
  // A started print of which nothing more is heard may become unknown (START 11).
  if (now == AttemptStanding::started && reported == AttemptStanding::unknown) return true;
  // Positive evidence overrides "not started", and nothing else that is closed.
  if (now == AttemptStanding::not_started && reported == AttemptStanding::started) return true;
  if (now == AttemptStanding::rejected || now == AttemptStanding::aborted) return false;
  // Once the printer was told, only "not started" can undo it.
  const bool undone = reported == AttemptStanding::rejected || reported == AttemptStanding::aborted;
  if (undone && !is_before_start(now)) return false;
  return progress(reported) > progress(now);
}

}  // namespace

AttemptStanding standing_of(AttemptState reported) {
  return static_cast<AttemptStanding>(static_cast<int>(reported) + 1);
}
static_assert(word(AttemptStanding::unknown) == word(AttemptState::unknown));
static_assert(static_cast<int>(AttemptStanding::unknown) ==
              static_cast<int>(AttemptState::unknown) + 1);

bool is_open(AttemptStanding standing) { return progress(standing) < 7; }

std::optional<JobMove> move_of(AttemptStanding now, AttemptState reported, JobState job,
                               bool cancelling) {
  const auto next = standing_of(reported);
  if (!advances(now, next)) return std::nullopt;
  JobMove move{.attempt = next};
  move.alarm = now == AttemptStanding::not_started;
  const auto end_as = [&](JobState state) {
    move.job = state;
    move.ended = true;
    if (is_before_start(now)) move.plate = PlateMove::spend;  // `starting` itself was never heard.
  };
  switch (reported) {
    case AttemptState::received: move.stage = SendingStage::fetching; break;
    case AttemptState::fetched: move.stage = SendingStage::uploading; break;
    case AttemptState::uploaded: move.stage = SendingStage::starting; break;
    case AttemptState::starting:
      move.stage = SendingStage::starting;
      move.plate = PlateMove::spend;
      break;
    case AttemptState::started:
      move.job = JobState::printing;
      move.began = true;
      if (is_before_start(now)) move.plate = PlateMove::spend;
      break;
    case AttemptState::finished: end_as(JobState::complete); break;
    case AttemptState::failed: end_as(JobState::failed); break;
    case AttemptState::stopped: end_as(JobState::cancelled); break;
    case AttemptState::rejected:
    case AttemptState::aborted:
    case AttemptState::not_started:
      // The job may be tried again, unless somebody wanted it gone.
      move.job = cancelling ? JobState::cancelled : JobState::assigned;
      move.ended = cancelling;
      if (is_before_start(now)) {
        move.plate =
            reported == AttemptState::not_started ? PlateMove::spend : PlateMove::give_back;
      }
      break;
    case AttemptState::unknown:
      move.job = job;
      move.needs_answer = true;
      if (job == JobState::sending) move.stage = SendingStage::starting;
      if (is_before_start(now)) move.plate = PlateMove::spend;
      break;
  }
  return move;
}

}  // namespace pf
