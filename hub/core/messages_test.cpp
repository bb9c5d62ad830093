// What the hub does with frames that it cannot or will not take: says so, and goes on.
#include <gtest/gtest.h>

#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

struct BadFrame {
  const char* name;
  std::string text;
  std::string code;
  std::string in_reply_to;  // Empty: none.
};

class Frame : public testing::TestWithParam<BadFrame> {};

TEST_P(Frame, is_refused_without_harm) {
  HubBench bench;
  bench.boot_and_connect();
  bench.give(CloudText{GetParam().text});
  ASSERT_EQ(bench.heard<WireError>().size(), 1u);
  const WireError error = bench.heard<WireError>()[0];
  EXPECT_EQ(error.code.value, GetParam().code);
  EXPECT_FALSE(error.text.empty());
  EXPECT_EQ(error.in_reply_to ? error.in_reply_to->value : "", GetParam().in_reply_to);
  bench.say(bench.start_command());
  bench.run(Seconds{5});
  EXPECT_EQ(bench.printer().starts.size(), 1u);
}

std::string deep() {
  std::string text = R"({"type":"event_ack","x":)";
  for (int i = 0; i < 100; ++i) text += '[';
  return text;
}

const BadFrame bad_frames[] = {
    {"unknown_type", R"({"type":"make_coffee","command_id":"c1"})", "unknown_type", "c1"},
    {"unknown_type_without_id", R"({"type":"make_coffee"})", "unknown_type", "make_coffee"},
    {"no_type", R"({"command_id":"c1"})", "unknown_type", "c1"},
    {"no_json", "hello", "malformed", ""},
    {"empty", "", "malformed", ""},
    {"cut_off", R"({"type":"job_query","command_id":"c1")", "malformed", "job_query"},
    {"missing_field", R"({"type":"job_cancel","command_id":"c1"})", "malformed", "c1"},
    {"wrong_kind", R"({"type":"event_ack","journal_id":7,"upto":1})", "malformed", "event_ack"},
    {"a_list", "[1,2]", "malformed", ""},
    {"too_deep", deep(), "malformed", "event_ack"},
    {"twice_the_same_key", R"({"type":"event_ack","journal_id":"a","journal_id":"b","upto":1})",
     "malformed", "event_ack"},
    {"too_large", std::string(hub_frame_bytes_max + 1, ' '), "too_large", ""},
};
INSTANTIATE_TEST_SUITE_P(Frames, Frame, testing::ValuesIn(bad_frames),
                         [](const auto& param) { return param.param.name; });

TEST(Errors, are_never_answered) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(WireError{"x", "unknown_type", "What?"});
  bench.give(CloudText{R"({"type":"error"})"});
  EXPECT_TRUE(bench.heard<WireError>().empty());
}

TEST(Messages, with_unknown_keys_are_taken) {
  HubBench bench;
  bench.boot_and_connect();
  bench.give(CloudText{R"({"type":"job_query","command_id":"c1","from_the_future":{"a":[1]}})"});
  EXPECT_TRUE(bench.heard<WireError>().empty());
  EXPECT_TRUE(bench.ack_of("c1")->success);
}

TEST(Discovery, is_asked_of_the_platform_and_relayed) {
  HubBench bench;
  bench.boot_and_connect();
  bench.say(DiscoverPrinters{"c1", HostName("127.0.0.9")});
  ASSERT_EQ(bench.effects<Discover>().size(), 1u);
  EXPECT_EQ(bench.effects<Discover>()[0].address, "127.0.0.9");
  EXPECT_TRUE(bench.ack_of("c1")->success);
  DiscoveredPrinter found{Serial("NEW00001"), "127.0.0.9", "A1", "mine", {}, false};
  bench.give(Discovered{"c1", {found}});
  ASSERT_EQ(bench.heard<PrintersDiscovered>().size(), 1u);
  EXPECT_EQ(bench.heard<PrintersDiscovered>()[0].command_id->value, "c1");
  EXPECT_EQ(bench.heard<PrintersDiscovered>()[0].printers.size(), 1u);
}

TEST(Discovery, heals_the_address_of_a_printer_that_moved) {
  HubBench bench;
  bench.printer().reachable = false;
  bench.boot_and_connect();
  const auto made = bench.printer().made.size();
  DiscoveredPrinter found{Serial(bench_serial), "127.0.0.77", "A1", "mine", {}, true};
  bench.give(Discovered{{}, {found}});
  ASSERT_EQ(bench.printer().made.size(), made + 1);
  EXPECT_EQ(bench.printer().made.back().printer.ip_address->value, "127.0.0.77");
  EXPECT_TRUE(bench.heard<PrintersDiscovered>().empty());
  EXPECT_EQ(decode_state(bench.stored.state)->printers.value[0].ip_address->value, "127.0.0.77");
  bench.sent.clear();
  bench.run(Seconds{2});
  EXPECT_EQ(bench.heard<PrinterStatusMessage>().back().connection.reason,
            ConnectionReason::address_changed);
  bench.printer().reachable = true;
  bench.run(Seconds{2});
  EXPECT_FALSE(bench.heard<PrinterStatusMessage>().back().connection.reason);
}

TEST(Discovery, follows_a_printer_with_two_addresses_once_a_minute_at_most) {
  HubBench bench;
  bench.printer().reachable = false;
  bench.boot_and_connect();
  const auto made = bench.printer().made.size();
  for (int i = 0; i < 60; ++i) {
    const std::string address = i % 2 == 0 ? "127.0.0.77" : "127.0.0.78";
    DiscoveredPrinter found{Serial(bench_serial), HostName(address), "A1", "mine", {}, true};
    bench.give(Discovered{{}, {found}});
    bench.run(Seconds{5});
  }
  EXPECT_GE(bench.printer().made.size(), made + 4);
  EXPECT_LE(bench.printer().made.size(), made + 5);
}

TEST(Discovery, does_not_move_a_printer_that_is_connected) {
  HubBench bench;
  bench.boot_and_connect();
  const auto made = bench.printer().made.size();
  DiscoveredPrinter found{Serial(bench_serial), "127.0.0.77", "A1", "mine", {}, true};
  bench.give(Discovered{{}, {found}});
  EXPECT_EQ(bench.printer().made.size(), made);
}

TEST(Vitals, are_reported_every_minute) {
  HubBench bench;
  bench.boot_and_connect();
  EXPECT_TRUE(bench.heard<HubStatus>().empty());
  bench.give(VitalsRead{123'456, {}, -60, "192.0.2.7", {}});
  bench.run(Seconds{121});
  ASSERT_EQ(bench.heard<HubStatus>().size(), 3u);
  EXPECT_EQ(bench.heard<HubStatus>()[0].free_heap, 123'456);
  EXPECT_EQ(bench.heard<HubStatus>()[0].rssi, -60);
  EXPECT_FALSE(bench.heard<HubStatus>()[0].temperature);
}

}  // namespace
}  // namespace pf::hub
