#include "sim/act.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pf::sim {
namespace {

struct Holder {
  Act act;
  FIELDS(act)
};

Result<Holder, json::Fault> read(const std::string& act) {
  return json::decode<Holder>("{\"act\":" + act + "}", {json::UnknownKeys::refuse});
}

TEST(Act, IsReadByItsType) {
  const auto late = read(R"({"type":"start_late","seconds":210,"starts":2})");
  ASSERT_TRUE(late);
  const auto& act = std::get<StartLate>(std::get<PrinterAct>(late->act.value));
  EXPECT_EQ(act.seconds, 210);
  EXPECT_EQ(*act.starts, 2);
  EXPECT_EQ(late->act.name(), "start_late");

  const auto moved = read(R"({"type":"change_address","ip_address":"127.1.2.3"})");
  ASSERT_TRUE(moved);
  EXPECT_EQ(std::get<ChangeAddress>(std::get<NetworkAct>(moved->act.value)).ip_address,
            "127.1.2.3");

  const auto stalled = read(R"({"after_bytes":5,"type":"stall_upload","channel":"control"})");
  ASSERT_TRUE(stalled) << "the type may stand anywhere";
  EXPECT_EQ(std::get<StallUpload>(std::get<CardAct>(stalled->act.value)).channel,
            FtpChannel::control);
}

TEST(Act, NeedsNoMoreThanItsTypeWhereThereIsNothingToSay) {
  for (const auto* type : {"press_pause", "press_resume", "press_stop", "run_out_of_filament",
                           "insert_filament", "clear_health", "fall_silent", "drop_connections",
                           "calibrate_at_screen", "dismiss_error"}) {
    const auto act = read("{\"type\":\"" + std::string(type) + "\"}");
    ASSERT_TRUE(act) << type;
    EXPECT_EQ(act->act.name(), type);
  }
}

TEST(Act, SaysWhereItIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "act.type: is missing"},
      {R"({"type":""})", "act.type: is missing"},
      {R"({"type":"explode"})", "act.type: must be one of press_pause"},
      {R"({"type":7})", "act"},
      {R"("press_stop")", "act: must be an object"},
      {R"({"type":"press_stop","hard":true})", "act.hard: is not a known field"},
      {R"({"type":"start_late"})", "act.seconds: is missing"},
      {R"({"type":"start_late","seconds":-1})", "act.seconds: must be between"},
      {R"({"type":"start_late","seconds":1,"starts":0})", "act.starts: must be between"},
      {R"({"type":"fail_print","print_error":0})", "act.print_error: must be between"},
      {R"({"type":"fail_print","print_error":4294967296})", "act.print_error: is a number out"},
      {R"({"type":"switch_developer_mode","on":false,"refusal":"rude"})",
       "act.refusal: must be one of full code_only bare silent"},
      {R"({"type":"change_access_code","access_code":"1234567"})", "act.access_code: must have"},
      {R"({"type":"occupy_clients","clients":17})", "act.clients: must be between"},
      {R"({"type":"stall_upload"})", "act.channel: is missing"},
      {R"({"type":"press_stop","type":"press_stop"})", "act"},
  };
  for (const auto& [text, says] : cases) {
    const auto act = read(text);
    ASSERT_FALSE(act) << text;
    EXPECT_EQ(act.error().text().find(says), 0u) << act.error().text();
  }
}

}  // namespace
}  // namespace pf::sim
