#include "cloud/domain/jobs/jobs.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "cloud/domain/jobs/test_jobs.hpp"

namespace pf {
namespace {

using JobsTest = JobsFixture;

TEST_F(JobsTest, without_a_clear_plate_a_job_waits_and_says_so) {
  const auto waiting = start(false);
  ASSERT_TRUE(waiting);
  EXPECT_EQ(waiting->state, JobState::assigned);
  ASSERT_TRUE(waiting->waiting_for);
  EXPECT_NE(waiting->waiting_for->value.find("clear plate"), std::string::npos);
  EXPECT_EQ(count("job_attempts"), 0);
}

TEST_F(JobsTest, clearing_the_plate_starts_the_job_that_waits_for_it) {
  ASSERT_TRUE(start(false));
  ASSERT_TRUE(farm.printers.cleared(farm.owner, {printer.id.value}));
  EXPECT_EQ(now().state, JobState::sending);
  EXPECT_FALSE(now().waiting_for);
  EXPECT_EQ(count("job_attempts"), 1);
}

TEST_F(JobsTest, a_start_is_one_attempt_one_reserved_plate_and_one_outbox_row) {
  const auto sending = started();
  EXPECT_EQ(sending.state, JobState::sending);
  EXPECT_EQ(sending.attempt, 1);
  EXPECT_EQ(count("job_attempts"), 1);
  EXPECT_EQ(farm.database.query("SELECT state FROM plate_tokens")[0][0],
            SqlValue{std::string("reserved")});
  const auto rows = farm.commands.unanswered(hub);
  ASSERT_EQ(rows.back().command.kind, CommandKind::start_print);
  const auto command = json::decode<PrintCommand>(rows.back().payload);
  ASSERT_TRUE(command);
  EXPECT_EQ(command->action, PrintAction::start);
  EXPECT_EQ(command->file->name.value.substr(0, 3), "pf-");
  EXPECT_EQ(command->display_name->value, "cube");
  EXPECT_EQ(command->start_token->value.size(), 10u);
}

TEST_F(JobsTest, eight_starts_at_once_are_one_start) {
  std::vector<std::thread> presses;
  std::atomic<int> accepted = 0, refused = 0;
  for (int i = 0; i < 8; ++i) {
    presses.emplace_back([&] {
      const auto answer = start(true);
      if (answer) {
        ++accepted;
      } else {
        EXPECT_EQ(answer.error().status, 409);
        ++refused;
      }
    });
  }
  for (auto& press : presses) press.join();
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(refused, 7);
  EXPECT_EQ(count("job_attempts"), 1);
}

TEST_F(JobsTest, a_printer_takes_one_attempt_at_a_time) {
  started();
  const auto second = farm.add_job(farm.owner, file, printer.id.value);
  const auto answer = farm.jobs.start(farm.owner, {second.id.value}, {.plate_cleared = true});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 409);
}

TEST_F(JobsTest, the_hubs_journal_leads_a_job_to_its_end) {
  started();
  report(AttemptState::received);
  EXPECT_EQ(now().stage, SendingStage::fetching);
  report(AttemptState::fetched);
  report(AttemptState::uploaded);
  EXPECT_FALSE(needs_clearing());
  report(AttemptState::starting);
  EXPECT_TRUE(needs_clearing());
  report(AttemptState::started);
  EXPECT_EQ(now().state, JobState::printing);
  EXPECT_TRUE(now().started_at);
  report(AttemptState::finished);
  EXPECT_EQ(now().state, JobState::complete);
  EXPECT_EQ(count("job_effects"), 1);
  EXPECT_TRUE(needs_clearing());
}

TEST_F(JobsTest, an_event_told_twice_acts_once) {
  started();
  auto finished = farm.event_of(now(), AttemptState::finished, 5);
  farm.jobs.on_job_event(farm.owner.tenant, hub, finished);
  const auto after = now();
  farm.jobs.on_job_event(farm.owner.tenant, hub, finished);
  finished.seq = 6;
  farm.jobs.on_job_event(farm.owner.tenant, hub, finished);
  EXPECT_EQ(now().updated_at, after.updated_at);
  EXPECT_EQ(count("job_effects"), 1);
}

TEST_F(JobsTest, another_hubs_event_about_the_job_is_ignored) {
  started();
  farm.add_hub(farm.owner, "hub-2");
  farm.jobs.on_job_event(farm.owner.tenant, "hub-2",
                         farm.event_of(now(), AttemptState::finished, 1));
  EXPECT_EQ(now().state, JobState::sending);
}

TEST_F(JobsTest, a_rejected_attempt_gives_the_plate_back_and_the_job_may_be_tried_again) {
  started();
  auto event = farm.event_of(now(), AttemptState::rejected, ++seq);
  event.reason = Text<0, 64>("developer_mode_off");
  event.evidence.note = Text<0, 300>("Developer Mode is off.");
  farm.jobs.on_job_event(farm.owner.tenant, hub, event);
  EXPECT_EQ(now().state, JobState::assigned);
  EXPECT_EQ(now().reason->value, "Developer Mode is off.");
  EXPECT_FALSE(needs_clearing());
  const auto again = start(false);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->attempt, 2);
}

TEST_F(JobsTest, unknown_blocks_the_printer_until_somebody_knows) {
  started();
  report(AttemptState::starting);
  report(AttemptState::unknown);
  EXPECT_TRUE(now().needs_answer);
  const auto second = farm.add_job(farm.owner, file, printer.id.value);
  EXPECT_FALSE(farm.jobs.start(farm.owner, {second.id.value}, {.plate_cleared = true}));
  EXPECT_FALSE(farm.printers.cleared(farm.owner, {printer.id.value}));
  EXPECT_FALSE(start(true));
}

TEST_F(JobsTest, a_start_that_was_never_sent_is_cancelled_at_once) {
  started();
  const auto cancelled = farm.jobs.cancel(farm.owner, {job.id.value});
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->state, JobState::cancelled);
  EXPECT_FALSE(needs_clearing());
  for (const auto& row : farm.commands.unanswered(hub)) {
    EXPECT_NE(row.command.kind, CommandKind::start_print);
  }
}

TEST_F(JobsTest, a_start_that_was_sent_is_cancelled_by_the_hub) {
  started();
  ASSERT_TRUE(farm.commands.mark_sent(farm.commands.unanswered(hub).back()));
  const auto cancelling = farm.jobs.cancel(farm.owner, {job.id.value});
  ASSERT_TRUE(cancelling);
  EXPECT_TRUE(cancelling->cancelling);
  EXPECT_EQ(cancelling->state, JobState::sending);
  EXPECT_EQ(farm.commands.unanswered(hub).back().command.kind, CommandKind::cancel_job);
  report(AttemptState::aborted);
  EXPECT_EQ(now().state, JobState::cancelled);
}

TEST_F(JobsTest, a_start_that_the_hub_refuses_leaves_the_job_to_be_tried_again) {
  started();
  const auto row = farm.commands.unanswered(hub).back();
  farm.commands.mark_sent(row);
  farm.jobs.on_command_ack(
      farm.owner.tenant, hub,
      {row.command.id, false, Text<0, 300>("The journal is full."), Text<0, 64>("journal_full")});
  EXPECT_EQ(now().state, JobState::assigned);
  EXPECT_EQ(now().reason->value, "The journal is full.");
  EXPECT_FALSE(needs_clearing());
}

TEST_F(JobsTest, a_start_that_no_hub_fetched_in_time_expires_and_a_sent_one_does_not) {
  started();
  farm.clock.advance(Minutes{60});
  farm.jobs.expire_commands();
  EXPECT_EQ(now().state, JobState::assigned);

  ASSERT_TRUE(start(true));
  farm.commands.mark_sent(farm.commands.unanswered(hub).back());
  farm.clock.advance(Minutes{60});
  farm.jobs.expire_commands();
  EXPECT_EQ(now().state, JobState::sending);
}

TEST_F(JobsTest, a_file_for_another_model_is_refused_before_anything_is_sent) {
  const auto other = farm.add_file(farm.owner, "BL-P001");
  NewJob wanted;
  wanted.file_id = other;
  wanted.printer_id = printer.id;
  const auto answer = farm.jobs.create(farm.owner, wanted);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 409);
  EXPECT_NE(answer.error().says.find("sliced for"), std::string::npos);
}

TEST_F(JobsTest, a_story_tells_every_attempt_event_command_and_actor_in_order) {
  started();
  accept(sent());
  report(AttemptState::received);
  auto refused = farm.event_of(now(), AttemptState::rejected, ++seq);
  refused.reason = Text<0, 64>("developer_mode_off");
  refused.evidence.note = Text<0, 300>("Developer Mode is off.");
  farm.jobs.on_job_event(farm.owner.tenant, hub, refused);
  ASSERT_TRUE(start(false));
  const auto told = story();
  ASSERT_EQ(told.attempts.size(), 2u);
  EXPECT_EQ(told.attempts[0].state, AttemptStanding::rejected);
  EXPECT_EQ(told.attempts[0].evidence->note->value, "Developer Mode is off.");
  EXPECT_EQ(told.attempts[1].state, AttemptStanding::requested);
  ASSERT_EQ(told.commands.size(), 2u);
  EXPECT_EQ(told.commands[0].state, CommandState::accepted);
  std::vector<StoryKind> kinds;
  for (const auto& entry : told.entries) kinds.push_back(entry.kind);
  using enum StoryKind;
  EXPECT_EQ(kinds, (std::vector<StoryKind>{created, start_asked, command_settled, reported,
                                           reported, start_asked}));
  EXPECT_EQ(told.entries[1].actor_id->value, farm.owner.user_id);
  EXPECT_EQ(told.entries[1].command_id, told.commands[0].id);
  EXPECT_EQ(told.entries[3].actor_kind, ActorKind::hub);
  EXPECT_EQ(told.entries[4].reason->value, "developer_mode_off");
  EXPECT_EQ(farm.jobs.story(farm.make_caller("Other"), id()).error().status, 404);
}

TEST_F(JobsTest, every_write_of_a_person_is_in_the_audit_log) {
  ASSERT_TRUE(farm.jobs.update(farm.owner, id(), {}));
  ASSERT_TRUE(start(false));
  started();
  sent();
  report(AttemptState::starting);
  report(AttemptState::started);
  ASSERT_TRUE(farm.jobs.pause(farm.owner, id()));
  ASSERT_TRUE(farm.jobs.cancel(farm.owner, id()));
  ASSERT_TRUE(answer(AttemptOutcome::stopped, true));
  std::vector<std::string> actions;
  for (const auto& row : farm.database.query(
           "SELECT action FROM audit_entries WHERE subject_kind = 'job' ORDER BY seq")) {
    actions.push_back(std::get<std::string>(row[0]));
  }
  EXPECT_EQ(actions,
            (std::vector<std::string>{"jobs.create", "jobs.update", "jobs.start", "jobs.start",
                                      "jobs.control", "jobs.cancel", "jobs.answer"}));
}

TEST_F(JobsTest, another_organisation_sees_and_starts_nothing) {
  const auto stranger = farm.make_caller("Other");
  EXPECT_EQ(farm.jobs.find(stranger, {job.id.value}).error().status, 404);
  EXPECT_EQ(farm.jobs.start(stranger, {job.id.value}, {}).error().status, 404);
  EXPECT_EQ(farm.jobs.cancel(stranger, {job.id.value}).error().status, 404);
  EXPECT_TRUE(farm.jobs.list(stranger, {})->items.empty());
  const auto unknown = farm.jobs.find(stranger, {"nonsense"});
  EXPECT_EQ(unknown.error().says, farm.jobs.find(stranger, {job.id.value}).error().says);
}

TEST_F(JobsTest, a_print_that_nobody_here_asked_for_voids_the_clear_plate) {
  ASSERT_TRUE(farm.jobs.cancel(farm.owner, {job.id.value}));
  ASSERT_TRUE(farm.printers.cleared(farm.owner, {printer.id.value}));
  EXPECT_FALSE(needs_clearing());
  PrintEvent event;
  event.journal_id = "journal-1";
  event.seq = 1;
  event.printer_id = printer.serial_number;
  event.assignment = printer.assignment;
  event.print_id = "somebody's print";
  event.phase = PrintPhase::started;
  farm.jobs.on_print_event(farm.owner.tenant, hub, event);
  EXPECT_TRUE(needs_clearing());
}

TEST_F(JobsTest, pause_and_resume_at_the_printer_are_followed) {
  const auto sending = started();
  report(AttemptState::started);
  PrintEvent event;
  event.journal_id = "journal-1";
  event.seq = ++seq;
  event.printer_id = printer.serial_number;
  event.assignment = printer.assignment;
  event.print_id = "ours";
  event.start_token =
      json::decode<PrintCommand>(farm.commands.unanswered(hub).back().payload)->start_token;
  event.phase = PrintPhase::paused;
  farm.jobs.on_print_event(farm.owner.tenant, hub, event);
  EXPECT_EQ(now().state, JobState::paused);
  event.seq = ++seq;
  event.phase = PrintPhase::resumed;
  farm.jobs.on_print_event(farm.owner.tenant, hub, event);
  EXPECT_EQ(now().state, JobState::printing);
  EXPECT_EQ(sending.attempt, now().attempt);
}

}  // namespace
}  // namespace pf
