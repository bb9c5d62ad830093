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

AttemptState state_of(AttemptOutcome answer) {
  switch (answer) {
    case AttemptOutcome::not_started: return AttemptState::not_started;
    case AttemptOutcome::started: return AttemptState::started;
    case AttemptOutcome::finished: return AttemptState::finished;
    case AttemptOutcome::failed: return AttemptState::failed;
    case AttemptOutcome::stopped: return AttemptState::stopped;
  }
  return AttemptState::unknown;
}

bool advances(AttemptStanding now, AttemptStanding reported) {
  // A started print of which nothing more is heard may become unknown (START 11).
  if (now == AttemptStanding::started && reported == AttemptStanding::unknown) return true;
  // Positive evidence overrides "not started", and nothing else that is closed.
  if (now == AttemptStanding::not_started && reported == AttemptStanding::started) return true;
  if (now == AttemptStanding::rejected || now == AttemptStanding::aborted) return false;
  if (now == AttemptStanding::started && reported == AttemptStanding::not_started) return false;
  // Once the printer was told, only "not started" can undo it.
  const bool undone = reported == AttemptStanding::rejected || reported == AttemptStanding::aborted;
  if (undone && !is_before_start(now)) return false;
  return progress(reported) > progress(now);
}

bool is_final(JobState job) {
  return job == JobState::complete || job == JobState::failed || job == JobState::cancelled;
}

// A job that is over stays so, whatever is heard of its attempt afterwards.
JobMove without_effect_on(JobState job, JobMove move) {
  move.job = job;
  move.stage.reset();
  move.needs_answer = move.began = move.ended = false;
  return move;
}

// What follows once it is settled that the attempt is now as reported.
JobMove moved(AttemptStanding now, AttemptState reported, JobState job, bool cancelling) {
  JobMove move{.attempt = standing_of(reported)};
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
  return is_final(job) ? without_effect_on(job, move) : move;
}

}  // namespace

static_assert(word(AttemptStanding::unknown) == word(AttemptState::unknown));
static_assert(static_cast<int>(AttemptStanding::unknown) ==
              static_cast<int>(AttemptState::unknown) + 1);

AttemptStanding standing_of(AttemptState reported) {
  return static_cast<AttemptStanding>(static_cast<int>(reported) + 1);
}

bool is_open(AttemptStanding standing) { return progress(standing) < 7; }

bool is_before_start(AttemptStanding standing) {
  return progress(standing) < progress(AttemptStanding::starting);
}

std::optional<JobMove> move_of(AttemptStanding now, AttemptState reported, JobState job,
                               bool cancelling) {
  if (!advances(now, standing_of(reported))) return std::nullopt;
  return moved(now, reported, job, cancelling);
}

std::optional<JobMove> move_of_answer(AttemptStanding now, AttemptOutcome answer, JobState job,
                                      bool cancelling) {
  const auto said = state_of(answer);
  if (!is_open(now) || standing_of(said) == now) return std::nullopt;
  return moved(now, said, job, cancelling);
}

}  // namespace pf
