// Starting, controlling and uploading through the driver, and what it never does meanwhile.
#include <gtest/gtest.h>

#include "hub/drivers/bambu/bambu_driver.hpp"
#include "hub/drivers/bambu/factory.hpp"
#include "hub/drivers/bambu/printer_peer_test.hpp"

namespace pf::hub::bambu {
namespace {

using testing::a1_serial;
using testing::configured;
using testing::Connection;
using testing::h2d_serial;
using testing::p1s_serial;

constexpr const char* file_name = "pf-0123456789ab.gcode.3mf";

StartRequest request() {
  StartRequest request;
  request.file_name = file_name;
  request.subtask_name = "bracket-7K3M9Q2XYZ";
  request.numeric_id = 42;
  return request;
}

bool start_print(Connection& it) {
  DriverOutput out;
  const bool sent = it.driver.start_print(request(), it.now, out);
  it.take(out);
  return sent;
}
bool control(Connection& it, PrintAction action) {
  DriverOutput out;
  const bool sent = it.driver.control(action, it.now, out);
  it.take(out);
  return sent;
}

std::string sequence_id_of(std::string_view message) {
  constexpr std::string_view key = "\"sequence_id\":\"";
  const auto begin = message.find(key) + key.size();
  return std::string(message.substr(begin, message.find('"', begin) - begin));
}

// Takes and gives the bytes of a file until the upload ended.
UploadEnded upload(Connection& it, std::string_view bytes) {
  DriverOutput out;
  it.driver.begin_upload({file_name, bytes.size()}, it.now, out);
  std::size_t seen = it.signals.size();
  it.take(out);
  for (; seen < it.signals.size(); ++seen) {
    if (const auto* ended = std::get_if<UploadEnded>(&it.signals[seen])) return *ended;
    if (const auto* wants = std::get_if<UploadWants>(&it.signals[seen])) {
      const auto piece = bytes.substr(0, wants->bytes);
      bytes.remove_prefix(piece.size());
      DriverOutput more;
      it.driver.upload_data(piece, bytes.empty(), it.now, more);
      it.take(more);
    }
  }
  return {UploadFailure::protocol, "it never ended"};
}

TEST(BambuStart, publishes_one_project_file) {
  Connection it;
  it.online();
  EXPECT_TRUE(start_print(it));
  ASSERT_EQ(it.peer.heard.size(), 1u);
  EXPECT_TRUE(it.heard_command("project_file"));
  EXPECT_NE(it.peer.heard[0].find("\"task_id\":\"42\""), std::string::npos);
}

TEST(BambuStart, is_never_sent_again_over_any_number_of_connections) {
  Connection it;
  it.online();
  EXPECT_TRUE(start_print(it));
  it.peer.heard.clear();
  for (int i = 0; i < 10; ++i) {
    it.peer.hang_up();
    it.settle().wait(Seconds(301));
    it.hear(Connection::whole("FINISH"));
  }
  EXPECT_GE(it.peer.logins.size(), 10u);
  EXPECT_FALSE(it.heard_command("project_file"));
}

TEST(BambuStart, says_no_when_it_cannot_be_sent) {
  Connection it;
  EXPECT_FALSE(start_print(it));
  it.peer.login.reset();
  it.start();
  EXPECT_FALSE(start_print(it)) << "not accepted yet";
  EXPECT_FALSE(control(it, PrintAction::stop));
  it.peer.login = mqtt::ConnectCode::accepted;
  it.wait(Seconds(20));
  EXPECT_TRUE(start_print(it));
  it.peer.hang_up();
  it.settle();
  EXPECT_FALSE(start_print(it));
}

TEST(BambuStart, commands_do_not_pile_up_before_a_printer_that_takes_none) {
  Connection it;
  it.online();
  it.peer.writes_leave = false;
  int sent = 0;
  while (sent < 10'000 && control(it, PrintAction::stop)) ++sent;
  EXPECT_GT(sent, 100);
  EXPECT_LT(sent, 1000);
}

TEST(BambuStart, answers_are_told_by_their_action) {
  Connection it;
  it.online();
  ASSERT_TRUE(start_print(it));
  const auto id = sequence_id_of(it.peer.heard.at(0));
  it.hear(R"({"print":{"command":"project_file","sequence_id":"1","result":"fail"}})");
  EXPECT_TRUE(it.told<CommandAnswered>().empty()) << "another client's";
  it.hear(
      "{\"print\":{\"command\":\"project_file\",\"sequence_id\":\"" + id +
      "\",\"subtask_name\":\"bracket-7K3M9Q2XYZ\",\"result\":\"success\",\"reason\":\"success\"}}");
  ASSERT_EQ(it.told<CommandAnswered>().size(), 1u);
  EXPECT_EQ(it.told<CommandAnswered>()[0].action, PrintAction::start);
  EXPECT_TRUE(it.told<CommandAnswered>()[0].accepted);
  EXPECT_EQ(it.driver.observe().subtask_name, "") << "the echo is no evidence";
  EXPECT_EQ(it.driver.status().developer_mode, DeveloperMode::on) << "it took a command";
}

TEST(BambuStart, a_refusal_for_want_of_developer_mode_shows_in_the_status) {
  Connection it;
  it.online();
  ASSERT_TRUE(control(it, PrintAction::pause));
  it.hear("{\"print\":{\"command\":\"pause\",\"sequence_id\":\"" +
          sequence_id_of(it.peer.heard.at(0)) +
          R"(","result":"failed","reason":"mqtt message verify failed","err_code":84033543}})");
  const auto answers = it.told<CommandAnswered>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_FALSE(answers[0].accepted);
  EXPECT_TRUE(answers[0].developer_mode_off);
  EXPECT_EQ(answers[0].error_code, 84033543);
  EXPECT_EQ(it.driver.status().developer_mode, DeveloperMode::off);
}

TEST(BambuStart, an_answer_may_come_on_the_next_connection) {
  Connection it(configured(a1_serial));
  it.online();
  ASSERT_TRUE(start_print(it));
  const auto id = sequence_id_of(it.peer.heard.at(0));
  it.peer.hang_up();
  it.settle().wait(Seconds(6));
  it.hear("{\"print\":{\"command\":\"project_file\",\"sequence_id\":\"" + id +
          "\",\"result\":\"fail\"}}");
  ASSERT_EQ(it.told<CommandAnswered>().size(), 1u);
  EXPECT_FALSE(it.told<CommandAnswered>()[0].accepted);
}

TEST(BambuHold, silence_is_endured_while_the_connection_is_held) {
  Connection it;
  it.online();
  it.driver.hold_connection(true);
  ASSERT_TRUE(start_print(it));
  it.peer.heard.clear();
  it.wait(Minutes(5));
  EXPECT_EQ(it.peer.opened.size(), 1u);
  EXPECT_TRUE(it.peer.heard.empty()) << "it is left in peace";
  EXPECT_GT(it.peer.pings, 10) << "but the connection is kept alive";
  it.driver.hold_connection(false);
  it.wait(Seconds(29));
  EXPECT_EQ(it.connection().state, ConnectionState::connected);
  it.wait(Seconds(15));
  EXPECT_EQ(it.connection().reason, ConnectionReason::no_reports);
}

TEST(BambuHold, a_p1_that_hangs_up_while_it_unpacks_is_not_disturbed) {
  Connection it;
  it.online();
  it.driver.hold_connection(true);
  ASSERT_TRUE(start_print(it));
  it.wait(Seconds(10));
  it.peer.hang_up();
  it.settle().wait(Seconds(139));
  EXPECT_EQ(it.peer.opened.size(), 1u);
  it.wait(Seconds(2));
  EXPECT_EQ(it.peer.opened.size(), 2u);
}

TEST(BambuHold, other_printers_are_connected_again_at_once) {
  Connection it(configured(a1_serial));
  it.online();
  it.driver.hold_connection(true);
  ASSERT_TRUE(start_print(it));
  it.peer.hang_up();
  it.settle().wait(Seconds(6));
  EXPECT_EQ(it.peer.opened.size(), 2u);
}

// ---- uploads ----

TEST(BambuUpload, goes_where_the_start_will_look_for_it) {
  struct Row {
    const char* serial;
    bool has_cache;
    std::string path, url;
  };
  const std::string name = file_name;
  const Row rows[] = {{p1s_serial, true, "/cache/" + name, "file:///sdcard/cache/" + name},
                      {a1_serial, false, "/" + name, "file:///sdcard/" + name},
                      {h2d_serial, true, "/" + name, "ftp:///" + name}};
  for (const auto& row : rows) {
    Connection it(configured(row.serial));
    it.peer.ftps.has_cache = row.has_cache;
    it.online();
    const auto bytes = SeededRandom(5).bytes(200'000);
    const auto ended = upload(it, bytes);
    EXPECT_FALSE(ended.failure) << ended.detail;
    EXPECT_EQ(it.peer.ftps.files[row.path], bytes);
    ASSERT_TRUE(start_print(it));
    EXPECT_NE(it.peer.heard.back().find("\"url\":\"" + row.url + "\""), std::string::npos)
        << it.peer.heard.back();
  }
}

TEST(BambuUpload, a_second_one_has_streams_of_its_own) {
  Connection it;
  it.online();
  EXPECT_FALSE(upload(it, std::string(1000, 'a')).failure);
  const auto first = it.peer.ftps.control_tls->stream;
  it.peer.ftps = testing::FtpsPeer();
  it.peer.ftps.certificate = it.peer.certificate;
  EXPECT_FALSE(upload(it, std::string(2000, 'b')).failure);
  const auto second = it.peer.ftps.control_tls->stream;
  EXPECT_NE(first.generation, second.generation);
  EXPECT_EQ(it.peer.opened.size(), 1u);
}

TEST(BambuUpload, needs_a_printer_whose_key_is_known) {
  Connection it;
  const auto ended = upload(it, "x");
  EXPECT_EQ(ended.failure, UploadFailure::unreachable);
  EXPECT_TRUE(it.peer.ftps.commands.empty());
}

TEST(BambuUpload, a_failed_one_does_not_move_the_next_start) {
  Connection it;
  it.online();
  it.peer.ftps.replies["PASS"] = "530";
  EXPECT_EQ(upload(it, "x").failure, UploadFailure::refused_code);
  ASSERT_TRUE(start_print(it));
  EXPECT_NE(it.peer.heard.back().find("file:///sdcard/cache/"), std::string::npos);
}

TEST(BambuUpload, a_cancelled_one_says_nothing_more) {
  Connection it;
  it.online();
  it.peer.ftps.takes_data = false;
  DriverOutput out;
  it.driver.begin_upload({file_name, 500'000}, it.now, out);
  it.take(out);
  DriverOutput cancel;
  it.driver.cancel_upload(cancel);
  it.take(cancel).wait(Minutes(2));
  EXPECT_TRUE(it.told<UploadEnded>().empty());
  EXPECT_TRUE(it.peer.ftps.control_closed);
  DriverOutput late;
  it.driver.upload_data("bytes", false, it.now, late);
  EXPECT_TRUE(late.effects.empty());
}

TEST(BambuUpload, stalls_are_told_though_mqtt_goes_on) {
  Connection it;
  it.online();
  it.peer.ftps.takes_data = false;
  DriverOutput out;
  it.driver.begin_upload({file_name, 500'000}, it.now, out);
  it.take(out);
  DriverOutput data;
  it.driver.upload_data(std::string(1000, 'x'), false, it.now, data);
  it.take(data).wait(Seconds(36));
  ASSERT_EQ(it.told<UploadEnded>().size(), 1u);
  EXPECT_EQ(it.told<UploadEnded>()[0].failure, UploadFailure::stalled);
  EXPECT_EQ(it.connection().state, ConnectionState::connected);
}

TEST(BambuFactory, makes_drivers) {
  BambuFactory factory;
  SeededRandom random(1);
  const auto driver = factory.make({0, "hub", configured()}, random);
  ASSERT_TRUE(driver);
  EXPECT_EQ(driver->status().state, PrinterState::offline);
  EXPECT_FALSE(driver->observe().known);
  EXPECT_FALSE(driver->fingerprint());
}

}  // namespace
}  // namespace pf::hub::bambu
