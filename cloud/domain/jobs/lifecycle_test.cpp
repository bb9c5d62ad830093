#include "cloud/domain/jobs/lifecycle.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

constexpr auto all_states = std::to_array<AttemptState>(
    {AttemptState::received, AttemptState::fetched, AttemptState::uploaded, AttemptState::starting,
     AttemptState::started, AttemptState::finished, AttemptState::failed, AttemptState::stopped,
     AttemptState::rejected, AttemptState::aborted, AttemptState::not_started,
     AttemptState::unknown});

std::optional<JobMove> move(AttemptStanding now, AttemptState reported, bool cancelling = false) {
  return move_of(now, reported, JobState::sending, cancelling);
}

TEST(Lifecycle, the_straight_way_leads_from_requested_to_complete) {
  const auto received = move(AttemptStanding::requested, AttemptState::received);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->stage, SendingStage::fetching);
  EXPECT_EQ(received->plate, PlateMove::none);
  const auto starting = move(AttemptStanding::uploaded, AttemptState::starting);
  ASSERT_TRUE(starting);
  EXPECT_EQ(starting->plate, PlateMove::spend);
  const auto started = move(AttemptStanding::starting, AttemptState::started);
  ASSERT_TRUE(started);
  EXPECT_EQ(started->job, JobState::printing);
  EXPECT_EQ(started->plate, PlateMove::none);
  const auto finished = move(AttemptStanding::started, AttemptState::finished);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->job, JobState::complete);
  EXPECT_TRUE(finished->ended);
  EXPECT_FALSE(is_open(finished->attempt));
}

TEST(Lifecycle, every_report_repeated_changes_nothing) {
  for (const auto state : all_states) {
    EXPECT_FALSE(move(standing_of(state), state)) << word(state);
  }
}

TEST(Lifecycle, a_final_print_is_never_moved_again) {
  for (const auto final :
       {AttemptStanding::finished, AttemptStanding::failed, AttemptStanding::stopped}) {
    for (const auto state : all_states) EXPECT_FALSE(move(final, state)) << word(state);
  }
}

TEST(Lifecycle, a_refusal_before_the_start_gives_the_plate_back) {
  for (const auto before : {AttemptStanding::requested, AttemptStanding::received,
                            AttemptStanding::fetched, AttemptStanding::uploaded}) {
    for (const auto state : {AttemptState::rejected, AttemptState::aborted}) {
      const auto moved = move(before, state);
      ASSERT_TRUE(moved);
      EXPECT_EQ(moved->plate, PlateMove::give_back);
      EXPECT_EQ(moved->job, JobState::assigned);
      EXPECT_FALSE(is_open(moved->attempt));
    }
  }
}

TEST(Lifecycle, once_the_printer_was_told_nothing_takes_it_back_but_evidence) {
  for (const auto after :
       {AttemptStanding::starting, AttemptStanding::started, AttemptStanding::unknown}) {
    EXPECT_FALSE(move(after, AttemptState::rejected)) << word(after);
    EXPECT_FALSE(move(after, AttemptState::aborted)) << word(after);
  }
  const auto not_started = move(AttemptStanding::starting, AttemptState::not_started);
  ASSERT_TRUE(not_started);
  EXPECT_EQ(not_started->plate, PlateMove::none);  // Spent at `starting`, and spent it stays.
}

TEST(Lifecycle, unknown_stays_open_and_asks_a_person) {
  const auto unknown = move(AttemptStanding::starting, AttemptState::unknown);
  ASSERT_TRUE(unknown);
  EXPECT_TRUE(unknown->needs_answer);
  EXPECT_FALSE(unknown->ended);
  EXPECT_TRUE(is_open(unknown->attempt));
  const auto late = move(AttemptStanding::unknown, AttemptState::started);
  ASSERT_TRUE(late);
  EXPECT_FALSE(late->needs_answer);
  EXPECT_EQ(late->job, JobState::printing);
}

TEST(Lifecycle, positive_evidence_after_not_started_raises_an_alarm) {
  const auto printed = move(AttemptStanding::not_started, AttemptState::started);
  ASSERT_TRUE(printed);
  EXPECT_TRUE(printed->alarm);
  EXPECT_EQ(printed->job, JobState::printing);
}

TEST(Lifecycle, a_print_that_started_never_becomes_one_that_did_not) {
  EXPECT_FALSE(move(AttemptStanding::started, AttemptState::not_started));
  EXPECT_TRUE(move_of_answer(AttemptStanding::started, AttemptOutcome::not_started,
                             JobState::printing, false));
}

TEST(Lifecycle, a_job_that_is_over_is_not_moved_by_what_is_heard_of_its_attempt) {
  for (const auto over : {JobState::complete, JobState::failed, JobState::cancelled}) {
    for (const auto state : all_states) {
      const auto moved = move_of(AttemptStanding::not_started, state, over, false);
      if (!moved) continue;
      EXPECT_EQ(moved->job, over) << word(state);
      EXPECT_FALSE(moved->ended) << word(state);
      EXPECT_FALSE(moved->needs_answer) << word(state);
      EXPECT_TRUE(moved->alarm) << word(state);
    }
  }
}

TEST(Lifecycle, a_person_may_close_whatever_is_open_and_nothing_else) {
  for (const auto state : all_states) {
    const auto standing = standing_of(state);
    const auto answered =
        move_of_answer(standing, AttemptOutcome::finished, JobState::sending, false);
    EXPECT_EQ(answered.has_value(), is_open(standing)) << word(state);
    if (answered) {
      EXPECT_EQ(answered->job, JobState::complete);
    }
  }
}

TEST(Lifecycle, an_answer_about_a_print_before_its_start_spends_the_plate) {
  for (const auto answer : {AttemptOutcome::not_started, AttemptOutcome::started,
                            AttemptOutcome::finished, AttemptOutcome::stopped}) {
    const auto moved = move_of_answer(AttemptStanding::received, answer, JobState::sending, false);
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->plate, PlateMove::spend) << word(answer);
  }
}

TEST(Lifecycle, a_cancelled_job_that_never_started_is_cancelled_and_not_tried_again) {
  const auto aborted = move(AttemptStanding::received, AttemptState::aborted, true);
  ASSERT_TRUE(aborted);
  EXPECT_EQ(aborted->job, JobState::cancelled);
  EXPECT_TRUE(aborted->ended);
}

TEST(Lifecycle, a_skipped_report_of_starting_still_spends_the_plate) {
  for (const auto state : {AttemptState::started, AttemptState::finished, AttemptState::unknown,
                           AttemptState::not_started}) {
    const auto moved = move(AttemptStanding::uploaded, state);
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->plate, PlateMove::spend) << word(state);
  }
}

}  // namespace
}  // namespace pf
