// What printers show after a start, and what it proves.
#include <gtest/gtest.h>

#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

using enum AttemptState;

const std::string ours = HubBench::name_of("job-1");

class AfterTheStart : public testing::Test {
 protected:
  void SetUp() override {
    bench.printer().show("FINISH", "an old print", 100, "1699999999");
    bench.boot_and_connect();
    bench.say(bench.start_command());
    bench.run(Seconds{10});
    ASSERT_EQ(bench.printer().starts.size(), 1u);
    ASSERT_EQ(state(), starting);
  }
  void TearDown() override { EXPECT_EQ(bench.printer().starts.size(), 1u); }

  AttemptState state() const { return bench.last_event_of("job-1")->state; }
  std::string reason() const {
    const auto event = bench.last_event_of("job-1");
    return event->reason ? event->reason->value : "";
  }
  HubBench bench;
};

TEST_F(AfterTheStart, the_new_name_over_the_old_finish_is_no_finish) {
  bench.printer().show("FINISH", ours, 100);
  bench.run(Seconds{210});
  EXPECT_EQ(state(), starting);
  bench.printer().show("PREPARE", ours, 0);
  bench.run(Seconds{1});
  EXPECT_EQ(state(), started);
}

TEST_F(AfterTheStart, the_new_name_over_the_old_finish_for_ever_is_unknown) {
  bench.printer().show("FINISH", ours, 100);
  bench.run(Seconds{285});
  EXPECT_EQ(state(), starting);
  bench.run(Seconds{20});
  EXPECT_EQ(state(), unknown);
  EXPECT_EQ(reason(), "no_evidence");
  EXPECT_EQ(bench.printer().holds, (std::vector<bool>{true, false}));
}

TEST_F(AfterTheStart, an_acknowledgement_alone_proves_nothing) {
  bench.printer().says.push_back(CommandAnswered{PrintAction::start, true, "success", {}, false});
  bench.run(Seconds{305});
  EXPECT_EQ(state(), unknown);
}

TEST_F(AfterTheStart, evidence_that_comes_late_settles_unknown) {
  bench.run(Seconds{600});
  ASSERT_EQ(state(), unknown);
  bench.printer().show("RUNNING", ours, 3, "1700000500");
  bench.run(Seconds{1});
  EXPECT_EQ(state(), started);
  bench.printer().show("FINISH", ours, 100);
  bench.run(Seconds{15});
  EXPECT_EQ(state(), finished);
}

TEST_F(AfterTheStart, a_refusal_of_our_command_is_not_started) {
  bench.printer().says.push_back(CommandAnswered{PrintAction::start, false, "busy", 1, false});
  bench.run(Seconds{1});
  EXPECT_EQ(state(), not_started);
  EXPECT_EQ(reason(), "refused_by_printer");
  EXPECT_EQ(bench.last_event_of("job-1")->evidence.note->value, "busy");
}

TEST_F(AfterTheStart, a_refusal_for_lack_of_developer_mode_says_so) {
  bench.printer().says.push_back(
      CommandAnswered{PrintAction::start, false, "verify failed", 84033543, true});
  bench.run(Seconds{1});
  EXPECT_EQ(state(), not_started);
  EXPECT_EQ(reason(), "developer_mode_off");
}

TEST_F(AfterTheStart, a_refusal_that_comes_late_settles_unknown) {
  bench.run(Seconds{600});
  ASSERT_EQ(state(), unknown);
  bench.printer().says.push_back(CommandAnswered{PrintAction::start, false, "busy", 1, false});
  bench.run(Seconds{1});
  EXPECT_EQ(state(), not_started);
}

TEST_F(AfterTheStart, another_print_running_is_not_started) {
  bench.printer().show("RUNNING", "by hand", 1);
  bench.run(Seconds{5});
  EXPECT_EQ(state(), starting);
  bench.run(Seconds{10});
  EXPECT_EQ(state(), not_started);
  EXPECT_EQ(reason(), "other_print_running");
}

TEST_F(AfterTheStart, the_old_name_for_a_moment_of_the_new_print_is_not_another_print) {
  bench.printer().show("PREPARE", "an old print", 0);
  bench.run(Seconds{4});
  bench.printer().show("PREPARE", ours, 0);
  bench.run(Seconds{30});
  EXPECT_EQ(state(), started);
}

TEST_F(AfterTheStart, a_calibration_is_not_another_print) {
  bench.printer().now.print_type = PrintType::system;
  bench.printer().show("RUNNING", "", 0);
  bench.run(Seconds{60});
  EXPECT_EQ(state(), starting);
}

TEST_F(AfterTheStart, later_evidence_overrules_not_started) {
  bench.printer().says.push_back(CommandAnswered{PrintAction::start, false, "busy", 1, false});
  bench.run(Seconds{1});
  ASSERT_EQ(state(), not_started);
  bench.printer().show("RUNNING", ours, 1);
  bench.run(Seconds{1});
  EXPECT_EQ(state(), started);
  bench.printer().show("FINISH", ours, 100);
  bench.run(Seconds{15});
  EXPECT_EQ(state(), finished);
}

TEST_F(AfterTheStart, a_print_missed_while_the_printer_was_away_counts_when_all_three_differ) {
  bench.printer().reachable = false;
  bench.run(Seconds{60});
  bench.printer().now.print_error = 0x0300400D;
  bench.printer().show("FAILED", ours, 40, "1700000300");
  bench.printer().reachable = true;
  bench.run(Seconds{5});
  EXPECT_EQ(state(), failed);
}

TEST_F(AfterTheStart, a_missed_print_with_the_same_start_time_does_not_count) {
  bench.printer().reachable = false;
  bench.run(Seconds{60});
  bench.printer().show("FAILED", ours, 40);
  bench.printer().reachable = true;
  bench.run(Seconds{30});
  EXPECT_EQ(state(), starting);
}

TEST_F(AfterTheStart, a_printer_that_rebooted_proves_nothing) {
  bench.printer().reachable = false;
  bench.run(Seconds{30});
  bench.printer().show("IDLE", "");
  bench.printer().reachable = true;
  bench.run(Seconds{200});
  EXPECT_EQ(state(), starting);
  bench.run(Seconds{100});
  EXPECT_EQ(state(), unknown);
}

TEST_F(AfterTheStart, a_print_that_starts_late_does_not_get_the_next_jobs_upload) {
  bench.printer().says.push_back(CommandAnswered{PrintAction::start, false, "busy", 1, false});
  bench.run(Seconds{1});
  ASSERT_EQ(state(), not_started);
  bench.downloads = false;
  bench.say(bench.start_command("job-2", 1, "plate-2"));
  bench.run(Seconds{2});
  bench.printer().show("RUNNING", ours, 1);
  bench.run(Seconds{1});
  ASSERT_EQ(state(), started);
  const auto download = bench.effects<Download>().back().download;
  for (std::size_t at = 0; at < bench.file.size(); at += 10'000) {
    bench.give(DownloadData{download, bench.file.substr(at, 10'000)});
  }
  bench.run(Seconds{5});
  EXPECT_EQ(bench.last_event_of("job-2")->state, rejected);
  EXPECT_EQ(bench.last_event_of("job-2")->reason->value, "plate_changed");
  EXPECT_EQ(state(), started);
}

class WhilePrinting : public AfterTheStart {
 protected:
  void SetUp() override {
    AfterTheStart::SetUp();
    bench.printer().show("RUNNING", ours, 10, "1700000100");
    bench.run(Seconds{5});
    ASSERT_EQ(state(), started);
  }
};

TEST_F(WhilePrinting, a_stop_at_the_screen_is_stopped) {
  bench.printer().now.print_error = 50348044;
  bench.printer().report();
  bench.run(Seconds{2});
  bench.printer().now.print_error = 0;
  bench.printer().show("FAILED", ours, 0);
  bench.run(Seconds{15});
  EXPECT_EQ(state(), stopped);
  EXPECT_EQ(reason(), "user_cancelled");
}

TEST_F(WhilePrinting, failed_with_an_error_that_stays_is_failed) {
  bench.printer().now.print_error = 0x03008003;
  bench.printer().show("FAILED", ours, 40);
  bench.run(Seconds{15});
  EXPECT_EQ(state(), failed);
}

TEST_F(WhilePrinting, leaving_the_state_for_seconds_is_no_end) {
  bench.printer().show("FINISH", ours, 40);
  bench.run(Seconds{8});
  bench.printer().show("RUNNING", ours, 41);
  bench.run(Seconds{60});
  EXPECT_EQ(state(), started);
}

TEST_F(WhilePrinting, an_end_while_the_printer_was_away_is_seen_afterwards) {
  bench.printer().reachable = false;
  bench.run(Seconds{600});
  bench.printer().show("FINISH", ours, 100);
  bench.printer().reachable = true;
  bench.run(Seconds{15});
  EXPECT_EQ(state(), finished);
}

TEST_F(WhilePrinting, coming_back_idle_without_our_name_asks_after_ten_minutes) {
  bench.printer().reachable = false;
  bench.run(Seconds{30});
  bench.printer().show("IDLE", "");
  bench.printer().reachable = true;
  bench.run(Seconds{590});
  EXPECT_EQ(state(), started);
  bench.run(Seconds{20});
  EXPECT_EQ(state(), unknown);
  EXPECT_EQ(reason(), "end_not_seen");
}

TEST_F(WhilePrinting, a_print_that_goes_on_after_a_power_loss_is_ours_still) {
  bench.printer().reachable = false;
  bench.run(Seconds{30});
  bench.printer().show("IDLE", "");
  bench.printer().reachable = true;
  bench.run(Seconds{700});
  ASSERT_EQ(state(), unknown);
  bench.printer().show("RUNNING", ours, 50);
  bench.run(Seconds{2});
  EXPECT_EQ(state(), started);
}

TEST_F(WhilePrinting, another_print_found_after_an_absence_asks_how_ours_ended) {
  bench.printer().reachable = false;
  bench.run(Seconds{3600});
  bench.printer().show("RUNNING", "by hand", 5, "1700009999");
  bench.printer().reachable = true;
  bench.run(Seconds{30});
  EXPECT_EQ(state(), unknown);
}

}  // namespace
}  // namespace pf::hub
