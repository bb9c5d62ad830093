// Reads what real printers sent. The captures are not part of the project; the synthetic reports in
// fixtures/ cover the same ground where they are absent.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "hub/drivers/bambu/printer_view.hpp"
#include "protocol/json.hpp"

namespace pf::hub::bambu {
namespace {

namespace fs = std::filesystem;
const fs::path captures = "../shared/bambu/data/mqtt";

#define NEEDS_CAPTURES() \
  if (!fs::exists(captures)) GTEST_SKIP() << "no captures of real printers beside the project"

std::string content(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Family family_in(const std::string& file_name) {
  if (file_name.find("A1") != std::string::npos) return Family::a1;
  if (file_name.find("P1") != std::string::npos) return Family::p1;
  if (file_name.find("X1") != std::string::npos) return Family::x1;
  return Family::usb;
}

PrinterView view_of(const std::string& name) {
  PrinterView view(family_in(name));
  view.begin_connection();
  const auto message = content(captures / "full" / (name + ".json"));
  const auto kind = classify(message);
  EXPECT_TRUE(std::holds_alternative<StateReport>(kind));
  view.read_state(message, std::get<StateReport>(kind));
  return view;
}

TEST(Captures, every_full_report_is_whole_and_speaks_the_wire) {
  NEEDS_CAPTURES();
  int read = 0;
  for (const auto& entry : fs::directory_iterator(captures / "full")) {
    const auto name = entry.path().stem().string();
    const auto message = content(entry.path());
    const auto kind = classify(message);
    ASSERT_TRUE(std::holds_alternative<StateReport>(kind)) << name;
    EXPECT_TRUE(std::get<StateReport>(kind).whole) << name;
    const auto view = view_of(name);
    EXPECT_TRUE(view.observation().known) << name;
    EXPECT_NE(view.status().state, PrinterState::offline) << name;
    EXPECT_TRUE(view.status().temperatures->nozzle) << name;
    EXPECT_TRUE(view.status().temperatures->bed) << name;
    EXPECT_TRUE(view.status().ams_status) << name;
    EXPECT_TRUE(view.status().storage) << name;
    EXPECT_TRUE(view.status().speed_level) << name;
    EXPECT_TRUE(view.status().lights) << name;
    EXPECT_TRUE(view.status().network) << name;
    const auto wire = json::encode(view.status());
    const auto back = json::decode<PrinterStatus>(wire, {json::UnknownKeys::refuse});
    EXPECT_TRUE(back) << name << ": " << (back ? "" : back.error().text());
    ++read;
  }
  EXPECT_GE(read, 10);
}

TEST(Captures, an_a1_mini) {
  NEEDS_CAPTURES();
  const auto view = view_of("A1MINI_01.07.02.00_idle_bambu-rs");
  EXPECT_EQ(view.status().state, PrinterState::idle);
  EXPECT_EQ(view.status().temperatures->nozzle, Celsius(27.21875));
  EXPECT_EQ(view.status().temperatures->bed, Celsius(26.53125));
  EXPECT_FALSE(view.status().temperatures->chamber);
  const auto& unit = view.status().ams_status->value.at(0);
  EXPECT_EQ(unit.kind, AmsKind::ams_lite);
  ASSERT_EQ(unit.trays.size(), 4u);
  EXPECT_EQ(unit.trays.value[2].filament_type->value, "PETG");
  EXPECT_FALSE(unit.trays.value[2].remaining_percent) << "it says 0 of every spool";
  EXPECT_EQ(unit.trays.value[2].colors.value.at(0).value, "#D6ABFF80");
  EXPECT_FALSE(view.status().developer_mode);
  EXPECT_TRUE(view.observation().startable);
}

TEST(Captures, an_x1c_with_three_ams_and_an_ht) {
  NEEDS_CAPTURES();
  const auto view = view_of("X1C_01.09.00.01_finish_2ams1-1ams2-1amsht");
  const auto& units = view.status().ams_status->value;
  ASSERT_EQ(units.size(), 4u);
  EXPECT_EQ(units[0].kind, AmsKind::ams);
  EXPECT_EQ(units[0].trays.value.at(0).remaining_percent, Percent(93));
  EXPECT_EQ(units[2].kind, AmsKind::ams_2_pro);
  EXPECT_EQ(units[2].drying, true);
  EXPECT_FALSE(units[2].trays.value.at(0).filament_type);
  EXPECT_EQ(units[2].trays.value.at(1).filament_type->value, "ABS");
  EXPECT_EQ(units[3].id, 128);
  EXPECT_EQ(units[3].trays.value.at(0).filament_type->value, "PA-CF");
  EXPECT_EQ(view.status().temperatures->chamber, Celsius(25));
  EXPECT_EQ(view.status().last_print, LastPrint::finished);
  EXPECT_EQ(view.observation().mc_percent, 100);
  EXPECT_FALSE(view.status().current_tray);
}

TEST(Captures, running_h2d_and_h2s) {
  NEEDS_CAPTURES();
  const auto heating = view_of("H2D_01.01.02.07_running_h2d");
  EXPECT_EQ(heating.status().state, PrinterState::printing);
  EXPECT_EQ(heating.status().stage, PrintStage::preparing);
  EXPECT_EQ(heating.status().temperatures->nozzle, Celsius(264));
  EXPECT_EQ(heating.status().targets->nozzle, Celsius(225));
  EXPECT_EQ(heating.status().temperatures->chamber, Celsius(48));
  EXPECT_EQ(heating.status().targets->chamber, Celsius(60));
  EXPECT_EQ(heating.status().current_tray->value, "128:0");
  EXPECT_EQ(heating.status().developer_mode, DeveloperMode::off);

  const auto second = view_of("H2D_01.01.01.00_running_h2d");
  EXPECT_EQ(second.status().temperatures->nozzle, Celsius(245));
  EXPECT_EQ(second.status().current_tray->value, "1:3");

  const auto external = view_of("H2D_01.01.02.08_running_h2dextspoolactive");
  EXPECT_EQ(external.status().current_tray->value, "external");
  EXPECT_EQ(external.status().storage, Storage::none);
  EXPECT_EQ(external.status().ams_status->size(), 6u);
  EXPECT_EQ(external.status().progress_percent, Percent(58));

  const auto h2s = view_of("H2S_01.01.00.00_running_h2s");
  EXPECT_EQ(h2s.status().temperatures->nozzle, Celsius(275));
  EXPECT_EQ(h2s.status().temperatures->chamber, Celsius(60));
  EXPECT_EQ(h2s.status().current_tray->value, "0:0");
  EXPECT_EQ(h2s.observation().layers, 75);
}

TEST(Captures, an_h2d_with_six_units_of_three_kinds_and_two_nozzles) {
  NEEDS_CAPTURES();
  const auto view = view_of("H2D_01.01.02.08_running_h2dextspoolactive");
  const auto& units = view.status().ams_status->value;
  ASSERT_EQ(units.size(), 6u);
  const AmsKind kinds[] = {AmsKind::ams_2_pro, AmsKind::ams,    AmsKind::ams,
                           AmsKind::ams_2_pro, AmsKind::ams_ht, AmsKind::ams_ht};
  for (std::size_t i = 0; i < units.size(); ++i) EXPECT_EQ(units[i].kind, kinds[i]) << i;
  EXPECT_FALSE(units[0].trays.value.at(1).filament_type) << "an empty slot";
  EXPECT_EQ(units[1].trays.value.at(1).remaining_percent, Percent(93));
  EXPECT_FALSE(units[1].trays.value.at(2).remaining_percent) << "-1 is unknown";
  EXPECT_EQ(units[1].temperature, Celsius(27.5));
  EXPECT_FALSE(units[4].humidity) << "an HT that says level 0";
  EXPECT_EQ(units[5].id, 129);
  EXPECT_EQ(units[5].trays.size(), 1u);

  const auto& nozzles = view.status().nozzles->value;
  ASSERT_EQ(nozzles.size(), 2u);
  EXPECT_TRUE(nozzles[0].active);
  EXPECT_FALSE(nozzles[1].active);
  EXPECT_EQ(nozzles[0].current, Celsius(230));
  EXPECT_EQ(nozzles[0].target, Celsius(230));
  EXPECT_EQ(nozzles[1].current, Celsius(40));
  for (const auto& nozzle : nozzles) {
    EXPECT_EQ(nozzle.diameter, (Bounded<double, 0, 5>(0.4)));
  }
  EXPECT_EQ(view.status().temperatures->nozzle, nozzles[0].current);
}

TEST(Captures, a_p1s_and_an_a1) {
  NEEDS_CAPTURES();
  const auto p1s = view_of("DERIVED_P1S_01.09.00.00_idle");
  EXPECT_EQ(p1s.status().ams_status->value.at(0).kind, AmsKind::ams);
  EXPECT_EQ(p1s.status().ams_status->value.at(0).humidity, (Bounded<int, 0, 5>(3)));
  EXPECT_FALSE(p1s.status().ams_status->value.at(0).temperature) << "0.0 is not measured";
  EXPECT_EQ(p1s.status().current_tray->value, "0:0");
  EXPECT_FALSE(p1s.status().temperatures->chamber);
  EXPECT_TRUE(p1s.observation().startable);
  const auto a1 = view_of("A1_01.05.00.00_idle_a1");
  EXPECT_EQ(a1.status().ams_status->value.at(0).kind, AmsKind::ams_lite);
  EXPECT_FALSE(a1.status().ams_status->value.at(0).humidity) << "it has no such sensor";
  EXPECT_FALSE(a1.status().current_tray);
  EXPECT_FALSE(a1.status().developer_mode) << "neither said nor asked";
}

TEST(Captures, p1p_failed_and_finished) {
  NEEDS_CAPTURES();
  const auto failed = view_of("P1P_01.07.00.00_failed_p1p");
  EXPECT_EQ(failed.status().state, PrinterState::idle);
  EXPECT_TRUE(failed.observation().startable);
  EXPECT_FALSE(failed.status().last_print) << "nobody saw how it ended";
  EXPECT_FALSE(failed.status().temperatures->chamber);
  EXPECT_EQ(failed.status().current_tray->value, "0:0");
  const auto finished = view_of("P1P_01.08.02.00_finish_p1pnoams");
  EXPECT_EQ(finished.status().last_print, LastPrint::finished);
  EXPECT_EQ(finished.status().current_tray->value, "external");
  EXPECT_TRUE(finished.status().ams_status->empty());
}

TEST(Captures, partial_reports_of_an_h2d) {
  NEEDS_CAPTURES();
  auto view = view_of("H2D_01.01.02.07_running_h2d");
  const auto push = [&](const std::string& name) {
    const auto message = content(captures / "delta" / ("H2D_push_" + name + ".json"));
    const auto kind = classify(message);
    ASSERT_TRUE(std::holds_alternative<StateReport>(kind)) << name;
    EXPECT_FALSE(std::get<StateReport>(kind).whole) << name;
    view.read_state(message, std::get<StateReport>(kind));
  };
  push("door_opened");
  EXPECT_EQ(view.status().door_open, true);
  push("door_closed");
  EXPECT_EQ(view.status().door_open, false);
  push("left_extruder");
  EXPECT_TRUE(view.status().nozzles->value.at(1).active);
  push("alt_nozzle_info");
  EXPECT_EQ(view.status().nozzles->value.at(0).diameter, (Bounded<double, 0, 5>(0.2)));
  EXPECT_EQ(view.status().nozzles->value.at(1).diameter, (Bounded<double, 0, 5>(0.6)));
  push("old_door_opened");
  push("old_door_closed");
  EXPECT_EQ(view.status().temperatures->bed, Celsius(100)) << "nothing else was touched";
}

struct DeltaEntry {
  std::optional<json::Raw> print;
  FIELDS(print)
};

TEST(Captures, minutes_of_a1_deltas_after_its_full_report) {
  NEEDS_CAPTURES();
  auto view = view_of("A1_01.05.00.00_idle_a1");
  const auto sequence = json::decode<std::vector<DeltaEntry>>(
      content(captures / "delta/A1_idle-deltas-sequence.json"));
  ASSERT_TRUE(sequence) << sequence.error().text();
  ASSERT_EQ(sequence->size(), 79u);
  for (const auto& entry : *sequence) {
    const auto message = "{\"print\":" + entry.print->value + "}";
    const auto kind = classify(message);
    ASSERT_TRUE(std::holds_alternative<StateReport>(kind)) << message;
    EXPECT_FALSE(std::get<StateReport>(kind).whole);
    view.read_state(message, std::get<StateReport>(kind));
    EXPECT_EQ(view.status().state, PrinterState::idle);
    EXPECT_EQ(view.status().ams_status->value.at(0).trays.size(), 4u);
  }
}

TEST(Captures, every_version_reply_names_the_firmware_that_the_file_names) {
  NEEDS_CAPTURES();
  for (const auto& entry : fs::directory_iterator(captures / "get_version")) {
    const auto kind = classify(content(entry.path()));
    ASSERT_TRUE(std::holds_alternative<VersionReport>(kind)) << entry.path();
    const auto& version = std::get<VersionReport>(kind).firmware_version;
    EXPECT_NE(entry.path().filename().string().find(version), std::string::npos) << entry.path();
    EXPECT_FALSE(version.empty()) << entry.path();
  }
}

TEST(Captures, answers_are_answers) {
  NEEDS_CAPTURES();
  const auto acks = json::decode<std::vector<DeltaEntry>>(
      content(captures / "replies/A1_project_file-acks.json"));
  ASSERT_TRUE(acks);
  for (const auto& ack : *acks) {
    const auto kind = classify("{\"print\":" + ack.print->value + "}");
    ASSERT_TRUE(std::holds_alternative<Answer>(kind));
    EXPECT_EQ(std::get<Answer>(kind).command, "project_file");
    EXPECT_EQ(std::get<Answer>(kind).result, "success");
  }
}

}  // namespace
}  // namespace pf::hub::bambu
