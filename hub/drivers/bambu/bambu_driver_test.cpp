#include "hub/drivers/bambu/bambu_driver.hpp"

#include <gtest/gtest.h>

#include <set>

#include "hub/drivers/bambu/factory.hpp"
#include "hub/drivers/bambu/printer_peer_test.hpp"
#include "protocol/json.hpp"

namespace pf::hub::bambu {
namespace {

using testing::configured;
using testing::Connection;

using testing::p1s_serial;

// ---- connecting ----

TEST(BambuDriver, connects_by_tls_1_2_with_the_serial_as_name) {
  Connection it;
  it.start();
  ASSERT_EQ(it.peer.opened.size(), 1u);
  EXPECT_EQ(it.peer.opened[0].host, "192.0.2.10");
  EXPECT_EQ(it.peer.opened[0].port, 8883);
  EXPECT_EQ(it.peer.opened[0].deadline, Seconds(10));
  EXPECT_EQ(it.peer.opened[0].stream.slot, 2);
  EXPECT_EQ(it.peer.tls_started.at(0).server_name, p1s_serial);
  EXPECT_EQ(it.peer.tls_started.at(0).cap, TlsCap::tls_1_2);
  EXPECT_EQ(it.connection().state, ConnectionState::connected);
  EXPECT_EQ(it.driver.fingerprint(), "key");
  EXPECT_FALSE(it.driver.pinned());
}

TEST(BambuDriver, asks_once_for_version_and_everything) {
  Connection it;
  it.start();
  EXPECT_EQ(it.peer.heard.size(), 2u);
  EXPECT_TRUE(it.heard_command("get_version"));
  EXPECT_TRUE(it.heard_command("pushall"));
  it.hear(Connection::whole("IDLE")).wait(Seconds(29));
  EXPECT_EQ(it.peer.heard.size(), 3u);
  EXPECT_TRUE(it.heard_command("gcode_line")) << "whether it obeys";
}

TEST(BambuDriver, takes_the_configured_ports) {
  auto printer = configured();
  printer.ports.emplace();
  printer.ports->mqtt = 18883;
  printer.ports->ftps = 10990;
  Connection it(printer);
  it.online();
  EXPECT_EQ(it.peer.opened.at(0).port, 18883);
  DriverOutput out;
  it.driver.begin_upload({"a.3mf", 10}, it.now, out);
  it.take(out);
  EXPECT_EQ(it.peer.ftps.opened_port, 10990);
}

TEST(BambuDriver, without_an_address_it_waits_to_be_told_one) {
  auto printer = configured();
  printer.ip_address.reset();
  Connection it(printer);
  it.start().wait(Minutes(10));
  EXPECT_TRUE(it.peer.opened.empty());
  EXPECT_EQ(it.connection().state, ConnectionState::disconnected);
  EXPECT_EQ(it.connection().reason, ConnectionReason::never_reached);
  EXPECT_FALSE(it.connection().detail.empty());
}

TEST(BambuDriver, every_connection_has_a_client_id_of_its_own) {
  Connection it;
  it.online();
  for (int i = 0; i < 5; ++i) {
    it.peer.hang_up();
    it.settle().wait(Seconds(6));
    it.hear(Connection::whole("IDLE"));
  }
  std::set<std::string> ids;
  for (const auto& login : it.peer.logins) {
    EXPECT_TRUE(login.client_id.starts_with("printfarm-hub1-")) << login.client_id;
    EXPECT_TRUE(login.clean_session);
    ids.insert(login.client_id);
  }
  EXPECT_EQ(ids.size(), 6u);
}

TEST(BambuDriver, a_report_that_is_lost_with_its_connection_is_forgotten) {
  Connection it;
  it.online("FINISH");
  EXPECT_TRUE(it.driver.observe().startable);
  EXPECT_EQ(it.driver.status().state, PrinterState::idle);
  it.peer.hang_up();
  it.settle();
  EXPECT_FALSE(it.driver.observe().known);
  EXPECT_FALSE(it.driver.observe().startable);
  EXPECT_EQ(it.driver.status().state, PrinterState::offline);
  EXPECT_EQ(it.driver.status().last_print, LastPrint::finished) << "the last values stay";
  EXPECT_EQ(it.connection().state, ConnectionState::disconnected);
}

TEST(BambuDriver, stop_takes_leave_and_never_comes_back) {
  Connection it;
  it.online();
  DriverOutput out;
  it.driver.stop(out);
  it.take(out);
  ASSERT_EQ(it.peer.closed.size(), 1u);
  EXPECT_EQ(it.peer.closed[0].kind, CloseKind::orderly);
  it.wait(Minutes(20));
  EXPECT_EQ(it.peer.opened.size(), 1u);
}

// ---- failing to connect ----

TEST(BambuDriver, a_single_failure_is_nobodys_business_three_are) {
  Connection it;
  it.peer.reachable = false;
  it.start();
  EXPECT_EQ(it.connection().state, ConnectionState::connecting);
  EXPECT_FALSE(it.connection().reason);
  while (it.peer.opened.size() < 3) it.wait(Seconds(1));
  EXPECT_EQ(it.connection().state, ConnectionState::disconnected);
  EXPECT_EQ(it.connection().reason, ConnectionReason::never_reached);

  Connection known;
  known.online();
  known.peer.reachable = false;
  known.peer.hang_up();
  known.settle();
  EXPECT_EQ(known.connection().state, ConnectionState::disconnected);
  EXPECT_FALSE(known.connection().reason);
  while (known.peer.opened.size() < 4) known.wait(Seconds(1));
  EXPECT_EQ(known.connection().reason, ConnectionReason::unreachable);
}

TEST(BambuDriver, retries_grow_to_five_minutes_and_differ_between_hubs) {
  std::set<std::int64_t> third_delays;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Connection it(configured(), seed);
    it.peer.reachable = false;
    it.start();
    std::vector<Milliseconds> delays;
    auto last = it.now;
    while (delays.size() < 12) {
      const auto tries = it.peer.opened.size();
      it.wait(Milliseconds(250));
      if (it.peer.opened.size() == tries) continue;
      delays.push_back(it.now - last);
      last = it.now;
    }
    EXPECT_EQ(delays[0], Seconds(5));
    for (std::size_t i = 0; i < delays.size(); ++i) {
      EXPECT_GE(delays[i], Seconds(5));
      EXPECT_LE(delays[i],
                Milliseconds(250) + std::min<Milliseconds>(Seconds(300), Seconds(5) * (1 << i)));
    }
    third_delays.insert(delays[3].count());
  }
  EXPECT_GT(third_delays.size(), 2u);
}

TEST(BambuDriver, a_network_that_swallows_everything_is_given_up_and_tried_again) {
  Connection it;
  it.peer.swallows_everything = true;
  it.start().wait(Seconds(14));
  EXPECT_EQ(it.connection().state, ConnectionState::connecting);
  it.peer.swallows_everything = false;
  it.wait(Seconds(20));
  EXPECT_EQ(it.connection().state, ConnectionState::connected);
}

TEST(BambuDriver, events_of_an_earlier_opening_are_dropped) {
  Connection it;
  it.peer.swallows_everything = true;
  it.start().wait(Seconds(16));
  it.handle(StreamOpened{{2, 0, 1}});
  it.handle(TlsReady{{2, 0, 1}, it.peer.certificate, false});
  it.handle(StreamClosed{{2, 0, 1}, CloseReason::timed_out, ""});
  it.settle();
  EXPECT_TRUE(it.peer.logins.empty());
}

TEST(BambuDriver, a_printer_that_does_not_answer_the_login_is_tried_again) {
  Connection it;
  it.peer.login.reset();
  it.start().wait(Seconds(11));
  EXPECT_EQ(it.peer.closed.size(), 1u);
  it.wait(Seconds(10));
  EXPECT_EQ(it.peer.opened.size(), 2u);
}

TEST(BambuDriver, a_refused_code_is_told_and_never_hammered) {
  for (const auto code :
       {mqtt::ConnectCode::bad_user_name_or_password, mqtt::ConnectCode::not_authorised}) {
    Connection it;
    it.peer.login = code;
    it.start();
    EXPECT_EQ(it.connection().state, ConnectionState::disconnected);
    EXPECT_EQ(it.connection().reason, ConnectionReason::refused_code);
    EXPECT_NE(it.connection().detail.find("Access Code"), std::string::npos);
    EXPECT_LE(it.connection().detail.size(), 300u);
    it.wait(Seconds(59));
    EXPECT_EQ(it.peer.opened.size(), 1u);
    it.wait(Minutes(60));
    EXPECT_LE(it.peer.opened.size(), 14u);
    EXPECT_GE(it.peer.opened.size(), 4u);
    it.peer.login = mqtt::ConnectCode::accepted;
    const auto patience = it.now + Minutes(15) + Seconds(1);
    while (it.now < patience && it.connection().state != ConnectionState::connected) {
      it.wait(Seconds(1));
    }
    EXPECT_EQ(it.connection().state, ConnectionState::connected);
  }
}

TEST(BambuDriver, a_printer_without_room_says_so) {
  Connection it;
  it.peer.login = mqtt::ConnectCode::server_unavailable;
  it.start();
  EXPECT_EQ(it.connection().reason, ConnectionReason::too_many_clients);

  Connection rude;
  rude.peer.hangs_up_on_login = true;
  rude.start();
  EXPECT_FALSE(rude.connection().reason);
  while (rude.peer.logins.size() < 3) rude.wait(Seconds(1));
  EXPECT_EQ(rude.connection().reason, ConnectionReason::too_many_clients);
}

TEST(BambuDriver, a_failed_handshake_is_told) {
  Connection it;
  it.peer.swallows_everything = true;
  it.start();
  it.handle(StreamOpened{{2, 0, 1}});
  it.handle(StreamClosed{{2, 0, 1}, CloseReason::tls_failed, "no shared cipher"});
  EXPECT_EQ(it.connection().reason, ConnectionReason::tls_failed);
  EXPECT_NE(it.connection().detail.find("no shared cipher"), std::string::npos);
}

// ---- certificates ----

TEST(BambuDriver, another_printer_at_the_address_gets_no_code) {
  Connection it;
  it.peer.certificate.common_name = "01P00A000000002";
  it.start();
  EXPECT_EQ(it.connection().reason, ConnectionReason::wrong_serial);
  EXPECT_NE(it.connection().detail.find("01P00A000000002"), std::string::npos);
  EXPECT_TRUE(it.peer.logins.empty());
  it.wait(Seconds(59));
  EXPECT_EQ(it.peer.opened.size(), 1u);
  it.peer.certificate.common_name = p1s_serial;
  it.wait(Seconds(2));
  EXPECT_EQ(it.connection().state, ConnectionState::connected);
}

TEST(BambuDriver, an_unknown_issuer_is_pinned_on_first_use) {
  Connection it;
  it.peer.certificate.chain_trusted = false;
  it.online();
  ASSERT_EQ(it.told<CertificatePinned>().size(), 1u);
  EXPECT_EQ(it.told<CertificatePinned>()[0].fingerprint, "key");
  EXPECT_TRUE(it.driver.pinned());
  it.peer.hang_up();
  it.settle().wait(Seconds(6));
  EXPECT_EQ(it.connection().state, ConnectionState::connected);
  EXPECT_EQ(it.told<CertificatePinned>().size(), 1u) << "once";
}

TEST(BambuDriver, a_changed_key_ends_all_attempts_until_a_person_accepts_it) {
  auto printer = configured();
  printer.fingerprint = "the key of before";
  Connection it(printer);
  it.peer.certificate.chain_trusted = false;
  it.start().wait(Minutes(60));
  EXPECT_EQ(it.connection().state, ConnectionState::disconnected);
  EXPECT_EQ(it.connection().reason, ConnectionReason::certificate_changed);
  EXPECT_TRUE(it.peer.logins.empty());
  EXPECT_EQ(it.peer.opened.size(), 1u);
  EXPECT_TRUE(it.told<CertificatePinned>().empty());
  EXPECT_EQ(it.driver.fingerprint(), "key") << "which the person is asked to accept";
}

TEST(BambuDriver, takes_the_key_that_a_person_accepted) {
  auto printer = configured();
  printer.fingerprint = "key";
  Connection it(printer);
  it.peer.certificate.chain_trusted = false;
  it.online();
  EXPECT_EQ(it.connection().state, ConnectionState::connected);
  EXPECT_TRUE(it.driver.pinned());
}

TEST(BambuDriver, a_key_that_changes_while_running_is_noticed_too) {
  for (const bool first_trusted : {true, false}) {
    Connection it;
    it.peer.certificate.chain_trusted = first_trusted;
    it.online();
    it.peer.certificate = {p1s_serial, "another key", false};
    it.peer.hang_up();
    it.settle().wait(Minutes(1));
    EXPECT_EQ(it.connection().reason, ConnectionReason::certificate_changed);
    EXPECT_EQ(it.peer.logins.size(), 1u);
  }
}

TEST(BambuDriver, a_known_issuer_may_give_the_printer_a_new_key) {
  auto printer = configured();
  printer.fingerprint = "the key of before";
  Connection it(printer);
  it.online();
  EXPECT_EQ(it.connection().state, ConnectionState::connected);
  EXPECT_FALSE(it.driver.pinned());
}

TEST(BambuDriver, pinning_can_be_forbidden) {
  auto printer = configured();
  printer.policies.emplace();
  printer.policies->pin_unknown_certificate = false;
  Connection it(printer);
  it.peer.certificate.chain_trusted = false;
  it.start().wait(Minutes(60));
  EXPECT_EQ(it.connection().reason, ConnectionReason::certificate_unknown);
  EXPECT_TRUE(it.peer.logins.empty());
  EXPECT_EQ(it.peer.opened.size(), 1u);
}

// ---- reports ----

TEST(BambuDriver, tells_which_reports_are_whole_and_which_changed_something) {
  Connection it;
  it.start();
  it.hear(R"({"print":{"mc_percent":1,"msg":1}})");
  it.hear(Connection::whole("IDLE"));
  it.hear(R"({"print":{"nozzle_temper":30,"msg":1}})");
  it.hear(R"({"print":{"nozzle_temper":30,"msg":1}})");
  it.hear(Connection::whole("IDLE"));
  const auto reports = it.told<ReportArrived>();
  ASSERT_EQ(reports.size(), 5u);
  const std::pair<bool, bool> expected[] = {
      {false, false}, {true, true}, {false, true}, {false, false}, {true, false}};
  for (std::size_t i = 0; i < reports.size(); ++i) {
    EXPECT_EQ(std::pair(reports[i].full, reports[i].changed), expected[i]) << i;
  }
}

TEST(BambuDriver, the_firmware_version_reaches_the_status) {
  Connection it;
  it.online();
  it.hear(R"({"info":{"command":"get_version","module":[{"name":"ota","sw_ver":"01.08.02.00"}]}})");
  EXPECT_EQ(it.driver.status().firmware_version->value, "01.08.02.00");
  EXPECT_TRUE(it.told<ReportArrived>().back().changed);
}

TEST(BambuDriver, senseless_messages_change_nothing) {
  Connection it;
  it.online();
  const auto before = json::encode(it.driver.status());
  for (const auto* message : {"", "x", "[]", "{}", R"({"print":null})", R"({"print":[]})",
                              R"({"print":{"command":"unheard_of","gcode_state":"RUNNING"}})",
                              R"({"mc_print":{"param":"text"}})", "\xff\xfe"}) {
    it.hear(message);
  }
  EXPECT_EQ(json::encode(it.driver.status()), before);
  EXPECT_EQ(it.driver.observe().gcode_state, "IDLE");
  EXPECT_EQ(it.connection().state, ConnectionState::connected);
}

TEST(BambuDriver, silence_is_answered_by_a_nudge_and_then_by_a_new_connection) {
  Connection it;
  it.online();
  it.wait(Seconds(29));
  EXPECT_FALSE(it.heard_command("start"));
  it.wait(Seconds(2));
  EXPECT_TRUE(it.heard_command("start"));
  it.wait(Seconds(8));
  EXPECT_EQ(it.connection().state, ConnectionState::connected);
  it.wait(Seconds(3));
  EXPECT_EQ(it.connection().state, ConnectionState::disconnected);
  EXPECT_EQ(it.connection().reason, ConnectionReason::no_reports);
  it.wait(Seconds(6));
  EXPECT_EQ(it.connection().state, ConnectionState::connected);
  EXPECT_NE(it.peer.logins.at(0).client_id, it.peer.logins.at(1).client_id);
}

TEST(BambuDriver, a_nudge_that_is_answered_is_enough) {
  Connection it;
  it.online();
  for (int i = 0; i < 5; ++i) {
    it.wait(Seconds(32));
    it.hear(Connection::whole("IDLE"));
  }
  EXPECT_EQ(it.peer.opened.size(), 1u);
  EXPECT_GT(it.peer.pings, 0);
}

TEST(BambuDriver, deltas_without_a_whole_report_ask_for_one_again_but_not_often) {
  Connection it;
  it.start();
  it.peer.heard.clear();
  for (int i = 0; i < 19 * 60; ++i) {
    it.wait(Seconds(1));
    it.hear(R"({"print":{"mc_percent":1,"msg":1}})");
  }
  EXPECT_EQ(it.peer.heard.size(), 4u) << "after 20 s, then every five minutes";
}

TEST(BambuDriver, a_printer_that_hangs_up_on_the_subscription_has_another_serial) {
  Connection it;
  it.peer.hangs_up_on_subscribe = true;
  it.start();
  EXPECT_EQ(it.connection().reason, ConnectionReason::no_reports);
  EXPECT_NE(it.connection().detail.find("serial"), std::string::npos);
}

TEST(BambuDriver, a_message_too_long_ends_the_connection) {
  Connection it;
  it.online();
  it.hear(std::string(mqtt::packet_bytes_max, 'x'));
  EXPECT_EQ(it.connection().state, ConnectionState::disconnected);
}

TEST(BambuDriver, no_bytes_of_a_printer_do_harm) {
  SeededRandom random(5);
  Connection it;
  it.online();
  for (int round = 0; round < 3000; ++round) {
    if (it.peer.stream) {
      auto bytes =
          random.below(2)
              ? random.bytes(random.below(200))
              : mqtt::encode(mqtt::Publish{"device/01P00A000000001/report",
                                           "{\"print\":" + random.bytes(random.below(50)) + "}"});
      it.peer.events.push_back(StreamData{*it.peer.stream, std::move(bytes)});
      it.settle();
    }
    it.wait(Seconds(1));
  }
  EXPECT_GT(it.peer.logins.size(), 10u);
  EXPECT_FALSE(it.heard_command("project_file"));
}

TEST(BambuDriver, fetch_report_asks_for_everything) {
  Connection it;
  it.online();
  DriverOutput out;
  it.driver.fetch_report(it.now, out);
  it.take(out);
  ASSERT_EQ(it.peer.heard.size(), 1u);
  EXPECT_TRUE(it.heard_command("pushall"));
}

}  // namespace
}  // namespace pf::hub::bambu
