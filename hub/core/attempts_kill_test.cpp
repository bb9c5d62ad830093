// The power may go at any moment. Whatever the moment, a print starts at most once, and nothing is
// left hanging: the attempt is finished, or a person is asked.
#include <gtest/gtest.h>

#include "hub/core/journal_frames.hpp"
#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

using enum AttemptState;

// Orders a print, cuts the power after so many events, and lets the world go on with a new boot.
// False: the print was over before the cut.
bool print_with_cut(HubBench& bench, int events, Cut cut) {
  bench.printer().prints_by_itself = true;
  bench.printer().has_printed("yesterday's");
  bench.boot_and_connect();
  const PrintCommand command = bench.start_command();
  bench.cut_after = events;
  bench.cut = cut;
  bench.say(command);
  for (int second = 0; second < 70 && bench.hub; ++second) bench.run(Seconds{1});
  const bool was_cut = !bench.hub;
  bench.cut_after.reset();
  if (was_cut) {
    bench.run(Seconds{4});
    bench.boot_and_connect();
    PrintCommand again = command;
    again.epoch = bench.epoch;
    bench.say(again);
    bench.run(Seconds{400}, Seconds{1});
  }
  return was_cut;
}

class PowerCut : public testing::TestWithParam<Cut> {};

TEST_P(PowerCut, at_any_event_never_starts_twice_and_never_loses_the_print) {
  int cuts = 0, unknowns = 0;
  for (int events = 1;; ++events) {
    HubBench bench;
    if (!print_with_cut(bench, events, GetParam())) break;
    ++cuts;
    SCOPED_TRACE("after event " + std::to_string(events));
    ASSERT_LE(bench.printer().starts.size(), 1u);
    const auto event = bench.last_event_of("job-1");
    ASSERT_TRUE(event);
    if (bench.printer().starts.empty()) {
      ++unknowns;
      ASSERT_EQ(event->state, unknown);  // Cut between `starting` and the publish: ask a person.
    } else {
      ASSERT_EQ(event->state, finished);
    }
  }
  EXPECT_GT(cuts, 100);
  EXPECT_LE(unknowns, 4);
}

INSTANTIATE_TEST_SUITE_P(Kinds, PowerCut,
                         testing::Values(Cut::performed, Cut::journal_lost, Cut::journal_torn,
                                         Cut::all_lost));

// Runs until the job is in that state, then cuts the power.
void cut_in_state(HubBench& bench, AttemptState state) {
  bench.printer().prints_by_itself = true;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  for (int i = 0; i < 2'000; ++i) {
    const auto event = bench.last_event_of("job-1");
    if (event && event->state == state) break;
    bench.run(Milliseconds{50}, Milliseconds{50});
  }
  ASSERT_EQ(bench.last_event_of("job-1")->state, state);
  bench.kill();
}

class RebootIn : public testing::TestWithParam<AttemptState> {};

TEST_P(RebootIn, takes_it_up_without_a_second_start) {
  HubBench bench;
  cut_in_state(bench, GetParam());
  const auto starts_before = bench.printer().starts.size();
  bench.boot_and_connect();
  bench.run(Seconds{100});
  EXPECT_EQ(bench.printer().starts.size(), 1u);
  EXPECT_EQ(starts_before, 1u);
  EXPECT_EQ(bench.last_event_of("job-1")->state, finished);
}

INSTANTIATE_TEST_SUITE_P(States, RebootIn, testing::Values(starting, started, finished));

TEST(RebootBeforeTheStart, waits_for_the_cloud_before_it_goes_on) {
  for (const bool with_file : {false, true}) {
    HubBench bench;
    bench.downloads = with_file;
    bench.printer().answers_reports = false;  // So that it stays before the start.
    bench.printer().has_printed("yesterday's");
    bench.boot_and_connect();
    bench.say(bench.start_command());
    bench.run(Seconds{5});
    EXPECT_EQ(bench.last_event_of("job-1")->state, with_file ? uploaded : received);
    bench.kill();
    bench.downloads = true;
    bench.printer().answers_reports = true;
    const auto uploads = bench.printer().uploads_begun;
    bench.boot();
    bench.run(Seconds{60});
    EXPECT_EQ(bench.printer().starts.size(), 0u);
    EXPECT_EQ(bench.printer().uploads_begun, uploads);
    bench.connect();
    bench.run(Seconds{10});
    EXPECT_EQ(bench.printer().starts.size(), 1u);
  }
}

TEST(RebootBeforeTheStart, beside_a_printer_without_a_name_asks_for_the_plate_again) {
  HubBench bench;
  bench.printer().answers_reports = false;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{5});
  bench.kill();
  // Nobody watched: it may have printed by hand and been switched off and on, which leaves no name.
  bench.printer().answers_reports = true;
  bench.boot_and_connect();
  bench.run(Seconds{60});
  EXPECT_EQ(bench.printer().starts.size(), 0u);
  EXPECT_EQ(bench.last_event_of("job-1")->state, rejected);
  EXPECT_EQ(bench.last_event_of("job-1")->reason->value, "plate_changed");
}

TEST(RebootInStarting, never_publishes_again_but_waits_for_evidence) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{10});
  ASSERT_EQ(bench.last_event_of("job-1")->state, starting);
  ASSERT_EQ(bench.printer().starts.size(), 1u);
  bench.reboot();
  bench.run(Seconds{290});
  EXPECT_EQ(bench.last_event_of("job-1")->state, starting);
  bench.run(Seconds{20});
  EXPECT_EQ(bench.last_event_of("job-1")->state, unknown);
  bench.printer().show("RUNNING", HubBench::name_of("job-1"), 5);
  bench.run(Seconds{1});
  EXPECT_EQ(bench.last_event_of("job-1")->state, started);
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST(TornJournal, at_every_byte_is_recovered_without_a_second_start) {
  HubBench whole;
  whole.boot_and_connect();
  whole.say(whole.start_command());
  whole.run(Seconds{10});
  ASSERT_EQ(whole.printer().starts.size(), 1u);
  const StoredBytes stored = whole.stored;
  const auto frames = recover_frames(stored.journal);
  ASSERT_TRUE(frames);
  const std::size_t head = frame_header_bytes + frames->payloads[0].size();
  int with_start = 0, without = 0;
  for (std::size_t size = head; size <= stored.journal.size(); ++size) {
    SCOPED_TRACE("cut to " + std::to_string(size) + " bytes");
    HubBench bench;
    bench.stored = {stored.state, stored.journal.substr(0, size)};
    bool start_written = false;
    const auto good = recover_frames(bench.stored.journal);
    ASSERT_TRUE(good);
    for (const auto payload : good->payloads) {
      start_written |= payload.find("\"state\":\"starting\"") != std::string_view::npos;
    }
    ASSERT_TRUE(bench.try_boot());
    bench.connect();
    bench.run(Seconds{2});
    // Without that record nothing was published: whoever lost it may still start, once.
    ASSERT_LE(bench.printer().starts.size(), start_written ? 0u : 1u);
    ++(start_written ? with_start : without);
  }
  EXPECT_GE(with_start, 1);
  EXPECT_GT(without, 1'000);
}

TEST(DamagedJournal, is_refused_with_a_sentence) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{10});
  bench.kill();
  const StoredBytes good = bench.stored;
  bench.stored.journal[20] = static_cast<char>(bench.stored.journal[20] ^ 1);
  const auto damaged = bench.try_boot();
  ASSERT_FALSE(damaged);
  EXPECT_NE(damaged.error().says.find("damaged at byte 0"), std::string::npos);

  bench.stored = good;
  bench.stored.journal.resize(5);
  const auto headless = bench.try_boot();
  ASSERT_FALSE(headless);
  EXPECT_NE(headless.error().says.find("beginning"), std::string::npos);

  bench.stored = good;
  bench.stored.journal += journal_frame("{\"type\":\"from_the_future\"}\n");
  const auto newer = bench.try_boot();
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().says.find("use the version that wrote it"), std::string::npos);
}

TEST(LostJournal, starts_nothing_on_a_plate_called_empty_before) {
  HubBench bench;
  bench.printer().prints_by_itself = true;
  bench.printer().has_printed("yesterday's");
  bench.boot_and_connect();
  const PrintCommand command = bench.start_command();
  bench.say(command);
  bench.run(Seconds{100});
  ASSERT_EQ(bench.last_event_of("job-1")->state, finished);
  bench.kill();
  bench.stored.journal.clear();
  bench.boot_and_connect();
  PrintCommand again = command;
  again.epoch = bench.epoch;
  again.command_id = "again";
  bench.say(again);
  bench.run(Seconds{20});
  EXPECT_EQ(bench.printer().starts.size(), 1u);
  ASSERT_TRUE(bench.ack_of("again"));
  EXPECT_EQ(bench.ack_of("again")->code->value, "plate_changed");
}

}  // namespace
}  // namespace pf::hub
