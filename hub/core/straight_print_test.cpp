// The main path: ordered, written down, brought, started once, seen, finished.
#include <gtest/gtest.h>

#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

using enum AttemptState;
using States = std::vector<AttemptState>;

TEST(StraightPrint, goes_through_every_state_to_finished) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{10});
  ASSERT_EQ(bench.printer().starts.size(), 1u);
  EXPECT_EQ(bench.states_of("job-1"), (States{received, fetched, uploaded, starting}));

  bench.printer().show("PREPARE", HubBench::name_of("job-1"));
  bench.run(Seconds{2});
  bench.printer().show("RUNNING", HubBench::name_of("job-1"), 50, "1700000100");
  bench.run(Seconds{60});
  bench.printer().show("FINISH", HubBench::name_of("job-1"), 100);
  bench.run(Seconds{15});
  EXPECT_EQ(bench.states_of("job-1"),
            (States{received, fetched, uploaded, starting, started, finished}));
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST(StraightPrint, tells_the_printer_what_was_ordered) {
  HubBench bench;
  bench.boot_and_connect();
  auto command = bench.start_command();
  command.plate = 3;
  command.display_name = "my cube/2";
  bench.say(command);
  bench.run(Seconds{10});
  ASSERT_EQ(bench.printer().starts.size(), 1u);
  const StartRequest& start = bench.printer().starts[0];
  EXPECT_EQ(start.subtask_name, "my_cube_2-job1T1");
  EXPECT_EQ(start.file_name, file_name(fake_sha256(bench.file)));
  EXPECT_EQ(start.plate, 3);
  EXPECT_GT(start.numeric_id, 0u);
  EXPECT_LT(start.numeric_id, 1u << 31);
  EXPECT_EQ(bench.printer().files[start.file_name], bench.file);
}

TEST(StraightPrint, is_acknowledged_only_when_it_is_on_storage) {
  HubBench bench;
  bench.boot_and_connect();
  bench.flushes = false;
  bench.say(bench.start_command());
  bench.run(Seconds{5});
  EXPECT_FALSE(bench.ack_of("start-job-1-1"));
  EXPECT_TRUE(bench.states_of("job-1").empty());
  bench.flushes = true;
  bench.flush_now();
  ASSERT_TRUE(bench.ack_of("start-job-1-1"));
  EXPECT_TRUE(bench.ack_of("start-job-1-1")->success);
}

TEST(StraightPrint, holds_the_connection_from_publish_to_evidence) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{10});
  EXPECT_EQ(bench.printer().holds, (std::vector<bool>{true}));
  bench.printer().show("PREPARE", HubBench::name_of("job-1"));
  bench.run(Seconds{1});
  EXPECT_EQ(bench.printer().holds, (std::vector<bool>{true, false}));
}

}  // namespace
}  // namespace pf::hub
