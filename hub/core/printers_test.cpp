// The list of printers, and what the cloud hears of each.
#include "hub/core/printers.hpp"

#include <gtest/gtest.h>

#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

ConfigurePrinter configure(const HubBench& bench, std::string id, ConfigureAction action,
                           std::string serial, std::int64_t generation) {
  return {std::move(id), bench.epoch, generation, action, HubBench::configured(std::move(serial))};
}

std::vector<std::string> stored_serials(const HubBench& bench) {
  std::vector<std::string> serials;
  const auto state = decode_state(bench.stored.state);
  for (const auto& printer : state->printers) {
    serials.push_back(printer.printer_id.value);
  }
  return serials;
}

TEST(Printers, a_new_list_replaces_the_old_one) {
  HubBench bench;
  bench.boot_and_connect();
  PrintersConfig config;
  config.generation = 4;
  config.printers.value = {HubBench::configured("NEW00001"), HubBench::configured("NEW00002")};
  bench.say(config);
  EXPECT_EQ(stored_serials(bench), (std::vector<std::string>{"NEW00001", "NEW00002"}));
  EXPECT_EQ(decode_state(bench.stored.state)->config_generation, 4);
  bench.sent.clear();
  bench.run(Seconds{31});
  for (const auto& status : bench.heard<PrinterStatusMessage>()) {
    EXPECT_NE(status.printer_id.value, bench_serial);
  }
}

TEST(Printers, are_added_changed_and_removed_one_by_one) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(configure(bench, "c1", ConfigureAction::add, "NEW00001", 1));
  EXPECT_TRUE(bench.ack_of("c1")->success);
  EXPECT_EQ(stored_serials(bench).size(), 2u);
  auto change = configure(bench, "c2", ConfigureAction::update, "NEW00001", 2);
  change.printer.access_code = "87654321";
  bench.say(change);
  EXPECT_EQ(bench.drivers.printer("NEW00001").made.size(), 2u);
  EXPECT_EQ(bench.drivers.printer("NEW00001").made.back().printer.access_code, "87654321");
  bench.say(configure(bench, "c3", ConfigureAction::remove, "NEW00001", 3));
  EXPECT_EQ(stored_serials(bench), (std::vector<std::string>{bench_serial}));
}

TEST(Printers, a_new_name_alone_does_not_reconnect) {
  HubBench bench;
  bench.boot_and_connect();
  auto change = configure(bench, "c1", ConfigureAction::update, bench_serial, 1);
  change.printer.name = "Another name";
  bench.say(change);
  EXPECT_EQ(bench.printer().made.size(), 1u);
}

TEST(Printers, survive_a_reboot) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(configure(bench, "c1", ConfigureAction::add, "NEW00001", 1));
  bench.reboot();
  EXPECT_EQ(bench.drivers.printer("NEW00001").made.size(), 2u);
}

TEST(Printers, are_five_at_most) {
  HubBench bench;
  bench.boot_and_connect();
  for (int i = 1; i <= 5; ++i) {
    const auto n = std::to_string(i);
    bench.say(configure(bench, "c" + n, ConfigureAction::add, "NEW0000" + n, i));
  }
  EXPECT_TRUE(bench.ack_of("c4")->success);
  EXPECT_EQ(bench.ack_of("c5")->code->value, "too_many_printers");
  EXPECT_EQ(stored_serials(bench).size(), 5u);
}

TEST(Printers, a_command_of_an_earlier_connection_or_list_is_refused) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(configure(bench, "c1", ConfigureAction::add, "NEW00001", 5));
  bench.say(configure(bench, "c2", ConfigureAction::remove, "NEW00001", 4));
  EXPECT_EQ(bench.ack_of("c2")->code->value, "older_generation");
  auto late = configure(bench, "c3", ConfigureAction::remove, "NEW00001", 6);
  late.epoch = bench.epoch - 1;
  bench.say(late);
  EXPECT_EQ(bench.ack_of("c3")->code->value, "lower_epoch");
  EXPECT_EQ(stored_serials(bench).size(), 2u);
}

TEST(Printers, an_older_assignment_is_refused) {
  HubBench bench;
  bench.boot_and_connect();
  auto change = configure(bench, "c1", ConfigureAction::update, bench_serial, 1);
  change.printer.assignment = 0;
  bench.say(change);
  EXPECT_EQ(bench.ack_of("c1")->code->value, "wrong_assignment");
}

TEST(Printers, are_not_reconnected_between_start_and_evidence) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{10});
  ASSERT_EQ(bench.printer().starts.size(), 1u);
  auto change = configure(bench, "c1", ConfigureAction::update, bench_serial, 1);
  change.printer.access_code = "87654321";
  bench.say(change);
  bench.run(Seconds{60});
  EXPECT_EQ(bench.printer().made.size(), 1u);
  bench.printer().show("PREPARE", HubBench::name_of("job-1"));
  bench.run(Seconds{1});
  EXPECT_EQ(bench.printer().made.size(), 2u);
}

TEST(Pinning, keeps_a_key_that_was_seen_first) {
  HubBench bench;
  bench.printer().key = "abc";
  bench.printer().key_unknown = true;
  bench.boot_and_connect();
  EXPECT_EQ(decode_state(bench.stored.state)->printers.value[0].fingerprint->value, "abc");
  EXPECT_EQ(bench.printer().made.size(), 1u);
  bench.reboot();
  EXPECT_EQ(bench.printer().made.back().printer.fingerprint->value, "abc");
  bench.say(configure(bench, "c1", ConfigureAction::update, bench_serial, 1));
  EXPECT_EQ(decode_state(bench.stored.state)->printers.value[0].fingerprint->value, "abc");
}

TEST(Pinning, takes_another_key_only_from_a_person) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(PinAccept{"c1", Serial(bench_serial), "def"});
  EXPECT_TRUE(bench.ack_of("c1")->success);
  EXPECT_EQ(bench.printer().made.back().printer.fingerprint->value, "def");
  bench.say(PinAccept{"c2", Serial("NONE0001"), "def"});
  EXPECT_EQ(bench.ack_of("c2")->code->value, "unknown_printer");
}

// ---- status ----

class Status : public testing::Test {
 protected:
  void SetUp() override {
    bench.boot_and_connect();
    bench.run(Seconds{5});
    bench.sent.clear();
  }
  std::size_t heard() const { return bench.heard<PrinterStatusMessage>().size(); }
  HubBench bench;
};

TEST_F(Status, comes_every_30_seconds_from_an_idle_printer) {
  bench.run(Seconds{120});
  EXPECT_EQ(heard(), 4u);
}

TEST_F(Status, comes_every_5_seconds_from_a_printing_one) {
  bench.printer().show("RUNNING", "by hand");
  bench.run(Seconds{60});
  EXPECT_GE(heard(), 12u);
  EXPECT_LE(heard(), 14u);
}

TEST_F(Status, comes_on_change_but_at_most_once_a_second) {
  for (int i = 0; i < 40; ++i) {
    bench.printer().report();
    bench.run(Milliseconds{250});
  }
  EXPECT_GE(heard(), 9u);
  EXPECT_LE(heard(), 11u);
}

TEST_F(Status, an_unchanged_report_is_no_change) {
  for (int i = 0; i < 20; ++i) {
    bench.printer().says.push_back(ReportArrived{false, false});
    bench.run(Milliseconds{250});
  }
  EXPECT_EQ(heard(), 0u);
}

TEST_F(Status, is_not_queued_while_the_cloud_is_away) {
  bench.give(CloudDown{});
  for (int i = 0; i < 100; ++i) {
    bench.printer().report();
    bench.run(Seconds{1});
  }
  EXPECT_EQ(heard(), 0u);
  bench.connect();
  bench.run(Milliseconds{500});
  EXPECT_EQ(heard(), 1u);
}

TEST_F(Status, is_numbered_by_boot_and_sequence) {
  bench.run(Seconds{61});
  const auto first = bench.heard<PrinterStatusMessage>();
  for (std::size_t i = 1; i < first.size(); ++i) EXPECT_GT(first[i].seq, first[i - 1].seq);
  bench.reboot();
  EXPECT_GT(bench.heard<PrinterStatusMessage>().back().boot, first.back().boot);
}

TEST_F(Status, of_a_lost_printer_says_offline_and_why_and_since_when) {
  bench.printer().status.temperatures = Temperatures{Celsius{200}, {}, {}};
  bench.printer().reachable = false;
  const auto lost_at = bench.server_now();
  bench.run(Seconds{3});
  const auto status = bench.heard<PrinterStatusMessage>().back();
  EXPECT_EQ(status.status.state, PrinterState::offline);
  EXPECT_FALSE(status.status.temperatures);
  EXPECT_EQ(status.connection.state, ConnectionState::disconnected);
  EXPECT_EQ(status.connection.reason, ConnectionReason::unreachable);
  EXPECT_GE(status.connection.since, lost_at);
  EXPECT_LE(status.connection.since, lost_at + 1'000);
}

TEST_F(Status, of_several_printers_is_sent_back_to_back) {
  for (const int i : {1, 2, 3}) {
    bench.say(configure(bench, "c" + std::to_string(i), ConfigureAction::add,
                        "NEW0000" + std::to_string(i), i));
  }
  bench.run(Seconds{60});
  bench.give(CloudDown{});
  bench.connect();
  bench.sent.clear();
  bench.run(Milliseconds{250});
  EXPECT_EQ(heard(), 4u);
}

// ---- prints of whoever ----

std::vector<PrintPhase> phases(const HubBench& bench) {
  std::vector<PrintPhase> phases;
  for (const auto& event : bench.heard<PrintEvent>()) phases.push_back(event.phase);
  return phases;
}

TEST(Prints, made_by_hand_are_reported_with_their_edges) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().show("PREPARE", "by hand");
  bench.run(Seconds{2});
  bench.printer().show("RUNNING", "by hand", 1, "1700000001");
  bench.run(Seconds{100});
  bench.printer().show("PAUSE", "by hand", 50);
  bench.run(Seconds{2});
  bench.printer().show("RUNNING", "by hand", 50);
  bench.run(Seconds{2});
  bench.printer().now.print_error = 0x0300400D;
  bench.printer().show("FAILED", "by hand", 50);
  bench.run(Seconds{12});
  using enum PrintPhase;
  EXPECT_EQ(phases(bench), (std::vector<PrintPhase>{started, paused, resumed, failed}));
  const auto events = bench.heard<PrintEvent>();
  for (const auto& event : events) {
    EXPECT_EQ(event.print_id, std::string_view(events[0].print_id));
    EXPECT_EQ(event.print_type, PrintType::external);
    EXPECT_FALSE(event.start_token);
    EXPECT_EQ(event.name, "by hand");
  }
  EXPECT_EQ(events.back().error_code->value, "0300_400D");
  EXPECT_NEAR(static_cast<double>(*events.back().seconds), 116, 3);
}

TEST(Prints, of_ours_carry_the_token_and_others_do_not) {
  HubBench bench;
  bench.printer().prints_by_itself = true;
  bench.boot_and_connect();
  bench.say(bench.start_command());
  bench.run(Seconds{90});
  auto events = bench.heard<PrintEvent>();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].print_type, PrintType::ours);
  EXPECT_EQ(events[0].start_token->value, HubBench::token_of("job-1", 1));
  // The same file, started again at the screen: an old token is nobody's.
  bench.printer().print_by_hand(HubBench::name_of("job-1"));
  bench.run(Seconds{90});
  events = bench.heard<PrintEvent>();
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[2].print_type, PrintType::external);
  EXPECT_FALSE(events[2].start_token);
  EXPECT_FALSE(events[2].print_id == events[0].print_id);
  EXPECT_EQ(bench.last_event_of("job-1")->state, AttemptState::finished);
}

TEST(Prints, keep_their_identity_over_reboots_of_the_hub) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().show("RUNNING", "by hand", 1, "1700000001");
  bench.run(Seconds{5});
  const auto id = bench.last_print_id();
  bench.reboot();
  bench.run(Seconds{5});
  EXPECT_EQ(bench.last_print_id(), id);
  bench.printer().show("FINISH", "by hand", 100);
  bench.run(Seconds{15});
  EXPECT_EQ(bench.last_print_id(), id);
  using enum PrintPhase;
  EXPECT_EQ(phases(bench).back(), finished);
}

TEST(Prints, made_while_the_hub_was_off_change_the_identity) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().show("RUNNING", "first", 1, "1700000001");
  bench.run(Seconds{5});
  bench.printer().show("FINISH", "first", 100);
  bench.run(Seconds{15});
  const auto id = bench.last_print_id();
  bench.kill();
  bench.printer().show("FINISH", "second", 100, "1700005000");
  bench.boot_and_connect();
  bench.run(Seconds{5});
  EXPECT_NE(bench.last_print_id(), id);
}

TEST(Prints, made_while_the_cloud_was_away_are_told_later) {
  HubBench bench;
  bench.boot_and_connect();
  bench.give(CloudDown{});
  bench.printer().print_by_hand("by hand");
  bench.printer().prints_by_itself = true;
  bench.run(Seconds{120});
  EXPECT_TRUE(bench.heard<PrintEvent>().empty());
  bench.connect();
  bench.run(Seconds{1});
  using enum PrintPhase;
  EXPECT_EQ(phases(bench), (std::vector<PrintPhase>{started, finished}));
  EXPECT_LT(bench.heard<PrintEvent>()[0].at, bench.heard<PrintEvent>()[1].at);
  EXPECT_LT(bench.heard<PrintEvent>()[1].at, bench.server_now() - 10'000);
}

TEST(Prints, a_calibration_is_not_a_print) {
  HubBench bench;
  bench.boot_and_connect();
  bench.printer().now.print_type = PrintType::system;
  bench.printer().show("RUNNING", "");
  bench.run(Seconds{60});
  bench.printer().show("FINISH", "");
  bench.run(Seconds{20});
  EXPECT_TRUE(bench.heard<PrintEvent>().empty());
}

}  // namespace
}  // namespace pf::hub
