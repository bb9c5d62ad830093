// Pause, resume and stop: only of the print that was meant, only in time, and never believed before
// the printer shows it.
#include "hub/core/print_controls.hpp"

#include <gtest/gtest.h>

#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

using enum PrintAction;

class Control : public testing::Test {
 protected:
  void SetUp() override { bench.boot_and_connect(); }
  void print_ours() {
    bench.printer().prints_by_itself = true;
    bench.say(bench.start_command());
    bench.run(Seconds{20});
    ASSERT_EQ(bench.last_event_of("job-1")->state, AttemptState::started);
  }
  void print_by_hand(std::string_view name = "by hand") {
    bench.printer().show("RUNNING", name, 10, "1700000100");
    bench.run(Seconds{2});
  }
  PrintCommand of_ours(PrintAction action) {
    return numbered(bench.control_command(action, HubBench::token_of("job-1", 1)));
  }
  // Of whatever the last status showed.
  PrintCommand of_shown(PrintAction action) {
    auto command = numbered(bench.control_command(action, "x"));
    command.start_token.reset();
    command.print_id = bench.last_print_id();
    return command;
  }
  // The code of the refusal, or "accepted", or "" while there is no answer.
  std::string answer_to(const PrintCommand& command) const {
    const auto ack = bench.ack_of(command.command_id);
    if (!ack) return "";
    return ack->success ? "accepted" : ack->code->value;
  }
  std::string say(const PrintCommand& command) {
    bench.say(command);
    return answer_to(command);
  }
  void printer_answers(PrintAction action, bool accepted, std::string reason = "") {
    bench.printer().says.push_back(CommandAnswered{action, accepted, std::move(reason), {}, false});
    bench.run(Milliseconds{500});
  }
  HubBench bench;

 private:
  PrintCommand numbered(PrintCommand command) {
    command.command_id = "control-" + std::to_string(++commands_);
    return command;
  }
  int commands_ = 0;
};

TEST_F(Control, of_our_print_goes_to_the_printer_and_is_answered_by_it) {
  print_ours();
  for (const auto action : {pause, resume, stop}) {
    const auto command = of_ours(action);
    EXPECT_EQ(say(command), "");
    EXPECT_EQ(bench.printer().controls.back(), action);
    printer_answers(action, true);
    EXPECT_EQ(answer_to(command), "accepted");
  }
}

TEST_F(Control, of_a_print_that_nobody_here_started_names_it_by_its_id) {
  print_by_hand();
  for (const auto action : {pause, resume, stop}) {
    const auto command = of_shown(action);
    EXPECT_EQ(say(command), "");
    printer_answers(action, true);
    EXPECT_EQ(answer_to(command), "accepted");
  }
  EXPECT_EQ(bench.printer().controls, (std::vector<PrintAction>{pause, resume, stop}));
}

TEST_F(Control, of_another_print_is_refused_with_words) {
  print_ours();
  auto other = of_ours(stop);
  other.start_token = "OTHER";
  EXPECT_EQ(say(other), "other_print");
  EXPECT_FALSE(bench.ack_of(other.command_id)->error_message->empty());
  auto half_right = of_ours(stop);
  half_right.print_id = "another-print";
  EXPECT_EQ(say(half_right), "other_print");
  EXPECT_TRUE(bench.printer().controls.empty());
}

TEST_F(Control, a_stop_of_the_print_before_does_not_kill_the_next_one) {
  print_by_hand("first");
  const auto stop_first = of_shown(stop);
  bench.printer().show("FINISH", "first", 100);
  bench.run(Seconds{15});
  EXPECT_EQ(say(stop_first), "not_printing");
  print_by_hand("second");
  auto again = of_shown(stop);
  again.print_id = stop_first.print_id;
  EXPECT_EQ(say(again), "other_print");
  EXPECT_TRUE(bench.printer().controls.empty());
}

TEST_F(Control, that_comes_too_late_is_refused) {
  print_ours();
  auto late = of_ours(stop);
  late.not_after = bench.server_now() - 1;
  EXPECT_EQ(say(late), "expired");
  EXPECT_TRUE(bench.printer().controls.empty());
}

TEST_F(Control, that_cannot_be_meant_for_this_moment_is_refused) {
  print_ours();
  auto nameless = of_ours(stop);
  nameless.start_token.reset();
  EXPECT_EQ(say(nameless), "incomplete");
  auto elsewhere = of_ours(stop);
  elsewhere.printer_id = Serial("NONE0001");
  EXPECT_EQ(say(elsewhere), "unknown_printer");
  auto reassigned = of_ours(stop);
  reassigned.assignment = 2;
  EXPECT_EQ(say(reassigned), "wrong_assignment");
  auto earlier = of_ours(stop);
  earlier.epoch = bench.epoch - 1;
  EXPECT_EQ(say(earlier), "lower_epoch");
  bench.printer().reachable = false;
  bench.run(Seconds{1});
  EXPECT_EQ(say(of_ours(stop)), "not_connected");
  EXPECT_TRUE(bench.printer().controls.empty());
}

TEST_F(Control, of_an_idle_printer_is_refused) { EXPECT_EQ(say(of_ours(resume)), "not_printing"); }

TEST_F(Control, of_a_calibration_is_refused) {
  bench.printer().now.print_type = PrintType::system;
  bench.printer().show("RUNNING", "", 0);
  bench.run(Seconds{2});
  auto command = of_shown(stop);
  command.print_id = "whatever";
  EXPECT_EQ(say(command), "not_printing");
}

TEST_F(Control, that_comes_twice_is_sent_once) {
  print_ours();
  const auto command = of_ours(pause);
  bench.say(command);
  bench.say(command);
  printer_answers(pause, true);
  bench.say(command);
  EXPECT_EQ(bench.printer().controls.size(), 1u);
}

TEST_F(Control, tells_why_the_printer_refused) {
  print_by_hand();
  const auto command = of_shown(pause);
  bench.say(command);
  printer_answers(pause, false, "cannot pause now");
  EXPECT_EQ(answer_to(command), "refused_by_printer");
  const auto says = bench.ack_of(command.command_id)->error_message->value;
  EXPECT_NE(says.find("cannot pause now"), std::string::npos);
}

TEST_F(Control, tells_what_to_press_where_developer_mode_is_off) {
  print_by_hand();
  const auto command = of_shown(pause);
  bench.say(command);
  bench.printer().says.push_back(CommandAnswered{pause, false, "no", 84033543, true});
  bench.run(Seconds{1});
  EXPECT_EQ(answer_to(command), "developer_mode_off");
  const auto says = bench.ack_of(command.command_id)->error_message->value;
  EXPECT_NE(says.find("Press the red button."), std::string::npos);
}

// ---- a printer that answers nothing ----

TEST_F(Control, without_an_answer_is_believed_when_the_printer_shows_it) {
  print_by_hand();
  const auto command = of_shown(pause);
  bench.say(command);
  bench.printer().show("PAUSE", "by hand", 10);
  bench.run(Seconds{9});
  EXPECT_EQ(answer_to(command), "");
  bench.run(Seconds{2});
  EXPECT_EQ(answer_to(command), "accepted");
}

TEST_F(Control, without_an_answer_and_without_effect_is_told_so) {
  print_by_hand();
  for (const auto action : {pause, stop}) {
    const auto command = of_shown(action);
    bench.say(command);
    bench.run(Seconds{11});
    EXPECT_EQ(answer_to(command), "no_answer");
  }
}

TEST_F(Control, without_an_answer_of_a_printer_with_developer_mode_off_says_what_to_press) {
  print_by_hand();
  bench.printer().status.developer_mode = DeveloperMode::off;
  const auto command = of_shown(stop);
  bench.say(command);
  bench.run(Seconds{11});
  EXPECT_EQ(answer_to(command), "developer_mode_off");
}

TEST_F(Control, a_stop_shows_as_stopped_though_its_code_stands_for_two_seconds_only) {
  print_ours();
  bench.printer().prints_by_itself = false;
  bench.say(of_ours(stop));
  bench.printer().now.print_error = 50348044;
  bench.printer().show("RUNNING", HubBench::name_of("job-1"), 20);
  bench.run(Seconds{2});
  bench.printer().now.print_error = 0;
  bench.printer().show("FAILED", HubBench::name_of("job-1"), 0);
  bench.run(Seconds{15});
  EXPECT_EQ(bench.last_event_of("job-1")->state, AttemptState::stopped);
  EXPECT_EQ(bench.last_event_of("job-1")->reason->value, "user_cancelled");
  EXPECT_EQ(bench.heard<PrintEvent>().back().phase, PrintPhase::stopped);
}

}  // namespace
}  // namespace pf::hub
