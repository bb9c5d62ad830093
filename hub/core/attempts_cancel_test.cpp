// Cancelling in every state: before the start it aborts, after it the print is stopped as soon as
// it is seen, and a start that comes after its own cancelling finds a tombstone.
#include <gtest/gtest.h>

#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

using enum AttemptState;

TEST(Cancel, while_the_file_is_brought_aborts_the_upload) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().wants_at_once = 1'000;
  bench.downloads = false;
  bench.say(bench.start_command());
  bench.run(Seconds{2});
  ASSERT_EQ(bench.printer().uploads_begun, 1);
  bench.say(bench.cancel_command());
  bench.run(Seconds{1});
  EXPECT_TRUE(bench.ack_of("cancel-job-1")->success);
  EXPECT_EQ(bench.last_event_of("job-1")->state, aborted);
  EXPECT_EQ(bench.printer().uploads_cancelled, 1);
  EXPECT_EQ(bench.effects<DownloadStop>().size(), 1u);
  bench.downloads = true;
  bench.run(Seconds{60});
  EXPECT_TRUE(bench.printer().starts.empty());
}

TEST(Cancel, before_the_order_is_even_on_storage_aborts) {
  HubBench bench;
  bench.boot_and_connect();
  bench.flushes = false;
  bench.say(bench.start_command());
  bench.say(bench.cancel_command());
  bench.flushes = true;
  bench.flush_now();
  bench.run(Seconds{10});
  EXPECT_EQ(bench.last_event_of("job-1")->state, aborted);
  EXPECT_EQ(bench.printer().uploads_begun, 0);
}

TEST(Cancel, when_the_file_is_on_the_printer_aborts) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().answers_reports = false;
  bench.say(bench.start_command());
  bench.run(Seconds{2});
  ASSERT_EQ(bench.last_event_of("job-1")->state, uploaded);
  bench.say(bench.cancel_command());
  bench.printer().report(true);
  bench.run(Seconds{10});
  EXPECT_EQ(bench.last_event_of("job-1")->state, aborted);
  EXPECT_TRUE(bench.printer().starts.empty());
}

TEST(Cancel, between_starting_and_the_publish_publishes_nothing) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().answers_reports = false;
  bench.say(bench.start_command());
  bench.run(Seconds{2});
  bench.flushes = false;
  bench.printer().report(true);
  bench.run(Seconds{1});
  bench.say(bench.cancel_command());
  bench.flushes = true;
  bench.flush_now();
  bench.run(Seconds{2});
  EXPECT_TRUE(bench.printer().starts.empty());
  EXPECT_EQ(bench.last_event_of("job-1")->state, not_started);
  EXPECT_EQ(bench.last_event_of("job-1")->reason->value, "cancelled");
}

TEST(Cancel, after_the_start_waits_for_the_print_and_stops_it) {
  for (const bool rebooted : {false, true}) {
    HubBench bench;
    bench.printer().prints_by_itself = true;
    bench.printer().prepares_after = Seconds{120};
    bench.boot_and_connect();
    bench.say(bench.start_command());
    bench.run(Seconds{10});
    ASSERT_EQ(bench.last_event_of("job-1")->state, starting);
    bench.say(bench.cancel_command());
    bench.run(Seconds{10});
    EXPECT_TRUE(bench.ack_of("cancel-job-1")->success);
    EXPECT_TRUE(bench.printer().controls.empty());
    if (rebooted) bench.reboot();
    bench.run(Seconds{150});
    EXPECT_EQ(bench.printer().controls, (std::vector<PrintAction>{PrintAction::stop}));
    EXPECT_EQ(bench.last_event_of("job-1")->state, stopped);
  }
}

TEST(Cancel, of_a_running_print_stops_it) {
  HubBench bench;
  bench.printer().prints_by_itself = true;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{20});
  ASSERT_EQ(bench.last_event_of("job-1")->state, started);
  bench.say(bench.cancel_command());
  bench.run(Seconds{20});
  EXPECT_EQ(bench.printer().controls.size(), 1u);
  EXPECT_EQ(bench.last_event_of("job-1")->state, stopped);
}

TEST(Cancel, does_not_stop_the_print_of_someone_else) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{5});
  bench.say(bench.cancel_command());
  bench.printer().show("RUNNING", "by hand");
  bench.run(Seconds{30});
  EXPECT_TRUE(bench.printer().controls.empty());
  EXPECT_EQ(bench.last_event_of("job-1")->state, not_started);
}

TEST(Cancel, of_a_closed_attempt_only_reports_it) {
  HubBench bench;
  bench.printer().prints_by_itself = true;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{90});
  bench.say(bench.cancel_command());
  bench.run(Seconds{20});
  EXPECT_TRUE(bench.ack_of("cancel-job-1")->success);
  EXPECT_EQ(bench.last_event_of("job-1")->state, finished);
  EXPECT_TRUE(bench.printer().controls.empty());
}

TEST(Cancel, of_an_unknown_job_leaves_a_tombstone_that_survives) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.cancel_command());
  bench.run(Seconds{1});
  EXPECT_TRUE(bench.ack_of("cancel-job-1")->success);
  EXPECT_EQ(bench.last_event_of("job-1")->state, aborted);
  bench.reboot();
  bench.say(bench.start_command());
  bench.run(Seconds{10});
  EXPECT_EQ(bench.last_event_of("job-1")->state, aborted);
  EXPECT_EQ(bench.printer().uploads_begun, 0);
  bench.say(bench.start_command("job-1", 2));
  bench.run(Seconds{10});
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST(Cancel, of_a_higher_attempt_does_not_bury_an_open_lower_one) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{10});
  bench.say(bench.cancel_command("job-1", 2));
  EXPECT_EQ(bench.ack_of("cancel-job-1")->code->value, "lower_attempt_open");
  EXPECT_EQ(bench.last_event_of("job-1")->state, starting);
}

TEST(Cancel, of_an_earlier_connection_is_refused) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  auto command = bench.cancel_command();
  command.epoch = bench.epoch - 1;
  bench.say(command);
  EXPECT_EQ(bench.ack_of("cancel-job-1")->code->value, "lower_epoch");
}

}  // namespace
}  // namespace pf::hub
