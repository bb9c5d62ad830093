#include "cloud/domain/jobs/test_jobs.hpp"

namespace pf {
namespace {

struct PrintsSeenTest : JobsFixture {
  std::vector<Job> external() {
    JobQueryParameters query;
    query.kind = JobKind::external;
    return farm.jobs.list(farm.owner, query)->items;
  }
};

TEST_F(PrintsSeenTest, a_print_that_nobody_here_started_becomes_an_external_job) {
  see(print_event(PrintPhase::started));
  ASSERT_EQ(external().size(), 1u);
  const auto seen = external()[0];
  EXPECT_EQ(seen.state, JobState::printing);
  EXPECT_EQ(seen.file_name.value, "Vase");
  EXPECT_EQ(seen.printer_id, printer.id);
  EXPECT_FALSE(seen.file_id);
  EXPECT_FALSE(seen.submitted_by);
  EXPECT_FALSE(seen.plate);
  EXPECT_EQ(farm.jobs.start(farm.owner, {seen.id.value}, {}).error().status, 409);
  EXPECT_EQ(farm.jobs.update(farm.owner, {seen.id.value}, {}).error().status, 409);
}

TEST_F(PrintsSeenTest, its_story_goes_on_to_its_end_and_not_beyond) {
  see(print_event(PrintPhase::started));
  see(print_event(PrintPhase::paused));
  EXPECT_EQ(external()[0].state, JobState::paused);
  see(print_event(PrintPhase::resumed));
  see(print_event(PrintPhase::finished));
  const auto ended = external()[0];
  EXPECT_EQ(ended.state, JobState::complete);
  EXPECT_TRUE(ended.ended_at);
  see(print_event(PrintPhase::failed));
  see(print_event(PrintPhase::started));
  EXPECT_EQ(external().size(), 1u);
  EXPECT_EQ(external()[0].state, JobState::complete);
  EXPECT_EQ(farm.jobs.story(farm.owner, {ended.id.value})->entries.size(), 4u);
}

TEST_F(PrintsSeenTest, a_print_made_while_the_cloud_was_away_is_not_lost) {
  auto event = print_event(PrintPhase::finished, "made at night");
  event.seconds = 3600;
  see(event);
  ASSERT_EQ(external().size(), 1u);
  EXPECT_EQ(external()[0].state, JobState::complete);
  EXPECT_EQ(external()[0].started_at, event.at - 3'600'000);
}

TEST_F(PrintsSeenTest, an_event_told_twice_makes_one_job) {
  auto event = print_event(PrintPhase::started);
  see(event);
  see(event);
  event.seq = ++seq;
  see(event);
  EXPECT_EQ(external().size(), 1u);
}

TEST_F(PrintsSeenTest, a_calibration_is_no_job) {
  auto event = print_event(PrintPhase::started);
  event.print_type = PrintType::system;
  see(event);
  EXPECT_TRUE(external().empty());
}

TEST_F(PrintsSeenTest, events_of_another_hub_or_assignment_are_ignored) {
  auto event = print_event(PrintPhase::started);
  event.assignment += 1;
  see(event);
  farm.add_hub(farm.owner, "hub-2");
  farm.jobs.on_print_event(farm.owner.tenant, "hub-2", print_event(PrintPhase::started));
  EXPECT_TRUE(external().empty());
}

TEST_F(PrintsSeenTest, our_own_print_is_no_external_job) {
  printing();
  auto event = print_event(PrintPhase::started, "ours");
  event.start_token = Text<1, 32>(start_token());
  event.print_type = PrintType::ours;
  see(event);
  EXPECT_TRUE(external().empty());
}

TEST_F(PrintsSeenTest, an_old_print_of_ours_started_at_the_screen_is_external) {
  printing();
  report(AttemptState::finished);
  auto event = print_event(PrintPhase::started, "again");
  event.name = Text<0, 200>("cube-" + start_token());
  see(event);
  ASSERT_EQ(external().size(), 1u);
  EXPECT_EQ(now().state, JobState::complete);
}

TEST_F(PrintsSeenTest, whichever_hub_sees_our_token_brings_the_evidence) {
  unknown();
  const auto token = start_token();
  farm.add_hub(farm.owner, "hub-2");
  farm.database.execute("UPDATE printers SET hub_id = 'hub-2', assignment = 2");
  printer.assignment = 2;
  auto event = print_event(PrintPhase::started, "seen by the new hub");
  event.name = Text<0, 200>("cube-" + token);
  farm.jobs.on_print_event(farm.owner.tenant, "hub-2", event);
  EXPECT_EQ(now().state, JobState::printing);
  EXPECT_FALSE(now().needs_answer);
  event.phase = PrintPhase::finished;
  event.seq = ++seq;
  farm.jobs.on_print_event(farm.owner.tenant, "hub-2", event);
  EXPECT_EQ(now().state, JobState::complete);
  EXPECT_TRUE(external().empty());
}

TEST_F(PrintsSeenTest, an_end_that_nobody_saw_is_no_proof_of_failure) {
  printing();
  const auto token = start_token();
  farm.add_hub(farm.owner, "hub-2");
  farm.database.execute("UPDATE printers SET hub_id = 'hub-2', assignment = 2");
  printer.assignment = 2;
  auto event = print_event(PrintPhase::failed, "lost");
  event.name = Text<0, 200>("cube-" + token);
  event.error_code = Text<0, 40>("end_not_seen");
  farm.jobs.on_print_event(farm.owner.tenant, "hub-2", event);
  EXPECT_TRUE(now().needs_answer);
  EXPECT_EQ(count("printer_failures"), 0);
}

TEST_F(PrintsSeenTest, a_failed_print_leaves_a_row_with_what_is_known) {
  printing();
  auto ended = farm.event_of(now(), AttemptState::failed, ++seq);
  ended.evidence.mc_percent = 42;
  ended.evidence.note = Text<0, 300>("The printer reported an error.");
  farm.jobs.on_job_event(farm.owner.tenant, hub, ended);
  auto event = print_event(PrintPhase::failed, "ours");
  event.start_token = Text<1, 32>(start_token());
  event.error_code = Text<0, 40>("0300_8004");
  event.layers = 17;
  event.seconds = 600;
  see(event);
  const auto rows = farm.database.query(
      "SELECT failure_type, error_code, progress_at_failure, layer_at_failure, "
      "print_time_at_failure, failure_reason FROM printer_failures");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0], (SqlRow{std::string("unknown"), std::string("0300_8004"), std::int64_t{42},
                             std::int64_t{17}, std::int64_t{600},
                             std::string("The printer reported an error.")}));
}

TEST_F(PrintsSeenTest, a_failed_job_names_the_error_whichever_report_comes_first) {
  for (const bool journal_first : {true, false}) {
    job = farm.add_job(farm.owner, file, printer.id.value);
    printing();
    if (journal_first) report(AttemptState::failed);
    auto event = print_event(PrintPhase::failed, "ours");
    event.start_token = Text<1, 32>(start_token());
    event.error_code = Text<0, 40>("0300_400D");
    see(event);
    if (!journal_first) report(AttemptState::failed);
    EXPECT_EQ(now().state, JobState::failed);
    ASSERT_TRUE(now().reason);
    EXPECT_EQ(now().reason->value, "Error 0300_400D.");
  }
}

TEST_F(PrintsSeenTest, a_printers_failures_are_listed_to_those_who_may_see_it) {
  printing();
  report(AttemptState::failed);
  const auto page = farm.jobs.failures(farm.owner, {printer.id.value}, {});
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->items[0].job_id, job.id);
  EXPECT_EQ(farm.jobs.failures(farm.make_caller("Other"), {printer.id.value}, {}).error().status,
            404);
  EXPECT_EQ(farm.jobs.failures(farm.owner, {"nonsense"}, {}).error().status, 404);
}

TEST_F(PrintsSeenTest, a_stopped_print_is_recorded_as_stopped_by_a_person_once) {
  printing();
  report(AttemptState::stopped);
  report(AttemptState::stopped);
  see(print_event(PrintPhase::started, "other"));
  see(print_event(PrintPhase::stopped, "other"));
  const auto rows =
      farm.database.query("SELECT failure_type FROM printer_failures ORDER BY attempt");
  ASSERT_EQ(rows.size(), 2u);
  for (const auto& row : rows) EXPECT_EQ(row[0], SqlValue{std::string("user_cancelled")});
}

TEST_F(PrintsSeenTest, an_external_print_is_cancelled_by_stopping_it) {
  see(print_event(PrintPhase::started, "print-9"));
  const auto seen = external()[0];
  const auto cancelled = farm.jobs.cancel(farm.owner, {seen.id.value});
  ASSERT_TRUE(cancelled) << cancelled.error().says;
  EXPECT_TRUE(cancelled->cancelling);
  EXPECT_EQ(last_command().action, PrintAction::stop);
  EXPECT_EQ(last_command().print_id->value, "print-9");
  see(print_event(PrintPhase::stopped, "print-9"));
  EXPECT_EQ(external()[0].state, JobState::cancelled);
  EXPECT_FALSE(external()[0].cancelling);
}

TEST_F(PrintsSeenTest, a_plate_given_back_after_another_print_is_not_clear) {
  started();
  sent();
  report(AttemptState::received);
  see(print_event(PrintPhase::started, "somebody's"));
  report(AttemptState::rejected);
  EXPECT_TRUE(needs_clearing());
}

}  // namespace
}  // namespace pf
