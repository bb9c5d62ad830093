// Every reason for which a start is refused, at the door or at the gate, and that nothing reaches
// the printer then.
#include <gtest/gtest.h>

#include <functional>

#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

using enum AttemptState;

struct BadOrder {
  const char* name;
  const char* code;
  std::function<void(PrintCommand&)> spoil;
};

class Door : public testing::TestWithParam<BadOrder> {};

TEST_P(Door, refuses_and_brings_nothing) {
  HubBench bench;
  bench.boot_and_connect();
  PrintCommand command = bench.start_command();
  GetParam().spoil(command);
  bench.say(command);
  bench.run(Seconds{10});
  const auto ack = bench.ack_of(command.command_id);
  ASSERT_TRUE(ack);
  EXPECT_FALSE(ack->success);
  EXPECT_EQ(ack->code->value, GetParam().code);
  EXPECT_FALSE(ack->error_message->empty());
  EXPECT_TRUE(bench.states_of("job-1").empty());
  EXPECT_EQ(bench.printer().uploads_begun, 0);
  EXPECT_TRUE(bench.printer().starts.empty());
}

const BadOrder bad_orders[] = {
    {"lower_epoch", "lower_epoch", [](auto& c) { c.epoch = 0; }},
    {"no_job", "incomplete", [](auto& c) { c.job_id.reset(); }},
    {"no_attempt", "incomplete", [](auto& c) { c.attempt.reset(); }},
    {"attempt_zero", "incomplete", [](auto& c) { c.attempt = 0; }},
    {"no_start_token", "incomplete", [](auto& c) { c.start_token.reset(); }},
    {"short_start_token", "bad_start_token", [](auto& c) { c.start_token = "abc"; }},
    {"start_token_with_slash", "bad_start_token", [](auto& c) { c.start_token = "abc/def"; }},
    {"no_file", "incomplete", [](auto& c) { c.file.reset(); }},
    {"file_name_with_path", "bad_file", [](auto& c) { c.file->name = "../x.gcode.3mf"; }},
    {"file_of_another_hash", "bad_file",
     [](auto& c) { c.file->name = "pf-0123456789ab.gcode.3mf"; }},
    {"hash_that_is_no_hex", "bad_file", [](auto& c) { c.file->sha256 = std::string(64, 'Z'); }},
    {"empty_file", "bad_file", [](auto& c) { c.file->size = 0; }},
    {"negative_size", "bad_file", [](auto& c) { c.file->size = -1; }},
    {"file_too_large", "bad_file", [](auto& c) { c.file->size = 5'000'000'000; }},
    {"no_plate", "incomplete", [](auto& c) { c.plate.reset(); }},
    {"no_plate_token", "incomplete", [](auto& c) { c.plate_token.reset(); }},
    {"expired", "expired", [](auto& c) { c.not_after = bench_epoch_ms - 1; }},
    {"unknown_printer", "unknown_printer", [](auto& c) { c.printer_id = Serial("ZZZZ0001"); }},
    {"wrong_assignment", "wrong_assignment", [](auto& c) { c.assignment = 2; }},
    {"another_last_print", "plate_changed", [](auto& c) { c.last_print_id = "some-print"; }},
};
INSTANTIATE_TEST_SUITE_P(Orders, Door, testing::ValuesIn(bad_orders),
                         [](const auto& param) { return param.param.name; });

TEST(Gate, developer_mode_off_rejects_before_anything_is_uploaded) {
  HubBench bench;
  bench.printer().status.developer_mode = DeveloperMode::off;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{5});
  ASSERT_TRUE(bench.ack_of("start-job-1-1")->success);
  const auto event = bench.last_event_of("job-1");
  EXPECT_EQ(event->state, rejected);
  EXPECT_EQ(event->reason->value, "developer_mode_off");
  EXPECT_NE(event->evidence.note->value.find("Press the red button."), std::string::npos);
  EXPECT_EQ(bench.printer().uploads_begun, 0);
  EXPECT_TRUE(bench.effects<Download>().empty());
}

TEST(Gate, developer_mode_turned_off_during_the_upload_rejects_before_the_start) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().answers_reports = false;
  bench.say(bench.start_command());
  bench.run(Seconds{2});
  ASSERT_EQ(bench.last_event_of("job-1")->state, uploaded);
  bench.printer().status.developer_mode = DeveloperMode::off;
  bench.printer().report(true);
  bench.run(Seconds{2});
  EXPECT_EQ(bench.last_event_of("job-1")->state, rejected);
  EXPECT_EQ(bench.last_event_of("job-1")->reason->value, "developer_mode_off");
  EXPECT_TRUE(bench.printer().starts.empty());
}

TEST(Gate, developer_mode_is_waited_for_while_it_is_being_found_out) {
  HubBench bench;
  bench.printer().status.developer_mode.reset();
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{4});
  EXPECT_EQ(bench.printer().uploads_begun, 0);
  bench.printer().status.developer_mode = DeveloperMode::off;
  bench.run(Seconds{1});
  EXPECT_EQ(bench.last_event_of("job-1")->reason->value, "developer_mode_off");
  EXPECT_EQ(bench.printer().uploads_begun, 0);
}

TEST(Gate, developer_mode_unknown_may_start) {
  HubBench bench;
  bench.printer().status.developer_mode = DeveloperMode::unknown;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{5});
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST(Gate, a_printer_that_prints_takes_no_file) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().show("RUNNING", "someone else's");
  bench.run(Seconds{2});
  bench.say(bench.start_command());
  bench.run(Seconds{2});
  EXPECT_EQ(bench.last_event_of("job-1")->reason->value, "printer_busy");
  EXPECT_EQ(bench.printer().uploads_begun, 0);
}

TEST(Gate, a_printer_with_an_error_is_not_started) {
  HubBench bench;
  bench.printer().now.print_error = 0x0300400D;
  bench.printer().show("FAILED", "");
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{5});
  EXPECT_EQ(bench.last_event_of("job-1")->state, rejected);
  EXPECT_EQ(bench.last_event_of("job-1")->reason->value, "printer_not_ready");
  EXPECT_TRUE(bench.printer().starts.empty());
}

TEST(Gate, a_print_made_by_hand_during_the_upload_takes_the_plate) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().answers_reports = false;
  bench.say(bench.start_command());
  bench.run(Seconds{2});
  ASSERT_EQ(bench.last_event_of("job-1")->state, uploaded);
  bench.printer().show("RUNNING", "by hand");
  bench.run(Seconds{2});
  bench.printer().show("FINISH", "by hand", 100);
  bench.run(Seconds{12});
  bench.printer().report(true);
  bench.run(Seconds{1});
  EXPECT_EQ(bench.last_event_of("job-1")->reason->value, "plate_changed");
  EXPECT_TRUE(bench.printer().starts.empty());
}

TEST(Gate, a_plate_token_is_good_for_one_start_only) {
  HubBench bench;
  bench.printer().prints_by_itself = true;
  bench.boot_and_connect();
  bench.say(bench.start_command("job-1", 1, "plate-1"));
  bench.run(Seconds{90});
  ASSERT_EQ(bench.last_event_of("job-1")->state, finished);
  bench.say(bench.start_command("job-2", 1, "plate-1"));
  bench.run(Seconds{5});
  EXPECT_EQ(bench.ack_of("start-job-2-1")->code->value, "plate_token_used");
  bench.reboot();
  bench.say(bench.start_command("job-3", 1, "plate-1"));
  bench.run(Seconds{5});
  EXPECT_EQ(bench.ack_of("start-job-3-1")->code->value, "plate_token_used");
  bench.say(bench.start_command("job-4", 1, "plate-2"));
  bench.run(Seconds{5});
  EXPECT_EQ(bench.printer().starts.size(), 2u);
}

TEST(Gate, an_attempt_that_never_started_gives_its_plate_token_back) {
  HubBench bench;
  bench.boot_and_connect();
  bench.downloads = false;
  bench.say(bench.start_command("job-1", 1, "plate-1"));
  bench.run(Seconds{2});
  bench.say(bench.cancel_command());
  bench.downloads = true;
  bench.say(bench.start_command("job-2", 1, "plate-1"));
  bench.run(Seconds{5});
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST(Gate, not_after_passing_on_the_way_rejects) {
  HubBench bench;
  bench.boot_and_connect();
  bench.downloads = false;
  PrintCommand command = bench.start_command();
  command.not_after = bench.server_now() + 20'000;
  bench.say(command);
  bench.run(Seconds{15});
  EXPECT_EQ(bench.last_event_of("job-1")->state, received);
  bench.run(Seconds{10});
  EXPECT_EQ(bench.last_event_of("job-1")->state, rejected);
  EXPECT_EQ(bench.last_event_of("job-1")->reason->value, "expired");
  bench.downloads = true;
  bench.run(Seconds{60});
  EXPECT_TRUE(bench.printer().starts.empty());
}

TEST(Gate, a_start_that_expires_says_why_it_waited) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().reachable = false;
  bench.run(Seconds{1});
  bench.say(bench.start_command());
  bench.run(Seconds{100'000}, Seconds{20});
  const auto event = bench.last_event_of("job-1");
  EXPECT_EQ(event->state, rejected);
  EXPECT_EQ(event->reason->value, "expired");
  EXPECT_NE(event->evidence.note->value.find("not connected. It is gone."), std::string::npos);
}

TEST(Gate, a_printer_that_is_away_is_waited_for_until_not_after) {
  HubBench bench;
  bench.printer().has_printed("yesterday's");
  bench.boot_and_connect();
  bench.printer().reachable = false;
  bench.run(Seconds{1});
  bench.say(bench.start_command());
  bench.run(Seconds{600});
  EXPECT_EQ(bench.last_event_of("job-1")->state, received);
  bench.printer().reachable = true;
  bench.run(Seconds{10});
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST(Gate, asks_for_a_whole_report_once_a_minute_and_gives_up_after_five) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().answers_reports = false;
  bench.say(bench.start_command());
  bench.run(Seconds{50});
  EXPECT_EQ(bench.printer().reports_asked, 1);
  bench.run(Seconds{270});
  EXPECT_EQ(bench.printer().reports_asked, 5);
  EXPECT_EQ(bench.last_event_of("job-1")->reason->value, "no_fresh_report");
  EXPECT_TRUE(bench.printer().starts.empty());
}

TEST(Gate, a_flush_that_takes_too_long_makes_the_report_stale_and_nothing_is_published) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().answers_reports = false;
  bench.say(bench.start_command());
  bench.run(Seconds{2});
  ASSERT_EQ(bench.last_event_of("job-1")->state, uploaded);
  bench.flushes = false;
  bench.printer().report(true);
  bench.run(Seconds{6});
  EXPECT_TRUE(bench.printer().starts.empty());
  bench.flushes = true;
  bench.flush_now();
  bench.run(Seconds{1});
  EXPECT_TRUE(bench.printer().starts.empty());
  EXPECT_EQ(bench.last_event_of("job-1")->state, not_started);
  EXPECT_EQ(bench.last_event_of("job-1")->reason->value, "stale_report");
}

TEST(Gate, removal_and_new_assignment_of_the_printer_reject) {
  for (const bool removed : {true, false}) {
    HubBench bench;
    bench.boot_and_connect();
    bench.downloads = false;
    bench.say(bench.start_command());
    bench.run(Seconds{2});
    ConfigurePrinter change{"configure-1", bench.epoch, 1,
                            removed ? ConfigureAction::remove : ConfigureAction::update,
                            HubBench::configured(bench_serial, 2)};
    bench.say(change);
    bench.downloads = true;
    bench.run(Seconds{200});
    EXPECT_EQ(bench.last_event_of("job-1")->reason->value,
              removed ? "unknown_printer" : "wrong_assignment");
    EXPECT_TRUE(bench.printer().starts.empty());
  }
}

TEST(Attempts, an_attempt_not_higher_is_only_reported_again) {
  HubBench bench;
  bench.printer().prints_by_itself = true;
  bench.boot_and_connect();
  const auto first = bench.start_command("job-1", 2, "plate-1");
  bench.say(first);
  bench.run(Seconds{90});
  ASSERT_EQ(bench.last_event_of("job-1")->state, finished);
  bench.event_ack = bench.last_event_of("job-1")->seq;
  bench.say(EventAck{bench.last_event_of("job-1")->journal_id, bench.event_ack});
  bench.sent.clear();
  for (const std::int64_t attempt : {2, 1}) {
    auto again = first;
    again.attempt = attempt;
    again.command_id = "again-" + std::to_string(attempt);
    bench.say(again);
    bench.run(Seconds{2});
    EXPECT_TRUE(bench.ack_of(again.command_id.value)->success);
  }
  EXPECT_EQ(bench.printer().starts.size(), 1u);
  EXPECT_EQ(bench.heard<JobEvent>().size(), 2u);
  EXPECT_EQ(bench.last_event_of("job-1")->state, finished);
}

TEST(Attempts, the_same_number_with_another_token_is_a_conflict) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  auto other = bench.start_command();
  other.command_id = "other";
  other.start_token = "OTHER12345";
  bench.say(other);
  EXPECT_EQ(bench.ack_of("other")->code->value, "attempt_conflict");
}

TEST(Attempts, a_higher_one_waits_until_the_lower_is_closed) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command("job-1", 1));
  bench.run(Seconds{10});
  bench.say(bench.start_command("job-1", 2, "plate-2"));
  EXPECT_EQ(bench.ack_of("start-job-1-2")->code->value, "lower_attempt_open");
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

TEST(Attempts, a_printer_has_one_open_attempt_at_most) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command("job-1"));
  bench.say(bench.start_command("job-2", 1, "plate-2"));
  EXPECT_EQ(bench.ack_of("start-job-2-1")->code->value, "printer_has_open_attempt");
}

TEST(Attempts, a_refused_command_that_comes_again_is_refused_again) {
  HubBench bench;
  bench.boot_and_connect();
  bench.downloads = false;
  bench.say(bench.start_command("job-1"));
  const auto second = bench.start_command("job-2", 1, "plate-2");
  bench.say(second);
  bench.run(Seconds{1});
  bench.say(bench.cancel_command("job-1"));
  bench.run(Seconds{1});
  bench.say(second);
  bench.run(Seconds{1});
  EXPECT_FALSE(bench.ack_of("start-job-2-1")->success);
  EXPECT_TRUE(bench.states_of("job-2").empty());
}

TEST(Attempts, a_full_journal_takes_no_new_start) {
  HubBench bench;
  bench.boot_and_connect();
  for (std::size_t i = 0; i < attempts_max; ++i) {
    bench.say(bench.cancel_command("gone-" + std::to_string(i)));
  }
  bench.run(Seconds{1});
  bench.say(bench.start_command());
  const auto ack = bench.ack_of("start-job-1-1");
  ASSERT_TRUE(ack);
  EXPECT_FALSE(ack->success);
  EXPECT_EQ(ack->code->value, "journal_full");
  EXPECT_LT(bench.stored.journal.size(), 2 * journal_bytes_max);
}

}  // namespace
}  // namespace pf::hub
