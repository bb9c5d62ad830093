#include "cloud/domain/jobs/test_jobs.hpp"

namespace pf {
namespace {

using ControlsTest = JobsFixture;

TEST_F(ControlsTest, a_pause_names_the_print_it_means_and_expires) {
  printing();
  show(PrinterState::printing, "print-7", start_token());
  const auto accepted = farm.jobs.pause(farm.owner, id());
  ASSERT_TRUE(accepted) << accepted.error().says;
  const auto row = farm.commands.unanswered(hub).back();
  EXPECT_EQ(row.command.id, accepted->command_id);
  EXPECT_EQ(row.command.kind, CommandKind::control_print);
  const auto command = last_command();
  EXPECT_EQ(command.action, PrintAction::pause);
  EXPECT_EQ(command.job_id, job.id);
  EXPECT_EQ(command.attempt, 1);
  EXPECT_EQ(command.start_token->value, start_token());
  EXPECT_EQ(command.print_id->value, "print-7");
  EXPECT_EQ(command.not_after, farm.clock.unix_now().milliseconds + 30'000);
  EXPECT_EQ(farm.hub_link.woken.back(), hub);
}

TEST_F(ControlsTest, the_job_follows_the_printer_and_not_the_wish) {
  printing();
  ASSERT_TRUE(farm.jobs.pause(farm.owner, id()));
  EXPECT_EQ(now().state, JobState::printing);
  auto event = print_event(PrintPhase::paused, "ours");
  event.start_token = Text<1, 32>(start_token());
  see(event);
  EXPECT_EQ(now().state, JobState::paused);
  ASSERT_TRUE(farm.jobs.resume(farm.owner, id()));
  EXPECT_EQ(last_command().action, PrintAction::resume);
}

TEST_F(ControlsTest, another_print_on_the_printer_is_not_named) {
  printing();
  show(PrinterState::printing, "somebody's", "OTHERTOKEN");
  ASSERT_TRUE(farm.jobs.pause(farm.owner, id()));
  EXPECT_FALSE(last_command().print_id);
  EXPECT_EQ(last_command().start_token->value, start_token());
}

TEST_F(ControlsTest, a_hub_that_the_printer_was_moved_to_is_told_its_own_name_of_the_print) {
  printing();
  const auto token = start_token();
  farm.add_hub(farm.owner, "hub-2");
  farm.database.execute("UPDATE printers SET hub_id = 'hub-2', assignment = 2");
  EXPECT_EQ(farm.jobs.pause(farm.owner, id()).error().status, 409);
  auto message = farm.report_of(printer, PrinterState::printing, ++seq, "seen anew");
  message.print->name = Text<0, 200>("cube-" + token);
  farm.live.observe(farm.owner.tenant, printer.id.value, std::move(message), 1);
  ASSERT_TRUE(farm.jobs.pause(farm.owner, id()));
  const auto command = json::decode<PrintCommand>(farm.commands.unanswered("hub-2").back().payload);
  EXPECT_EQ(command->print_id->value, "seen anew");
  EXPECT_FALSE(command->start_token);
  EXPECT_EQ(command->assignment, 2);
}

TEST_F(ControlsTest, what_does_not_run_cannot_be_paused) {
  EXPECT_EQ(farm.jobs.pause(farm.owner, id()).error().status, 409);
  started();
  EXPECT_EQ(farm.jobs.pause(farm.owner, id()).error().status, 409);
  sent();
  report(AttemptState::started);
  EXPECT_EQ(farm.jobs.resume(farm.owner, id()).error().status, 409);
  report(AttemptState::finished);
  EXPECT_EQ(farm.jobs.pause(farm.owner, id()).error().status, 409);
  EXPECT_EQ(farm.jobs.pause(farm.owner, {"nonsense"}).error().status, 404);
  EXPECT_EQ(farm.jobs.pause(farm.make_caller("Other"), id()).error().status, 404);
}

TEST_F(ControlsTest, a_refused_pause_says_why_where_the_command_is_shown) {
  printing();
  const auto accepted = farm.jobs.pause(farm.owner, id());
  refuse(sent(), "other_print", "The printer prints something else by now.");
  const auto command = farm.commands.find(farm.owner, {accepted->command_id.value});
  ASSERT_TRUE(command);
  EXPECT_EQ(command->state, CommandState::refused);
  EXPECT_EQ(command->error_message->value, "The printer prints something else by now.");
  EXPECT_TRUE(farm.feed.changes.contains({ChangedKind::command, accepted->command_id.value}));
  EXPECT_TRUE(has_entry(StoryKind::command_settled));
  EXPECT_EQ(now().state, JobState::printing);
}

TEST_F(ControlsTest, a_pause_that_no_hub_fetched_is_void_after_half_a_minute) {
  printing();
  const auto accepted = farm.jobs.pause(farm.owner, id());
  farm.clock.advance(Seconds{31});
  farm.jobs.expire_commands();
  EXPECT_EQ(farm.commands.find(farm.owner, {accepted->command_id.value})->state,
            CommandState::expired);
  EXPECT_EQ(now().state, JobState::printing);
}

TEST_F(ControlsTest, whatever_prints_on_a_printer_can_be_stopped_by_its_name) {
  EXPECT_EQ(farm.jobs.command_printer(farm.owner, {printer.id.value}, {}).error().status, 409);
  see(print_event(PrintPhase::started, "print-9"));
  show(PrinterState::printing, "print-9");
  const auto accepted =
      farm.jobs.command_printer(farm.owner, {printer.id.value}, {ControlAction::stop});
  ASSERT_TRUE(accepted) << accepted.error().says;
  const auto command = last_command();
  EXPECT_EQ(command.action, PrintAction::stop);
  EXPECT_EQ(command.print_id->value, "print-9");
  EXPECT_FALSE(command.start_token);
  EXPECT_FALSE(command.job_id);
}

TEST_F(ControlsTest, our_print_commanded_at_its_printer_is_named_as_ours) {
  printing();
  show(PrinterState::printing, "print-7", start_token());
  ASSERT_TRUE(farm.jobs.command_printer(farm.owner, {printer.id.value}, {ControlAction::pause}));
  EXPECT_EQ(last_command().job_id, job.id);
  EXPECT_EQ(last_command().start_token->value, start_token());
  EXPECT_TRUE(has_entry(StoryKind::control_asked));
}

TEST_F(ControlsTest, a_printer_that_is_gone_unknown_or_idle_takes_no_command) {
  show(PrinterState::idle, "print-1");
  const PrinterOrder stop{ControlAction::stop};
  EXPECT_EQ(farm.jobs.command_printer(farm.owner, {printer.id.value}, stop).error().status, 409);
  show(PrinterState::printing, "print-1");
  farm.live.hub_lost(farm.owner.tenant, {printer.id.value}, 1);
  EXPECT_EQ(farm.jobs.command_printer(farm.owner, {printer.id.value}, stop).error().status, 409);
  EXPECT_EQ(farm.jobs.command_printer(farm.owner, {"nonsense"}, stop).error().status, 404);
  EXPECT_EQ(
      farm.jobs.command_printer(farm.make_caller("Other"), {printer.id.value}, stop).error().status,
      404);
}

TEST_F(ControlsTest, a_key_for_other_printers_neither_sees_nor_touches_the_job) {
  printing();
  auto key = farm.owner;
  key.api_key_id = "key-1";
  key.only_printers = std::make_shared<const std::set<std::string, std::less<>>>(
      std::set<std::string, std::less<>>{"another printer"});
  EXPECT_EQ(farm.jobs.find(key, id()).error().status, 404);
  EXPECT_EQ(farm.jobs.pause(key, id()).error().status, 404);
  EXPECT_EQ(farm.jobs.cancel(key, id()).error().status, 404);
  EXPECT_EQ(farm.jobs.story(key, id()).error().status, 404);
  EXPECT_EQ(farm.jobs.command_printer(key, {printer.id.value}, {}).error().status, 404);
  EXPECT_TRUE(farm.jobs.list(key, {})->items.empty());
  EXPECT_TRUE(farm.commands.list(key, {})->items.empty());
  NewJob wanted;
  wanted.file_id = Uuid(file);
  EXPECT_EQ(farm.jobs.create(key, wanted).error().status, 422);
}

TEST_F(ControlsTest, a_refused_cancel_is_taken_back_and_said) {
  printing();
  ASSERT_TRUE(farm.jobs.cancel(farm.owner, id())->cancelling);
  refuse(sent(), "journal_full", "The hub's journal is full.");
  EXPECT_FALSE(now().cancelling);
  EXPECT_EQ(now().reason->value, "The hub's journal is full.");
}

}  // namespace
}  // namespace pf
