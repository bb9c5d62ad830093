#include "cloud/domain/jobs/test_jobs.hpp"

namespace pf {
namespace {

using AnswersTest = JobsFixture;

TEST_F(AnswersTest, a_person_says_how_it_went_and_the_hub_is_told) {
  unknown();
  const auto answered = answer(AttemptOutcome::finished);
  ASSERT_TRUE(answered) << answered.error().says;
  EXPECT_EQ(answered->state, JobState::complete);
  EXPECT_FALSE(answered->needs_answer);
  const auto row = farm.commands.unanswered(hub).back();
  EXPECT_EQ(row.command.kind, CommandKind::resolve_attempt);
  EXPECT_FALSE(row.command.not_after);
  EXPECT_EQ(json::decode<AttemptResolve>(row.payload)->outcome, AttemptOutcome::finished);
  EXPECT_TRUE(has_entry(StoryKind::answered));
}

TEST_F(AnswersTest, every_answer_leads_where_it_says) {
  const auto table = std::to_array<std::pair<AttemptOutcome, JobState>>(
      {{AttemptOutcome::not_started, JobState::assigned},
       {AttemptOutcome::started, JobState::printing},
       {AttemptOutcome::failed, JobState::failed},
       {AttemptOutcome::stopped, JobState::cancelled}});
  for (const auto& [outcome, state] : table) {
    JobsFixture::job = farm.add_job(farm.owner, file, printer.id.value);
    unknown();
    ASSERT_TRUE(answer(outcome));
    EXPECT_EQ(now().state, state) << word(outcome);
    if (now().state == JobState::printing) report(AttemptState::finished);
  }
}

TEST_F(AnswersTest, not_started_frees_the_job_but_not_the_plate) {
  unknown();
  ASSERT_TRUE(answer(AttemptOutcome::not_started));
  EXPECT_TRUE(needs_clearing());
  EXPECT_EQ(start(false)->state, JobState::assigned);
  const auto again = start(true);
  ASSERT_TRUE(again) << again.error().says;
  EXPECT_EQ(again->attempt, 2);
}

TEST_F(AnswersTest, what_the_hub_still_knows_nobody_has_to_say) {
  EXPECT_EQ(answer(AttemptOutcome::finished).error().status, 409);
  printing();
  EXPECT_EQ(answer(AttemptOutcome::finished).error().status, 409);
  report(AttemptState::finished);
  EXPECT_EQ(answer(AttemptOutcome::failed).error().status, 409);
  EXPECT_EQ(answer(AttemptOutcome::failed, true).error().status, 409);
}

TEST_F(AnswersTest, only_an_owner_may_overrule_the_hub) {
  printing();
  auto operator_caller = farm.owner;
  operator_caller.role = Role::operator_;
  JobAnswer forced{AttemptOutcome::stopped, true};
  EXPECT_EQ(farm.jobs.answer(operator_caller, id(), forced).error().status, 403);
  EXPECT_EQ(farm.jobs.answer(farm.make_caller("Other"), id(), forced).error().status, 404);
  const auto answered = farm.jobs.answer(farm.owner, id(), forced);
  ASSERT_TRUE(answered) << answered.error().says;
  EXPECT_EQ(answered->state, JobState::cancelled);
}

TEST_F(AnswersTest, what_an_owner_declared_over_is_cancelled_where_it_had_not_begun) {
  started();
  accept(sent());
  report(AttemptState::received);
  ASSERT_TRUE(answer(AttemptOutcome::not_started, true));
  EXPECT_TRUE(needs_clearing());
  refuse(sent(), "not_published", "Nothing was sent to the printer yet; cancel the job instead.");
  const auto row = farm.commands.unanswered(hub).back();
  EXPECT_EQ(row.command.kind, CommandKind::cancel_job);
  EXPECT_EQ(row.command.attempt, 1);
}

TEST_F(AnswersTest, a_start_that_an_owner_settled_before_it_was_heard_is_sent_no_more) {
  started();
  ASSERT_TRUE(answer(AttemptOutcome::not_started, true));
  for (const auto& row : farm.commands.unanswered(hub)) {
    EXPECT_NE(row.command.kind, CommandKind::start_print);
  }
}

TEST_F(AnswersTest, a_hub_that_sees_the_print_running_is_heard) {
  unknown();
  ASSERT_TRUE(answer(AttemptOutcome::finished));
  refuse(sent(), "still_printing", "The printer shows that it is printing this; stop it first.");
  EXPECT_EQ(now().state, JobState::complete);
  EXPECT_NE(now().reason->value.find("stop it first"), std::string::npos);
}

TEST_F(AnswersTest, evidence_that_comes_later_closes_the_question_by_itself) {
  unknown();
  report(AttemptState::finished);
  EXPECT_FALSE(now().needs_answer);
  EXPECT_EQ(now().state, JobState::complete);
}

TEST_F(AnswersTest, a_print_that_was_answered_not_started_and_runs_raises_an_alarm) {
  unknown();
  ASSERT_TRUE(answer(AttemptOutcome::not_started));
  report(AttemptState::started);
  EXPECT_EQ(now().state, JobState::printing);
  EXPECT_NE(now().reason->value.find("yet it printed"), std::string::npos);
  EXPECT_TRUE(has_entry(StoryKind::alarm));
}

TEST_F(AnswersTest, the_alarm_is_raised_also_when_a_newer_attempt_is_under_way) {
  unknown();
  const auto first = now();
  ASSERT_TRUE(answer(AttemptOutcome::not_started));
  started();
  auto late = farm.event_of(first, AttemptState::started, ++seq);
  farm.jobs.on_job_event(farm.owner.tenant, hub, late);
  EXPECT_TRUE(has_entry(StoryKind::alarm));
  EXPECT_EQ(now().state, JobState::sending);
  EXPECT_EQ(count("job_attempts WHERE is_open = 1"), 1);
}

TEST_F(AnswersTest, a_job_that_was_cancelled_stays_so_though_it_printed_after_all) {
  unknown();
  ASSERT_TRUE(farm.jobs.cancel(farm.owner, id()));
  ASSERT_TRUE(answer(AttemptOutcome::not_started));
  EXPECT_EQ(now().state, JobState::cancelled);
  report(AttemptState::started);
  EXPECT_EQ(now().state, JobState::cancelled);
  EXPECT_TRUE(has_entry(StoryKind::alarm));
  report(AttemptState::finished);
  EXPECT_EQ(now().state, JobState::cancelled);
}

TEST_F(AnswersTest, a_hub_that_lost_its_journal_leaves_the_question_to_people) {
  printing();
  hub_online(true);
  farm.clock.advance(Minutes{16});
  hub_online(true);
  farm.jobs.watch_attempts();
  const auto query = sent();
  ASSERT_EQ(query.command.kind, CommandKind::query_jobs);
  refuse(query, "unknown_job", "The hub's journal has nothing about that job.");
  EXPECT_TRUE(now().needs_answer);
  EXPECT_NE(now().reason->value.find("journal"), std::string::npos);
}

TEST_F(AnswersTest, jobs_that_need_an_answer_come_first_and_are_filtered) {
  unknown();
  const auto later = farm.add_job(farm.owner, file, printer.id.value);
  JobQueryParameters first;
  first.sort = Text<1, 32>("needs_answer");
  first.limit = 1;
  const auto page = farm.jobs.list(farm.owner, first);
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->items[0].id, job.id);
  first.cursor = Text<1, 80>(*page->next_cursor);
  const auto rest = farm.jobs.list(farm.owner, first);
  ASSERT_EQ(rest->items.size(), 1u);
  EXPECT_EQ(rest->items[0].id, later.id);
  EXPECT_FALSE(rest->next_cursor);
  JobQueryParameters only;
  only.needs_answer = true;
  EXPECT_EQ(farm.jobs.list(farm.owner, only)->items.size(), 1u);
  only.sort = Text<1, 32>("sideways");
  EXPECT_EQ(farm.jobs.list(farm.owner, only).error().field, "sort");
  only.sort.reset();
  only.cursor = Text<1, 80>("2.x");
  EXPECT_EQ(farm.jobs.list(farm.owner, only).error().field, "cursor");
}

}  // namespace
}  // namespace pf
