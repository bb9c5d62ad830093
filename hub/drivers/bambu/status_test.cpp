#include "hub/drivers/bambu/status.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/random.hpp"
#include "hub/drivers/bambu/printer_view.hpp"
#include "protocol/json.hpp"

namespace pf::hub::bambu {
namespace {

std::string fixture(const std::string& name) {
  std::ifstream file("hub/drivers/bambu/fixtures/" + name);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A printer that sent these messages, the first of them whole.
PrinterView view_after(Family family, std::initializer_list<std::string> messages) {
  PrinterView view(family);
  view.begin_connection();
  for (const auto& message : messages) {
    const auto kind = classify(message);
    EXPECT_TRUE(std::holds_alternative<StateReport>(kind)) << message;
    view.read_state(message, std::get<StateReport>(kind));
  }
  return view;
}

std::string whole_report(std::string_view members) {
  return R"({"print":{"home_flag":256,)" + std::string(members) + "}}";
}
std::string state_report(std::string_view state, std::uint32_t error = 0,
                         std::string_view more = "") {
  return whole_report("\"gcode_state\":\"" + std::string(state) +
                      "\",\"print_error\":" + std::to_string(error) + std::string(more));
}

constexpr std::uint32_t user_stop = 50348044;     // 0300_400C
constexpr std::uint32_t cannot_parse = 83902467;  // 0500_4003

TEST(Status, an_a1_mini_says_what_it_has_and_no_more) {
  const auto view = view_after(Family::a1, {fixture("a1_mini_idle.json")});
  const auto& status = view.status();
  EXPECT_EQ(status.state, PrinterState::idle);
  EXPECT_EQ(status.temperatures->nozzle, Celsius(24.40625));
  EXPECT_EQ(status.temperatures->bed, Celsius(23.5)) << "though it came as text";
  EXPECT_FALSE(status.temperatures->chamber) << "5 degrees are the word for no sensor";
  EXPECT_EQ(status.nozzles->value.at(0).diameter, (Bounded<double, 0, 5>(0.4)));
  EXPECT_EQ(status.storage, Storage::normal);
  EXPECT_EQ(status.network->rssi, -51);
  EXPECT_EQ(status.lights->chamber, false);
  EXPECT_FALSE(status.developer_mode);
  EXPECT_FALSE(status.door_open);
  EXPECT_FALSE(status.stage);
  EXPECT_FALSE(status.progress_percent);
  EXPECT_FALSE(status.current_tray);
  EXPECT_TRUE(status.errors->empty());
}

TEST(Status, an_ams_lite_tells_its_filaments_but_measures_nothing) {
  const auto view = view_after(Family::a1, {fixture("a1_mini_idle.json")});
  ASSERT_EQ(view.status().ams_status->size(), 1u);
  const auto& unit = view.status().ams_status->value[0];
  EXPECT_EQ(unit.kind, AmsKind::ams_lite);
  EXPECT_FALSE(unit.humidity);
  EXPECT_FALSE(unit.temperature);
  EXPECT_FALSE(unit.drying);
  const auto& trays = unit.trays.value;
  ASSERT_EQ(trays.size(), 4u);
  EXPECT_EQ(trays[0].filament_type->value, "PLA");
  EXPECT_EQ(trays[0].colors.value.at(0).value, "#00AE42");
  EXPECT_EQ(trays[0].brand->value, "PLA Basic");
  EXPECT_EQ(trays[0].remaining_percent, Percent(62));
  EXPECT_EQ(trays[0].tag->value, "00000000000000000000000000000A11");
  EXPECT_EQ(trays[1].colors.value.at(0).value, "#1122337F");
  EXPECT_FALSE(trays[1].remaining_percent) << "without a tag nobody weighed it";
  EXPECT_FALSE(trays[1].tag);
  EXPECT_FALSE(trays[2].filament_type);
  EXPECT_FALSE(trays[3].filament_type) << "tray_exist_bits say that the slot was emptied";
}

TEST(Status, an_x1c_with_several_ams_reads_them_all) {
  const auto view = view_after(Family::x1, {fixture("x1c_finish.json")});
  const auto& status = view.status();
  EXPECT_EQ(status.state, PrinterState::idle);
  EXPECT_EQ(status.last_print, LastPrint::finished);
  EXPECT_EQ(status.temperatures->chamber, Celsius(27));
  EXPECT_FALSE(status.targets->chamber);
  EXPECT_EQ(status.developer_mode, DeveloperMode::off);
  EXPECT_EQ(status.door_open, false) << "an X1 says so in home_flag, not in stat";
  EXPECT_EQ(status.fans->chamber, Percent(60));
  EXPECT_EQ(status.speed_level, (Bounded<int, 1, 4>(3)));
  const auto& units = status.ams_status->value;
  ASSERT_EQ(units.size(), 3u) << "unit 3 was taken off";
  EXPECT_EQ(units[0].kind, AmsKind::ams);
  EXPECT_EQ(units[0].humidity, (Bounded<int, 0, 5>(4)));
  EXPECT_EQ(units[0].temperature, Celsius(26.2));
  EXPECT_EQ(units[0].drying, false);
  EXPECT_TRUE(units[0].trays.value[0].filament_type);
  EXPECT_FALSE(units[0].trays.value[1].filament_type);
  EXPECT_EQ(units[0].trays.value[2].colors.size(), 2u);
  EXPECT_FALSE(units[0].trays.value[2].remaining_percent);
  EXPECT_EQ(units[1].kind, AmsKind::ams_2_pro);
  EXPECT_EQ(units[1].drying, true);
  EXPECT_EQ(units[2].id, 128);
  EXPECT_EQ(units[2].kind, AmsKind::ams_ht);
  EXPECT_FALSE(units[2].humidity);
  EXPECT_EQ(units[2].trays.value[0].tag->value, "00000000000000C4");
  EXPECT_FALSE(status.current_tray);
}

TEST(Status, an_h2d_is_read_from_its_active_extruder) {
  const auto view = view_after(Family::usb, {fixture("h2d_running.json")});
  const auto& status = view.status();
  EXPECT_EQ(status.state, PrinterState::printing);
  EXPECT_EQ(status.stage, PrintStage::printing);
  EXPECT_EQ(status.temperatures->nozzle, Celsius(264)) << "the flat field shows the idle one";
  EXPECT_EQ(status.targets->nozzle, Celsius(225));
  EXPECT_EQ(status.temperatures->chamber, Celsius(48));
  EXPECT_EQ(status.targets->chamber, Celsius(60));
  ASSERT_EQ(status.nozzles->size(), 2u);
  EXPECT_TRUE(status.nozzles->value[0].active);
  EXPECT_FALSE(status.nozzles->value[1].active);
  EXPECT_EQ(status.nozzles->value[1].current, Celsius(40));
  EXPECT_EQ(status.nozzles->value[1].diameter, (Bounded<double, 0, 5>(0.6)));
  EXPECT_EQ(status.current_tray->value, "1:2") << "tray_now names a slot of an unnamed unit";
  EXPECT_EQ(status.progress_percent, Percent(58));
  EXPECT_EQ(status.layer_total, (Bounded<int, 0, 100'000>(1525)));
  EXPECT_EQ(status.time_remaining_minutes, (Bounded<int, 0, 100'000>(1620)));
  EXPECT_EQ(status.current_file->value, "gear-AAAABBBBCC");
  EXPECT_EQ(status.developer_mode, DeveloperMode::on);
  EXPECT_EQ(status.network->wired, true);
  EXPECT_FALSE(status.network->rssi);
  EXPECT_EQ(status.storage, Storage::abnormal);
  EXPECT_EQ(status.door_open, false);
  EXPECT_EQ(status.fans->part, Percent(100));
  EXPECT_EQ(status.fans->aux, Percent(10));
}

TEST(Status, partial_reports_of_an_h2d_change_its_extruder_and_door) {
  const auto view = view_after(Family::usb, {fixture("h2d_running.json"),
                                             R"({"print":{"device":{"extruder":{"state":274}}}})",
                                             R"({"print":{"stat":"46A58008"}})"});
  EXPECT_EQ(view.status().temperatures->nozzle, Celsius(40));
  EXPECT_TRUE(view.status().nozzles->value[1].active);
  EXPECT_EQ(view.status().door_open, true);
  EXPECT_EQ(view.status().current_tray->value, "external");
}

struct StateRow {
  std::string_view gcode_state;
  std::uint32_t error;
  PrinterState state;
  std::optional<PrintStage> stage;
  bool startable;
  bool active;
};

TEST(Status, states_follow_the_table_of_the_wire) {
  const StateRow rows[] = {
      {"IDLE", 0, PrinterState::idle, {}, true, false},
      {"FINISH", 0, PrinterState::idle, {}, true, false},
      {"FAILED", 0, PrinterState::idle, {}, true, false},
      {"FAILED", 0x03003FFF, PrinterState::idle, {}, true, false},
      {"FAILED", cannot_parse, PrinterState::error, {}, false, false},
      {"FAILED", user_stop, PrinterState::idle, {}, false, false},
      {"PREPARE", 0, PrinterState::printing, PrintStage::preparing, false, true},
      {"SLICING", 0, PrinterState::printing, PrintStage::preparing, false, true},
      {"INIT", 0, PrinterState::printing, PrintStage::preparing, false, true},
      {"RUNNING", 0, PrinterState::printing, PrintStage::printing, false, true},
      {"PAUSE", 0x07008011, PrinterState::paused, PrintStage::printing, false, true},
  };
  for (const auto& row : rows) {
    const auto view = view_after(Family::p1, {state_report(row.gcode_state, row.error)});
    const std::string what = std::string(row.gcode_state) + " " + std::to_string(row.error);
    EXPECT_EQ(view.status().state, row.state) << what;
    EXPECT_EQ(view.status().stage, row.stage) << what;
    EXPECT_EQ(view.observation().startable, row.startable) << what;
    EXPECT_EQ(view.observation().active, row.active) << what;
  }
}

TEST(Status, an_unheard_of_state_keeps_the_last_known_one_and_starts_nothing) {
  for (const auto* odd : {"UNKNOWN", "OFFLINE", "", "running", "PRINTING", "FINISHED"}) {
    const auto view = view_after(Family::p1, {state_report("RUNNING"), state_report(odd)});
    EXPECT_EQ(view.status().state, PrinterState::printing) << odd;
    EXPECT_EQ(view.status().stage, PrintStage::unknown) << odd;
    EXPECT_FALSE(view.observation().startable) << odd;
  }
}

TEST(Status, stages_of_a_running_print) {
  const std::pair<int, PrintStage> rows[] = {
      {0, PrintStage::printing},           {255, PrintStage::printing},
      {-1, PrintStage::printing},          {2, PrintStage::preparing},
      {14, PrintStage::preparing},         {4, PrintStage::changing_filament},
      {22, PrintStage::changing_filament}, {24, PrintStage::changing_filament},
      {16, PrintStage::printing},          {35, PrintStage::printing}};
  for (const auto& [number, stage] : rows) {
    const auto more = ",\"stg_cur\":" + std::to_string(number);
    EXPECT_EQ(view_after(Family::a1, {state_report("RUNNING", 0, more)}).status().stage, stage)
        << number;
  }
}

TEST(Status, a_calibration_from_the_menu_is_no_print) {
  const auto view =
      view_after(Family::a1, {state_report("RUNNING", 0, R"(,"print_type":"system")")});
  EXPECT_EQ(view.status().stage, PrintStage::calibrating);
  EXPECT_EQ(view.observation().print_type, PrintType::system);
}

TEST(Status, a_stop_at_the_screen_is_a_stop_and_no_fault) {
  const auto view = view_after(
      Family::p1,
      {state_report("RUNNING"), state_report("FAILED", user_stop), state_report("FAILED", 0)});
  EXPECT_EQ(view.status().last_print, LastPrint::stopped);
  EXPECT_TRUE(view.status().errors->empty());
  EXPECT_FALSE(view.status().error_code);
  const auto during =
      view_after(Family::p1, {state_report("RUNNING"), state_report("FAILED", user_stop)});
  EXPECT_TRUE(during.status().errors->empty());
  EXPECT_EQ(during.observation().print_error, user_stop);
}

TEST(Status, a_failure_stays_one_after_its_error_was_cleared) {
  const auto view = view_after(
      Family::p1,
      {state_report("PREPARE"), state_report("FAILED", cannot_parse), state_report("FAILED", 0)});
  EXPECT_EQ(view.status().last_print, LastPrint::failed);
}

TEST(Status, the_end_of_a_print_that_nobody_saw_is_unknown) {
  EXPECT_FALSE(view_after(Family::p1, {state_report("FAILED")}).status().last_print);
  EXPECT_FALSE(view_after(Family::p1, {state_report("IDLE")}).status().last_print);
  EXPECT_EQ(
      view_after(Family::p1, {state_report("RUNNING"), state_report("FAILED")}).status().last_print,
      LastPrint::stopped);
  EXPECT_FALSE(view_after(Family::p1, {state_report("FINISH"), state_report("RUNNING")})
                   .status()
                   .last_print);
}

TEST(Status, a_filament_runout_is_a_pause_that_says_which_unit_and_what_to_do) {
  auto view = view_after(Family::p1, {state_report("RUNNING")});
  const std::string runout =
      R"({"print":{"gcode_state":"PAUSE","stg_cur":6,)"
      R"("print_error":117538833,"hms":[{"attr":117637376,"code":131073}]}})";
  view.read_state(runout, StateReport{false});
  EXPECT_EQ(view.status().state, PrinterState::paused);
  EXPECT_TRUE(view.observation().active) << "it goes on after resume";
  const auto& errors = view.status().errors->value;
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[0].code.value, "0701_8011");
  EXPECT_EQ(errors[0].text.value.find("AMS B: The filament ran out."), 0u);
  EXPECT_EQ(errors[1].severity, ErrorSeverity::serious);
  view.read_state(R"({"print":{"gcode_state":"RUNNING","print_error":0,"hms":[]}})",
                  StateReport{false});
  EXPECT_EQ(view.status().state, PrinterState::printing);
  EXPECT_TRUE(view.status().errors->empty());
}

TEST(Status, errors_have_the_vendors_codes) {
  const auto view = view_after(
      Family::x1,
      {state_report("PAUSE", 0x07008011,
                    R"(,"hms":[{"attr":50331904,"code":65540},{"attr":"201326592","code":262145},
                                           {"attr":1}])")});
  EXPECT_EQ(view.status().error_code->value, "0700_8011");
  const auto& errors = view.status().errors->value;
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_EQ(errors[0].code.value, "0700_8011");
  EXPECT_EQ(errors[1].code.value, "HMS_0300_0100_0001_0004");
  EXPECT_EQ(errors[1].severity, ErrorSeverity::fatal);
  EXPECT_EQ(errors[2].code.value, "HMS_0C00_0000_0004_0001");
  EXPECT_EQ(errors[2].severity, ErrorSeverity::info);
}

TEST(Status, developer_mode_is_known_by_fun_else_by_its_message_else_by_answers) {
  const auto mode = [](std::string_view more) {
    return view_after(Family::p1, {state_report("IDLE", 0, more)}).status().developer_mode;
  };
  constexpr auto refused = R"("hms":[{"attr":83887360,"code":65543}])";
  EXPECT_EQ(mode(R"(,"fun":"3EC1AFFF9CFF")"), DeveloperMode::off);
  EXPECT_EQ(mode(R"(,"fun":"3EC18FFF9CFF")"), DeveloperMode::on);
  EXPECT_EQ(mode(std::string(",") + refused), DeveloperMode::off);
  EXPECT_EQ(mode(std::string(R"(,"fun":"3EC18FFF9CFF",)") + refused), DeveloperMode::on);
  EXPECT_FALSE(mode("")) << "neither said nor asked";

  auto view = view_after(Family::p1, {state_report("IDLE")});
  EXPECT_TRUE(view.learn_developer_mode(DeveloperMode::off));
  EXPECT_EQ(view.status().developer_mode, DeveloperMode::off);
  EXPECT_FALSE(view.learn_developer_mode(DeveloperMode::off));
  EXPECT_TRUE(view.learn_developer_mode(DeveloperMode::unknown));
  EXPECT_EQ(view.status().developer_mode, DeveloperMode::unknown);
  view.begin_connection();
  const auto idle = state_report("IDLE");
  view.read_state(idle, StateReport{true});
  EXPECT_FALSE(view.status().developer_mode);
}

TEST(Status, chamber_of_five_degrees_is_a_sensor_only_where_there_is_one) {
  const auto chamber = [](Family family, std::string_view value) {
    return view_after(family,
                      {state_report("IDLE", 0, ",\"chamber_temper\":" + std::string(value))})
        .status()
        .temperatures->chamber;
  };
  EXPECT_FALSE(chamber(Family::p1, "5"));
  EXPECT_FALSE(chamber(Family::a1, "25"));
  EXPECT_FALSE(chamber(Family::unknown, "5"));
  EXPECT_EQ(chamber(Family::unknown, "25"), Celsius(25));
  EXPECT_EQ(chamber(Family::x1, "5"), Celsius(5));
  EXPECT_FALSE(chamber(Family::x1, "5000"));
}

TEST(Status, tray_now_names_unit_and_slot) {
  const auto tray = [](std::string_view now) {
    const auto view = view_after(
        Family::p1,
        {state_report("IDLE", 0, ",\"ams\":{\"tray_now\":\"" + std::string(now) + "\"}")});
    return view.status().current_tray ? view.status().current_tray->value : "none";
  };
  EXPECT_EQ(tray("0"), "0:0");
  EXPECT_EQ(tray("7"), "1:3");
  EXPECT_EQ(tray("130"), "130:0");
  EXPECT_EQ(tray("254"), "external");
  for (const auto* none : {"255", "99", "-1", "x", ""}) EXPECT_EQ(tray(none), "none") << none;
}

TEST(Status, the_ams_lite_of_an_a2l_has_a_number_and_bits_of_its_own) {
  const auto view = view_after(
      Family::a1,
      {state_report("IDLE", 0,
                    R"(,"ams":{"ams_exist_bits":"1","tray_exist_bits":"2000000","tray_now":"1",
              "ams":[{"id":"16","info":"2","tray":[{"id":"0","tray_type":"PLA"},
                                                   {"id":"1","tray_type":"PETG"}]}]},
              "device":{"extruder":{"state":1,"info":[{"id":0,"snow":4097}]}})")});
  const auto& unit = view.status().ams_status->value.at(0);
  EXPECT_EQ(unit.id, 16);
  EXPECT_EQ(unit.kind, AmsKind::ams_lite);
  EXPECT_FALSE(unit.trays.value.at(0).filament_type) << "its bit says it is empty";
  EXPECT_EQ(unit.trays.value.at(1).filament_type->value, "PETG");
  EXPECT_EQ(view.status().current_tray->value, "16:1");
}

TEST(Status, values_out_of_range_are_unknown) {
  const auto view = view_after(
      Family::p1,
      {state_report(
          "RUNNING", 0,
          R"(,"mc_percent":101,"layer_num":-1,"total_layer_num":0,"mc_remaining_time":"soon",
                       "nozzle_temper":9999,"bed_temper":-300,"spd_lvl":7,"cooling_fan_speed":"16",
                       "wifi_signal":"strong","nozzle_diameter":"fine")")});
  const auto& status = view.status();
  EXPECT_FALSE(status.progress_percent);
  EXPECT_FALSE(status.layer_current);
  EXPECT_FALSE(status.layer_total);
  EXPECT_FALSE(status.time_remaining_minutes);
  EXPECT_FALSE(status.temperatures->nozzle);
  EXPECT_FALSE(status.temperatures->bed);
  EXPECT_FALSE(status.speed_level);
  EXPECT_FALSE(status.fans->part);
  EXPECT_FALSE(status.network);
  EXPECT_FALSE(view.observation().layers);
  EXPECT_FALSE(view.observation().mc_percent);
}

TEST(Status, a_long_name_is_cut_between_characters) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "\xe2\x82\xac";  // Euro signs, 3 bytes each.
  const auto view =
      view_after(Family::p1, {state_report("RUNNING", 0, ",\"subtask_name\":\"" + name + "\"")});
  EXPECT_EQ(view.status().current_file->value, name.substr(0, 198));
  EXPECT_EQ(view.observation().subtask_name, name) << "evidence is not cut";
}

TEST(PrinterView, nothing_is_known_before_the_first_whole_report) {
  auto view = view_after(Family::p1, {R"({"print":{"gcode_state":"FINISH","msg":1}})"});
  EXPECT_FALSE(view.observation().known);
  EXPECT_EQ(view.status().state, PrinterState::offline);
  const auto whole = state_report("IDLE");
  EXPECT_TRUE(view.read_state(whole, StateReport{true}));
  EXPECT_TRUE(view.observation().known);
  EXPECT_FALSE(view.read_state(whole, StateReport{true})) << "nothing changed";
}

TEST(PrinterView, the_status_outlives_a_connection_but_evidence_does_not) {
  auto view = view_after(Family::usb, {fixture("h2d_running.json")});
  view.end_connection();
  EXPECT_EQ(view.status().state, PrinterState::offline);
  EXPECT_TRUE(view.status().temperatures->nozzle);
  EXPECT_FALSE(view.observation().known);
  EXPECT_EQ(view.observation(), PrintObservation{});
  view.begin_connection();
  const std::string delta = R"({"print":{"mc_percent":59,"msg":1}})";
  EXPECT_FALSE(view.read_state(delta, StateReport{false}));
  EXPECT_FALSE(view.observation().known) << "a delta to a state of before says nothing";
}

// Whatever a printer sends, the cloud must be able to read what the hub makes of it.
TEST(PrinterView, damaged_reports_never_lead_off_the_wire) {
  SeededRandom random(3);
  int taken = 0;
  for (const auto* name : {"a1_mini_idle.json", "x1c_finish.json", "h2d_running.json"}) {
    const auto good = fixture(name);
    PrinterView view(Family::usb);
    for (int round = 0; round < 2000; ++round) {
      auto message = good;
      for (auto flips = 1 + random.below(6); flips > 0; --flips) {
        const auto at = random.below(message.size());
        const bool digit = message[at] >= '0' && message[at] <= '9';
        // Digits become other digits, so that most reports stay JSON and reach the rules.
        message[at] = digit ? static_cast<char>('0' + random.below(10))
                            : static_cast<char>(random.below(20) ? message[at] : random.below(256));
      }
      const auto kind = classify(message);
      if (const auto* report = std::get_if<StateReport>(&kind)) {
        view.read_state(message, *report);
        ++taken;
      }
      const auto wire = json::encode(view.status());
      const auto read = json::decode<PrinterStatus>(wire, {json::UnknownKeys::refuse});
      ASSERT_TRUE(read) << read.error().text() << "\n" << wire << "\n" << message;
    }
  }
  EXPECT_GT(taken, 1000);
}

TEST(PrinterView, a_new_connection_starts_from_nothing) {
  auto view = view_after(Family::x1, {fixture("x1c_finish.json")});
  EXPECT_TRUE(view.status().ams_status);
  view.end_connection();
  view.begin_connection();
  const auto bare = state_report("IDLE");
  EXPECT_TRUE(view.read_state(bare, StateReport{true}));
  EXPECT_FALSE(view.status().ams_status);
  EXPECT_EQ(view.observation().subtask_name, "");
}

TEST(PrinterView, versions_are_shown) {
  auto view = view_after(Family::a1, {fixture("a1_mini_idle.json")});
  const auto message = classify(fixture("a1_mini_version.json"));
  EXPECT_TRUE(view.read_version(std::get<VersionReport>(message)));
  EXPECT_EQ(view.status().firmware_version->value, "01.07.02.00");
  EXPECT_FALSE(view.read_version(VersionReport{}));
}

}  // namespace
}  // namespace pf::hub::bambu
