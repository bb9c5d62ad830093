// Whether the printer obeys: asked before a print depends on it, and told in three forms of
// refusal.
#include <gtest/gtest.h>

#include "hub/drivers/bambu/bambu_driver.hpp"
#include "hub/drivers/bambu/printer_peer_test.hpp"

namespace pf::hub::bambu {
namespace {

using testing::configured;
using testing::Connection;
using testing::h2d_serial;

constexpr const char* unverified = R"(,"hms":[{"attr":83887360,"code":65543}])";

std::string last_sequence_id(const Connection& it) {
  constexpr std::string_view key = "\"sequence_id\":\"";
  const auto& message = it.peer.heard.back();
  const auto begin = message.find(key) + key.size();
  return message.substr(begin, message.find('"', begin) - begin);
}
void answer(Connection& it, std::string_view command, std::string_view more) {
  it.hear("{\"print\":{\"command\":\"" + std::string(command) + "\",\"sequence_id\":\"" +
          last_sequence_id(it) + "\"" + std::string(more) + "}}");
}
int probes(const Connection& it) {
  int count = 0;
  for (const auto& message : it.peer.heard) {
    if (message.find(";hub-probe") != std::string::npos) ++count;
  }
  return count;
}
bool send(Connection& it, PrintAction action) {
  DriverOutput out;
  const bool sent = action == PrintAction::start
                        ? it.driver.start_print({"pf-0123456789ab.gcode.3mf"}, it.now, out)
                        : it.driver.control(action, it.now, out);
  it.take(out);
  return sent;
}

class Mode : public ::testing::Test {
 protected:
  // Connected, and asked.
  void SetUp() override { it.start().hear(Connection::whole("IDLE")); }
  std::optional<DeveloperMode> mode() const { return it.driver.status().developer_mode; }
  Connection it;
};

TEST_F(Mode, is_asked_of_a_printer_that_does_not_say_by_a_command_that_does_nothing) {
  ASSERT_EQ(probes(it), 1);
  EXPECT_TRUE(it.heard_command("gcode_line"));
  EXPECT_FALSE(mode()) << "not known yet";
  answer(it, "gcode_line", R"(,"result":"success","reason":"success")");
  EXPECT_EQ(mode(), DeveloperMode::on);
  EXPECT_TRUE(it.told<CommandAnswered>().empty()) << "it was no command of the core";
}

TEST_F(Mode, is_on_by_an_answer_without_a_command_too) {
  it.hear("{\"print\":{\"sequence_id\":\"" + last_sequence_id(it) + "\",\"result\":\"success\"}}");
  EXPECT_EQ(mode(), DeveloperMode::on);
}

TEST_F(Mode, is_off_by_a_refusal_with_its_code) {
  answer(it, "gcode_line", R"(,"result":"failed","err_code":84033543)");
  EXPECT_EQ(mode(), DeveloperMode::off);
}

TEST_F(Mode, is_off_by_the_code_alone) {
  answer(it, "gcode_line", R"(,"err_code":84033545)");
  EXPECT_EQ(mode(), DeveloperMode::off);
}

TEST_F(Mode, is_off_by_an_answer_without_a_result_and_a_message_on_the_screen) {
  answer(it, "gcode_line", "");
  EXPECT_FALSE(mode());
  it.hear(Connection::whole("IDLE", unverified));
  EXPECT_EQ(mode(), DeveloperMode::off);
}

TEST_F(Mode, is_unknown_and_never_on_where_nothing_is_answered) {
  it.wait(Milliseconds(4'750));
  EXPECT_FALSE(mode());
  it.wait(Seconds(1));
  EXPECT_EQ(mode(), DeveloperMode::unknown);
}

TEST_F(Mode, is_unknown_where_the_command_is_refused_for_another_reason) {
  answer(it, "gcode_line", R"(,"result":"fail","reason":"error string")");
  EXPECT_EQ(mode(), DeveloperMode::unknown);
}

TEST_F(Mode, is_not_learnt_from_answers_to_other_clients) {
  it.hear(R"({"print":{"command":"gcode_line","sequence_id":"1","result":"success"}})");
  EXPECT_FALSE(mode());
}

TEST_F(Mode, is_on_though_the_message_shows_if_a_command_is_accepted) {
  it.hear(Connection::whole("IDLE", unverified));
  EXPECT_EQ(mode(), DeveloperMode::off);
  answer(it, "gcode_line", R"(,"result":"success")");
  EXPECT_EQ(mode(), DeveloperMode::on) << "some show it at power-up because of other programs";
}

TEST_F(Mode, is_asked_again_when_the_message_comes_up) {
  answer(it, "gcode_line", R"(,"result":"success")");
  it.hear(Connection::whole("IDLE", unverified));
  EXPECT_EQ(probes(it), 2);
  answer(it, "gcode_line", R"(,"result":"success")");
  EXPECT_EQ(mode(), DeveloperMode::on);
  it.hear(Connection::whole("IDLE", unverified));
  EXPECT_EQ(probes(it), 2) << "it stands there still";
}

TEST_F(Mode, is_no_longer_on_when_a_command_finds_no_answer) {
  answer(it, "gcode_line", R"(,"result":"success")");
  it.hear(Connection::whole("RUNNING"));
  ASSERT_TRUE(send(it, PrintAction::pause));
  it.wait(Seconds(9));
  EXPECT_EQ(mode(), DeveloperMode::on);
  it.wait(Seconds(2));
  EXPECT_EQ(mode(), DeveloperMode::unknown);
  it.hear(Connection::whole("FINISH"));
  EXPECT_EQ(probes(it), 2) << "asked as soon as it is idle";
}

TEST_F(Mode, is_asked_once_and_the_answer_outlives_a_short_interruption) {
  answer(it, "gcode_line", R"(,"result":"success")");
  it.wait(Minutes(3));
  it.peer.hang_up();
  it.settle().wait(Seconds(20)).hear(Connection::whole("IDLE"));
  EXPECT_EQ(probes(it), 1);
  EXPECT_EQ(mode(), DeveloperMode::on);
}

TEST_F(Mode, is_asked_again_on_a_later_connection) {
  answer(it, "gcode_line", R"(,"result":"failed","err_code":84033543)");
  for (int i = 0; i < 20; ++i) it.wait(Seconds(20)).hear(Connection::whole("IDLE"));
  it.peer.hang_up();
  it.settle().wait(Seconds(20)).hear(Connection::whole("IDLE"));
  EXPECT_EQ(probes(it), 2);
  EXPECT_FALSE(mode());
}

TEST(ModeOf, a_printer_that_says_it_is_not_asked) {
  Connection it(configured(h2d_serial));
  it.start().hear(Connection::whole("IDLE", R"(,"fun":"3EC1AFFF9CFF")"));
  it.wait(Seconds(10));
  EXPECT_EQ(probes(it), 0);
  EXPECT_EQ(it.driver.status().developer_mode, DeveloperMode::off);
}

TEST(ModeOf, a_printing_printer_is_unknown_until_it_is_idle_and_asked) {
  Connection it;
  it.start().hear(Connection::whole("RUNNING"));
  EXPECT_EQ(probes(it), 0);
  EXPECT_EQ(it.driver.status().developer_mode, DeveloperMode::unknown);
  it.hear(Connection::whole("FINISH"));
  EXPECT_EQ(probes(it), 1);
  EXPECT_FALSE(it.driver.status().developer_mode);
}

TEST(ModeOf, a_held_printer_is_left_in_peace) {
  Connection it;
  it.start();
  it.driver.hold_connection(true);
  it.hear(Connection::whole("IDLE"));
  EXPECT_EQ(probes(it), 0);
}

// ---- refusals of commands ----

TEST_F(Mode, a_start_that_is_only_repeated_is_refused_once_the_message_shows) {
  ASSERT_TRUE(send(it, PrintAction::start));
  answer(it, "project_file", "");
  EXPECT_TRUE(it.told<CommandAnswered>().empty()) << "no result proves nothing";
  it.hear(Connection::whole("IDLE", unverified));
  ASSERT_EQ(it.told<CommandAnswered>().size(), 1u);
  const auto answered = it.told<CommandAnswered>()[0];
  EXPECT_EQ(answered.action, PrintAction::start);
  EXPECT_FALSE(answered.accepted);
  EXPECT_TRUE(answered.developer_mode_off);
  EXPECT_EQ(mode(), DeveloperMode::off);
  it.hear(Connection::whole("IDLE", unverified));
  EXPECT_EQ(it.told<CommandAnswered>().size(), 1u) << "told once";
}

TEST_F(Mode, a_command_that_is_only_repeated_beside_the_message_is_refused_at_once) {
  it.hear(Connection::whole("RUNNING", unverified));
  ASSERT_TRUE(send(it, PrintAction::pause));
  answer(it, "pause", "");
  ASSERT_EQ(it.told<CommandAnswered>().size(), 1u);
  EXPECT_TRUE(it.told<CommandAnswered>()[0].developer_mode_off);
}

TEST_F(Mode, the_message_alone_refuses_no_command) {
  ASSERT_TRUE(send(it, PrintAction::start));
  it.hear(Connection::whole("IDLE", unverified));
  it.wait(Minutes(1));
  EXPECT_TRUE(it.told<CommandAnswered>().empty());
}

TEST(DeveloperModeHelp, says_for_every_family_what_to_press_and_fits_the_wire) {
  for (const auto family : {Family::x1, Family::p1, Family::a1, Family::usb, Family::unknown}) {
    const auto help = developer_mode_help(family);
    EXPECT_NE(help.find("LAN Only Mode"), std::string::npos);
    EXPECT_NE(help.find("Developer Mode"), std::string::npos);
    EXPECT_NE(help.find("access code"), std::string::npos);
    EXPECT_LT(help.size(), 240u);
  }
}

}  // namespace
}  // namespace pf::hub::bambu
