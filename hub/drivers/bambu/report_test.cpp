#include "hub/drivers/bambu/report.hpp"

#include <gtest/gtest.h>

#include "hub/drivers/bambu/message.hpp"

namespace pf::hub::bambu {
namespace {

std::string printed(std::string_view members) {
  return "{\"print\":{" + std::string(members) + "}}";
}

Report merged(std::initializer_list<std::string_view> messages) {
  Report report;
  for (const auto message : messages)
    EXPECT_TRUE(merge_report(printed(message), report)) << message;
  return report;
}

TEST(Report, a_delta_changes_only_what_it_names) {
  const auto report = merged(
      {R"("gcode_state":"RUNNING","mc_percent":5,"total_layer_num":90)", R"("mc_percent":6)"});
  EXPECT_EQ(text(report.gcode_state), "RUNNING");
  EXPECT_EQ(number(report.mc_percent), 6);
  EXPECT_EQ(number(report.total_layer_num), 90);
}

TEST(Report, ams_with_only_tray_now_keeps_its_units) {
  const auto report =
      merged({R"("ams":{"ams":[{"id":"0","humidity":"4","tray":[{"id":"1","tray_type":"PLA"}]}],
          "tray_now":"255"})",
              R"("ams":{"tray_now":"1"})"});
  ASSERT_EQ(report.ams->ams->items.size(), 1u);
  EXPECT_EQ(number(report.ams->tray_now), 1);
  EXPECT_EQ(text(report.ams->ams->items[0].tray->items[0].tray_type), "PLA");
}

TEST(Report, units_and_trays_merge_by_id_wherever_the_id_stands) {
  const auto report =
      merged({R"("ams":{"ams":[{"id":"0","tray":[{"id":"0","tray_type":"PLA"},
                                          {"id":"1","tray_type":"ABS"}]},
                        {"humidity":"2","id":"1"}]})",
              R"("ams":{"ams":[{"tray":[{"state":10,"id":"1"}],"id":0},{"id":"2"}]})"});
  const auto& units = report.ams->ams->items;
  ASSERT_EQ(units.size(), 3u);
  ASSERT_EQ(units[0].tray->items.size(), 2u);
  EXPECT_EQ(text(units[0].tray->items[0].tray_type), "PLA");
  EXPECT_EQ(text(units[0].tray->items[1].tray_type), "ABS");
  EXPECT_EQ(number(units[0].tray->items[1].state), 10);
  EXPECT_EQ(number(units[1].humidity), 2);
}

TEST(Report, lights_merge_by_node_and_extruders_and_nozzles_by_id) {
  const auto report = merged(
      {R"("lights_report":[{"node":"chamber_light","mode":"on"},{"node":"work_light","mode":"on"}],
          "device":{"extruder":{"state":2,"info":[{"id":0,"temp":40,"snow":3},{"id":1,"temp":41}]},
                    "nozzle":{"info":[{"id":0,"diameter":0.4},{"id":1,"diameter":0.4}]}})",
       R"("lights_report":[{"node":"work_light","mode":"off"}],
          "device":{"extruder":{"info":[{"id":1,"temp":50}]},
                    "nozzle":{"info":[{"id":1,"diameter":0.6}]}})"});
  EXPECT_EQ(text(report.lights_report->find("chamber_light")->mode), "on");
  EXPECT_EQ(text(report.lights_report->find("work_light")->mode), "off");
  const auto& extruder = *report.device->extruder;
  EXPECT_EQ(number(extruder.state), 2);
  EXPECT_EQ(number(extruder.info->find("0")->snow), 3);
  EXPECT_EQ(number(extruder.info->find("1")->temp), 50);
  EXPECT_EQ(number(report.device->nozzle->info->find("0")->diameter), 0.4);
  EXPECT_EQ(number(report.device->nozzle->info->find("1")->diameter), 0.6);
}

TEST(Report, other_lists_are_replaced_and_an_empty_hms_clears) {
  auto report = merged({R"("hms":[{"attr":1,"code":2},{"attr":3,"code":4}])"});
  EXPECT_EQ(report.hms->items.size(), 2u);
  EXPECT_TRUE(merge_report(printed(R"("mc_percent":1)"), report));
  EXPECT_EQ(report.hms->items.size(), 2u);
  EXPECT_TRUE(merge_report(printed(R"("hms":[{"attr":5,"code":6}])"), report));
  EXPECT_EQ(number(report.hms->items.at(0).attr), 5);
  EXPECT_TRUE(merge_report(printed(R"("hms":[])"), report));
  EXPECT_TRUE(report.hms->items.empty());
}

TEST(Report, colors_of_a_tray_are_replaced_not_added) {
  const auto report = merged({R"("ams":{"ams":[{"id":"0","tray":[{"id":"0","cols":["A","B"]}]}]})",
                              R"("ams":{"ams":[{"id":"0","tray":[{"id":"0","cols":["C"]}]}]})"});
  ASSERT_EQ(report.ams->ams->items[0].tray->items[0].cols->items.size(), 1u);
  EXPECT_EQ(report.ams->ams->items[0].tray->items[0].cols->items[0].value, "C");
}

TEST(Report, numbers_may_come_as_text_and_texts_as_numbers) {
  const auto report = merged({R"("mc_percent":"42","nozzle_temper":"210.5","subtask_name":12,
          "fun":"1F","print_error":false)"});
  EXPECT_EQ(number(report.mc_percent), 42);
  EXPECT_EQ(number(report.nozzle_temper), 210.5);
  EXPECT_EQ(text(report.subtask_name), "12");
  EXPECT_EQ(bits(report.fun), 0x1fu);
}

TEST(Report, what_makes_no_sense_is_unknown_and_harms_nothing_else) {
  const auto report = merged({R"("mc_percent":50,"ams":{"tray_now":"3"})",
                              R"("mc_percent":"many","layer_num":{"a":1},"bed_temper":[1],
                                 "nozzle_temper":1e999,"chamber_temper":"nan","fun":"xyz",
                                 "ams":"","device":[],"net":5,"lights_report":{},"hms":"none",
                                 "subtask_name":{"x":[]},"gcode_state":"RUNNING")"});
  EXPECT_FALSE(number(report.mc_percent));
  EXPECT_FALSE(number(report.layer_num));
  EXPECT_FALSE(number(report.bed_temper));
  EXPECT_FALSE(number(report.nozzle_temper));
  EXPECT_FALSE(number(report.chamber_temper));
  EXPECT_FALSE(bits(report.fun));
  EXPECT_EQ(number(report.ams->tray_now), 3);
  EXPECT_EQ(text(report.subtask_name), "");
  EXPECT_EQ(text(report.gcode_state), "RUNNING");
}

TEST(Report, null_makes_unknown) {
  const auto report = merged({R"("mc_percent":50,"device":{"extruder":{"state":1}})",
                              R"("mc_percent":null,"device":null)"});
  EXPECT_FALSE(report.mc_percent);
  EXPECT_FALSE(report.device);
}

TEST(Report, broken_utf8_in_a_name_is_replaced) {
  const auto report = merged({"\"subtask_name\":\"caf\xe9\""});
  EXPECT_EQ(text(report.subtask_name), "caf\xef\xbf\xbd");
}

TEST(Report, lists_are_limited) {
  std::string units, hms;
  for (int i = 0; i < 100; ++i) {
    units += (i ? "," : "") + ("{\"id\":\"" + std::to_string(i) + "\"}");
    hms += i ? ",{\"attr\":1,\"code\":2}" : "{\"attr\":1,\"code\":2}";
  }
  const auto report = merged({"\"ams\":{\"ams\":[" + units + "]},\"hms\":[" + hms + "]"});
  EXPECT_EQ(report.ams->ams->items.size(), ams_units_max);
  EXPECT_EQ(report.hms->items.size(), hms_max);
}

TEST(Report, a_message_that_breaks_off_leaves_nothing_behind) {
  auto report = merged({R"("mc_percent":50)"});
  for (const auto* broken :
       {R"({"print":{"mc_percent":60)", R"({"print":{"mc_percent":60}} x)", R"({"print":[]})", "",
        R"({"print":{"mc_percent":60,"mc_percent":61}})", "\x01",
        R"({"print":{"mc_percent":60,]}})"}) {
    merge_report(broken, report);
    EXPECT_EQ(number(report.mc_percent), 50) << broken;
  }
}

// ---- what kind of message ----

template <class Kind>
Kind classified(std::string_view message) {
  auto result = classify(message);
  EXPECT_TRUE(std::holds_alternative<Kind>(result)) << message << " is " << result.index();
  return std::holds_alternative<Kind>(result) ? std::get<Kind>(result) : Kind{};
}

TEST(Message, reports_are_whole_or_partial) {
  constexpr auto all = R"("gcode_state":"IDLE","print_error":0,"home_flag":1)";
  const auto with = [&](std::string_view more) {
    return printed(std::string(all) + std::string(more));
  };
  EXPECT_TRUE(classified<StateReport>(with(R"(,"msg":0,"command":"push_status")")).whole);
  EXPECT_TRUE(classified<StateReport>(with("")).whole) << "an H2D sends no msg";
  EXPECT_FALSE(classified<StateReport>(with(R"(,"msg":1)")).whole);
  EXPECT_FALSE(classified<StateReport>(printed(R"("msg":0,"ams":{})")).whole);
  EXPECT_FALSE(classified<StateReport>(printed(R"("stat":"46A58008")")).whole);
  EXPECT_FALSE(classified<StateReport>(printed("")).whole);
}

TEST(Message, answers_are_never_taken_for_reports) {
  const auto echo = classified<Answer>(
      R"({"print":{"command":"project_file","sequence_id":"9","subtask_name":"new",
          "result":"success","reason":"ok"}})");
  EXPECT_EQ(echo.command, "project_file");
  EXPECT_EQ(echo.sequence_id, "9");
  EXPECT_EQ(echo.result, "success");
  const auto without_command =
      classified<Answer>(R"({"print":{"sequence_id":"1","param":"G28","result":"success"}})");
  EXPECT_EQ(without_command.command, "");
  const auto bare = classified<Answer>(R"({"print":{"command":"project_file","sequence_id":3}})");
  EXPECT_FALSE(bare.result);
  EXPECT_EQ(bare.sequence_id, "3");
  EXPECT_EQ(classified<Answer>(R"({"print":{"err_code":84033543}})").error_code, 84033543);
  EXPECT_EQ(
      classified<Answer>(R"({"print":{"command":"ams_change_filament","errno":-2}})").error_code,
      -2);
}

TEST(Message, versions_and_the_rest_are_told_apart) {
  EXPECT_EQ(classified<VersionReport>(
                R"({"info":{"command":"get_version","module":[{"name":"ota","sw_ver":"01.07"}]}})")
                .firmware_version,
            "01.07");
  EXPECT_EQ(classified<VersionReport>(R"({"info":{"command":"get_version"}})").firmware_version,
            "");
  classified<OtherMessage>(R"({"system":{"command":"ledctrl","result":"success"}})");
  classified<OtherMessage>(R"({"mc_print":{"command":"push_info"}})");
  classified<OtherMessage>("{}");
  for (const auto* broken : {"", "[]", "{", "nonsense", R"({"print":{}} {)"}) {
    classified<BrokenMessage>(broken);
  }
}

}  // namespace
}  // namespace pf::hub::bambu
