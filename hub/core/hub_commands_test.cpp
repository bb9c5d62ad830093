// Commands to the hub itself, and what it refuses to do at the wrong time.
#include <gtest/gtest.h>

#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

HubCommand command(std::string id, HubAction action) {
  HubCommand command;
  command.command_id = std::move(id);
  command.action = action;
  return command;
}

std::string code_of(const HubBench& bench, std::string_view command_id) {
  const auto ack = bench.ack_of(command_id);
  if (!ack) return "no answer";
  return ack->code ? ack->code->value : "";
}

class HubCommands : public testing::Test {
 protected:
  void SetUp() override { bench.boot_and_connect(); }
  void start_a_print() {
    bench.say(bench.start_command());
    bench.run(Seconds{10});
    ASSERT_EQ(bench.printer().starts.size(), 1u);
  }
  HubBench bench;
};

TEST_F(HubCommands, identify_and_send_logs_are_answered_when_the_platform_has_done_them) {
  bench.say(command("c1", HubAction::identify));
  bench.say(command("c2", HubAction::send_logs));
  EXPECT_FALSE(bench.ack_of("c1"));
  ASSERT_EQ(bench.effects<Identify>().size(), 1u);
  ASSERT_EQ(bench.effects<SendLogs>().size(), 1u);
  bench.give(CommandPerformed{bench.effects<Identify>()[0].command_id, {}});
  EXPECT_TRUE(bench.ack_of("c1")->success);
  bench.give(CommandPerformed{"c2", Refusal{"unsupported", "This hub has no log."}});
  EXPECT_EQ(code_of(bench, "c2"), "unsupported");
  EXPECT_EQ(bench.ack_of("c2")->error_message->value, "This hub has no log.");
}

TEST_F(HubCommands, one_that_comes_again_is_answered_again_and_not_done_again) {
  bench.say(command("c1", HubAction::identify));
  bench.give(CommandPerformed{"c1", {}});
  bench.sent.clear();
  bench.say(command("c1", HubAction::identify));
  EXPECT_TRUE(bench.ack_of("c1")->success);
  EXPECT_EQ(bench.effects<Identify>().size(), 1u);
}

TEST_F(HubCommands, rename_is_kept) {
  auto rename = command("c1", HubAction::rename);
  bench.say(rename);
  EXPECT_EQ(code_of(bench, "c1"), "incomplete");
  rename.command_id = "c2";
  rename.name = "Cellar";
  bench.say(rename);
  EXPECT_TRUE(bench.ack_of("c2")->success);
  EXPECT_EQ(decode_state(bench.stored.state)->name->value, "Cellar");
}

TEST_F(HubCommands, late_ones_are_refused_and_have_no_effect) {
  for (const auto action : {HubAction::reboot, HubAction::identify, HubAction::rename,
                            HubAction::wipe, HubAction::send_logs}) {
    auto late = command("late-" + std::string(word(action)), action);
    late.name = "Attic";
    late.not_after = bench.server_now() - 1;
    bench.say(late);
    EXPECT_EQ(code_of(bench, late.command_id), "too_late") << word(action);
  }
  EXPECT_TRUE(bench.effects<Reboot>().empty());
  EXPECT_TRUE(bench.effects<Identify>().empty());
  EXPECT_TRUE(bench.effects<SendLogs>().empty());
  EXPECT_FALSE(decode_state(bench.stored.state)->name);
  EXPECT_TRUE(decode_state(bench.stored.state)->secret);
}

TEST_F(HubCommands, in_time_and_of_this_connection_they_are_carried_out) {
  auto identify = command("c1", HubAction::identify);
  identify.not_after = bench.server_now();
  identify.epoch = bench.epoch;
  bench.say(identify);
  EXPECT_EQ(bench.effects<Identify>().size(), 1u);
}

TEST_F(HubCommands, of_an_earlier_connection_are_refused_until_they_are_sent_anew) {
  auto identify = command("c1", HubAction::identify);
  identify.epoch = bench.epoch - 1;
  bench.say(identify);
  EXPECT_EQ(code_of(bench, "c1"), "lower_epoch");
  EXPECT_TRUE(bench.effects<Identify>().empty());
  identify.epoch = bench.epoch;
  bench.say(identify);
  EXPECT_EQ(bench.effects<Identify>().size(), 1u);
}

TEST_F(HubCommands, a_query_of_an_earlier_connection_is_refused) {
  bench.say(JobQuery{"q1", {}, bench.epoch - 1});
  EXPECT_EQ(code_of(bench, "q1"), "lower_epoch");
  bench.say(JobQuery{"q2", {}, bench.epoch});
  EXPECT_TRUE(bench.ack_of("q2")->success);
}

TEST_F(HubCommands, reboot_waits_while_a_print_is_being_started) {
  start_a_print();
  bench.say(command("r1", HubAction::reboot));
  EXPECT_EQ(code_of(bench, "r1"), "print_starting");
  bench.printer().show("RUNNING", HubBench::name_of("job-1"));
  bench.run(Seconds{1});
  bench.say(command("r2", HubAction::reboot));
  EXPECT_TRUE(bench.ack_of("r2")->success);
  EXPECT_EQ(bench.effects<Reboot>().size(), 1u);
}

TEST_F(HubCommands, reboot_is_done_once_though_its_answer_was_lost) {
  bench.say(command("r1", HubAction::reboot));
  ASSERT_EQ(bench.effects<Reboot>().size(), 1u);
  bench.reboot();
  bench.say(command("r1", HubAction::reboot));
  EXPECT_TRUE(bench.ack_of("r1")->success);
  EXPECT_EQ(bench.effects<Reboot>().size(), 1u);
  bench.say(command("r2", HubAction::reboot));
  EXPECT_EQ(bench.effects<Reboot>().size(), 2u);
}

TEST_F(HubCommands, wipe_waits_while_a_print_is_being_started) {
  start_a_print();
  bench.say(command("w1", HubAction::wipe));
  EXPECT_EQ(code_of(bench, "w1"), "print_starting");
  EXPECT_TRUE(decode_state(bench.stored.state)->secret);
  EXPECT_NE(bench.stored.journal.find("job-1"), std::string::npos);
}

TEST_F(HubCommands, wipe_forgets_secret_printers_and_journal_but_not_who_it_is) {
  bench.say(bench.cancel_command("job-9"));
  bench.say(command("w1", HubAction::wipe));
  EXPECT_TRUE(bench.ack_of("w1")->success);
  EXPECT_EQ(bench.effects<Reboot>().size(), 1u);
  const auto state = decode_state(bench.stored.state);
  EXPECT_EQ(state->hub_id, "hub-1");
  EXPECT_FALSE(state->secret);
  EXPECT_TRUE(state->printers.empty());
  EXPECT_EQ(bench.stored.journal.find("job-9"), std::string::npos);
  bench.run(Seconds{5});
  bench.kill();
  EXPECT_TRUE(bench.try_boot());
}

}  // namespace
}  // namespace pf::hub
