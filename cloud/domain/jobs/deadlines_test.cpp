#include "cloud/domain/jobs/deadlines.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

constexpr Millis now = 1'700'000'000'000;

Millis ago(Milliseconds span) { return now - span.count(); }

AttemptFacts facts(AttemptStanding state) {
  AttemptFacts facts;
  facts.state = state;
  facts.heard_at = now;
  facts.not_after = now + 3'600'000;
  facts.hub_online = true;
  return facts;
}

constexpr auto open_states = std::to_array<AttemptStanding>(
    {AttemptStanding::requested, AttemptStanding::received, AttemptStanding::fetched,
     AttemptStanding::uploaded, AttemptStanding::starting, AttemptStanding::started});

TEST(Deadlines, what_was_just_heard_of_needs_nothing) {
  for (const auto state : open_states) {
    EXPECT_EQ(care_of(facts(state), now), AttemptCare::nothing) << word(state);
  }
}

TEST(Deadlines, after_long_silence_the_hub_is_asked_once_a_deadline) {
  for (const auto state : open_states) {
    auto silent = facts(state);
    silent.heard_at = ago(Minutes{16});
    EXPECT_EQ(care_of(silent, now), AttemptCare::ask_hub) << word(state);
    silent.queried_at = ago(Seconds{30});
    EXPECT_EQ(care_of(silent, now), AttemptCare::nothing) << word(state);
    silent.queried_at = ago(Minutes{16});
    EXPECT_EQ(care_of(silent, now), AttemptCare::ask_hub) << word(state);
  }
}

TEST(Deadlines, each_phase_has_its_own_patience) {
  auto fetching = facts(AttemptStanding::received);
  auto starting = facts(AttemptStanding::starting);
  auto started = facts(AttemptStanding::started);
  fetching.heard_at = starting.heard_at = started.heard_at = ago(Minutes{4});
  EXPECT_EQ(care_of(fetching, now), AttemptCare::ask_hub);
  EXPECT_EQ(care_of(starting, now), AttemptCare::nothing);
  EXPECT_EQ(care_of(started, now), AttemptCare::nothing);
}

TEST(Deadlines, of_a_hub_that_is_away_people_are_told) {
  for (const auto state : open_states) {
    auto away = facts(state);
    away.hub_online = false;
    EXPECT_EQ(care_of(away, now), AttemptCare::say_hub_offline) << word(state);
  }
}

TEST(Deadlines, with_its_hub_away_only_what_had_not_started_closes_when_it_is_too_late) {
  for (const auto state : open_states) {
    auto away = facts(state);
    away.hub_online = false;
    away.not_after = ago(Minutes{6});
    EXPECT_EQ(care_of(away, now),
              is_before_start(state) ? AttemptCare::close : AttemptCare::say_hub_offline)
        << word(state);
    away.not_after = ago(Minutes{4});  // Within what clocks may differ.
    EXPECT_EQ(care_of(away, now), AttemptCare::say_hub_offline) << word(state);
  }
}

TEST(Deadlines, a_hub_that_is_there_and_keeps_silent_for_ever_leaves_it_to_people) {
  auto silent = facts(AttemptStanding::uploaded);
  silent.not_after = silent.heard_at = ago(Minutes{31});
  EXPECT_EQ(care_of(silent, now), AttemptCare::ask_people);
  silent.heard_at = ago(Minutes{1});  // A slow card still moves.
  EXPECT_EQ(care_of(silent, now), AttemptCare::nothing);
}

TEST(Deadlines, a_printer_that_changed_hands_makes_every_open_attempt_a_question) {
  for (const auto state : open_states) {
    auto moved = facts(state);
    moved.assignment_holds = false;
    EXPECT_EQ(care_of(moved, now), AttemptCare::ask_people) << word(state);
    moved.hub_online = false;
    EXPECT_EQ(care_of(moved, now), AttemptCare::ask_people) << word(state);
  }
}

TEST(Deadlines, an_open_question_is_not_asked_again) {
  auto unknown = facts(AttemptStanding::unknown);
  unknown.heard_at = unknown.not_after = ago(Minutes{600});
  for (const bool online : {true, false}) {
    unknown.hub_online = online;
    unknown.assignment_holds = online;
    EXPECT_EQ(care_of(unknown, now), AttemptCare::nothing);
  }
}

}  // namespace
}  // namespace pf
