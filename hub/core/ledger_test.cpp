// Events that must not be lost, and the journal that stays bounded, through the hub.
#include "hub/core/ledger.hpp"

#include <gtest/gtest.h>

#include "hub/core/journal_frames.hpp"
#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

using enum AttemptState;

std::vector<std::int64_t> seqs(const HubBench& bench) {
  std::vector<std::int64_t> found;
  for (const auto& one : bench.sent) {
    if (const auto* job = std::get_if<JobEvent>(&one)) found.push_back(job->seq);
    if (const auto* print = std::get_if<PrintEvent>(&one)) found.push_back(print->seq);
  }
  return found;
}

TEST(Events, are_sent_again_until_they_are_acknowledged) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{10});
  EXPECT_EQ(seqs(bench), (std::vector<std::int64_t>{1, 2, 3, 4}));
  bench.sent.clear();
  bench.give(CloudDown{});
  bench.connect();
  bench.run(Seconds{1});
  EXPECT_EQ(seqs(bench), (std::vector<std::int64_t>{1, 2, 3, 4}));
  bench.sent.clear();
  bench.event_ack = 3;
  bench.give(CloudDown{});
  bench.connect();
  bench.run(Seconds{1});
  EXPECT_EQ(seqs(bench), (std::vector<std::int64_t>{4}));
}

TEST(Events, survive_reboots) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{10});
  const auto journal = bench.heard<JobEvent>()[0].journal_id;
  bench.say(EventAck{journal, 2});
  bench.run(Seconds{1});
  bench.sent.clear();
  bench.reboot();
  EXPECT_EQ(seqs(bench), (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(bench.heard<JobEvent>()[0].journal_id, journal);
}

TEST(Events, acknowledged_for_another_journal_stay) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{10});
  bench.say(EventAck{"another", 100});
  bench.sent.clear();
  bench.give(CloudDown{});
  bench.connect();
  bench.run(Seconds{1});
  EXPECT_EQ(seqs(bench).size(), 4u);
}

TEST(Events, leave_only_when_they_are_on_storage) {
  HubBench bench;
  bench.boot_and_connect();
  bench.flushes = false;
  bench.printer().show("RUNNING", "by hand");
  bench.run(Seconds{10});
  EXPECT_TRUE(seqs(bench).empty());
  bench.flushes = true;
  bench.flush_now();
  EXPECT_EQ(seqs(bench).size(), 1u);
}

TEST(Events, numbers_that_the_cloud_has_seen_are_never_used_again) {
  HubBench bench;
  bench.event_ack = 50;  // Our journal lost its end.
  bench.boot_and_connect();
  bench.printer().show("RUNNING", "by hand");
  bench.run(Seconds{1});
  EXPECT_EQ(seqs(bench), (std::vector<std::int64_t>{51}));
}

TEST(Events, at_most_64_are_on_their_way) {
  HubBench bench;
  bench.boot_and_connect();
  for (int i = 0; i < 200; ++i) bench.say(bench.cancel_command("gone-" + std::to_string(i)));
  bench.run(Seconds{1});
  EXPECT_EQ(bench.heard<JobEvent>().size(), 64u);
  bench.say(EventAck{bench.heard<JobEvent>()[0].journal_id, 64});
  EXPECT_EQ(bench.heard<JobEvent>().size(), 128u);
}

TEST(Events, tell_when_it_happened_also_after_a_boot_without_the_cloud) {
  HubBench bench;
  bench.boot_and_connect();
  bench.run(Seconds{100});
  bench.kill();
  bench.boot();
  bench.run(Seconds{50});
  const auto before = bench.server_now();
  bench.printer().show("RUNNING", "by hand");
  bench.run(Seconds{50});
  bench.connect();
  bench.run(Seconds{1});
  ASSERT_EQ(bench.heard<PrintEvent>().size(), 1u);
  EXPECT_NEAR(static_cast<double>(bench.heard<PrintEvent>()[0].at), static_cast<double>(before),
              1'000);
}

TEST(RestoredCloud, hears_the_journal_again) {
  HubBench bench;
  bench.printer().prints_by_itself = true;
  bench.boot_and_connect();
  for (const char* job : {"job-1", "job-2"}) {
    bench.say(bench.start_command(job, 1, std::string("plate-") + job));
    bench.run(Seconds{90});
  }
  const auto last = bench.last_event_of("job-2");
  bench.event_ack = last->seq;
  bench.say(EventAck{last->journal_id, last->seq});
  bench.run(Seconds{1});
  bench.sent.clear();
  bench.event_ack = 2;  // From the backup.
  bench.store = "store-2";
  bench.give(CloudDown{});
  bench.connect();
  bench.run(Seconds{2});
  EXPECT_EQ(bench.states_of("job-1"), (std::vector<AttemptState>{finished}));
  EXPECT_EQ(bench.states_of("job-2"), (std::vector<AttemptState>{finished}));
  bench.sent.clear();
  bench.give(CloudDown{});
  bench.connect();
  bench.run(Seconds{2});
  EXPECT_TRUE(bench.heard<JobEvent>().empty());
}

TEST(Query, reports_one_job_or_all_and_refuses_what_it_never_saw) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.cancel_command("job-1"));
  bench.say(bench.cancel_command("job-2"));
  bench.run(Seconds{1});
  bench.sent.clear();
  bench.say(JobQuery{"q1", Uuid("job-2")});
  bench.run(Seconds{1});
  EXPECT_TRUE(bench.ack_of("q1")->success);
  EXPECT_EQ(bench.heard<JobEvent>().size(), 1u);
  bench.say(JobQuery{"q2", {}});
  bench.run(Seconds{1});
  EXPECT_EQ(bench.heard<JobEvent>().size(), 3u);
  bench.say(JobQuery{"q3", Uuid("job-9")});
  EXPECT_EQ(bench.ack_of("q3")->code->value, "unknown_job");
}

TEST(Compaction, keeps_the_journal_small_and_forgets_nothing_open) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{10});
  ASSERT_EQ(bench.last_event_of("job-1")->state, starting);
  std::size_t largest = 0;
  for (int day = 0; day < 30; ++day) {
    for (int i = 0; i < 60; ++i) {
      const auto job = "gone-" + std::to_string(day) + "-" + std::to_string(i);
      bench.say(bench.cancel_command(job));
      const auto event = bench.last_event_of(job);
      if (event) bench.say(EventAck{event->journal_id, event->seq});
      bench.sent.clear();
      largest = std::max(largest, bench.stored.journal.size());
    }
    bench.run(Seconds{24 * 3600}, Seconds{3600});
  }
  EXPECT_LT(largest, journal_bytes_max);
  EXPECT_FALSE(bench.effects<ReplaceJournal>().empty());
  bench.sent.clear();
  bench.reboot();
  bench.say(JobQuery{"q1", {}});
  bench.run(Seconds{60});
  std::size_t recent = 0;
  for (const auto& event : bench.heard<JobEvent>()) recent += event.state == aborted;
  EXPECT_GE(recent, 7u * 60);                               // Seven days of final ones,
  EXPECT_LE(recent, 15u * 60);                              // no month of them,
  EXPECT_EQ(bench.last_event_of("job-1")->state, unknown);  // and what is open for ever.
  bench.say(bench.start_command("job-2", 1, "plate-1"));
  EXPECT_EQ(bench.ack_of("start-job-2-1")->code->value, "printer_has_open_attempt");
}

}  // namespace
}  // namespace pf::hub
