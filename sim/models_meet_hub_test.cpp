// What our hub understands of each simulated model: its AMS units, its nozzles, its chamber.
#include <gtest/gtest.h>

#include "sim/meeting_fixture.hpp"

namespace pf::sim::testing {
namespace {

struct Meets {
  const Model* model;
  std::vector<AmsKind> units;
  std::size_t filled = 0;  // Slots with filament, of the first unit.
  int humidity = 0;        // Of the first unit; 0: it measures none.
  int tray = 0;            // To print from, and how the hub calls it.
  const char* tray_name = "";
  std::size_t nozzles = 1;
  bool chamber = false;
};

const std::vector<Meets>& all() {
  static const std::vector<Meets> cases{
      {&a1_mini, {AmsKind::ams_lite}, 4, 0, 2, "0:2", 1, false},
      {&a1, {AmsKind::ams_lite}, 3, 0, 3, "0:3", 1, false},
      {&p1s, {AmsKind::ams}, 3, 4, 1, "0:1", 1, false},
      {&x1_carbon, {AmsKind::ams}, 3, 4, 0, "0:0", 1, true},
      {&h2d, {AmsKind::ams_2_pro, AmsKind::ams_ht}, 4, 4, 128, "128:0", 2, true},
  };
  return cases;
}

TEST(ModelsMeetHub, AllOfThem) { EXPECT_EQ(all().size(), models().size()); }

TEST(ModelsMeetHub, ShowTheirAmsUnitsAndSpools) {
  for (const auto& one : all()) {
    Meeting meeting({.model = *one.model});
    const auto status = meeting.status().status;
    ASSERT_TRUE(status.ams_status) << one.model->code;
    ASSERT_EQ(status.ams_status->size(), one.units.size()) << one.model->code;
    for (std::size_t i = 0; i < one.units.size(); ++i) {
      EXPECT_EQ(status.ams_status->value[i].kind, one.units[i]) << one.model->code;
    }
    const auto& unit = status.ams_status->value[0];
    EXPECT_EQ(unit.humidity ? unit.humidity->value : 0, one.humidity) << one.model->code;
    EXPECT_EQ(unit.temperature.has_value(), one.humidity != 0) << one.model->code;
    std::size_t filled = 0, tagged = 0;
    for (const auto& tray : unit.trays) {
      filled += tray.filament_type.has_value();
      tagged += tray.tag.has_value();
      EXPECT_EQ(tray.colors.size(), tray.filament_type ? 1u : 0u) << one.model->code;
    }
    EXPECT_EQ(filled, one.filled) << one.model->code;
    EXPECT_EQ(tagged > 0, one.model != &a1_mini) << one.model->code;
  }
}

TEST(ModelsMeetHub, ShowTheirNozzlesAndTheirChamber) {
  for (const auto& one : all()) {
    Meeting meeting({.model = *one.model});
    const auto status = meeting.status().status;
    ASSERT_TRUE(status.nozzles) << one.model->code;
    EXPECT_EQ(status.nozzles->size(), one.nozzles) << one.model->code;
    EXPECT_TRUE(status.nozzles->value[0].diameter) << one.model->code;
    ASSERT_TRUE(status.temperatures) << one.model->code;
    EXPECT_EQ(status.temperatures->chamber.has_value(), one.chamber) << one.model->code;
  }
}

TEST(ModelsMeetHub, HeatTheNozzleThatPrintsAndNameTheTrayThatFeedsIt) {
  for (const auto& one : all()) {
    Meeting meeting({.model = *one.model});
    meeting.options.use_ams = true;
    meeting.options.ams_mapping = List<int, 64>{{one.tray}};
    meeting.order();
    ASSERT_TRUE(meeting.prints()) << one.model->code;
    meeting.run(Seconds{10});
    const auto status = meeting.status().status;
    ASSERT_TRUE(status.temperatures && status.temperatures->nozzle) << one.model->code;
    EXPECT_NEAR(status.temperatures->nozzle->value, 215, 10) << one.model->code;
    EXPECT_EQ(status.targets->nozzle->value, 215) << one.model->code;
    ASSERT_TRUE(status.current_tray) << one.model->code;
    EXPECT_EQ(status.current_tray->value, one.tray_name) << one.model->code;
    EXPECT_EQ(status.layer_total->value, 12) << one.model->code;
  }
}

TEST(ModelsMeetHub, AnH2dPrintsWithItsLeftNozzleToo) {
  Meeting meeting({.model = h2d});
  meeting.options.use_ams = true;
  meeting.options.ams_mapping = List<int, 64>{{3}};
  meeting.order();
  ASSERT_TRUE(meeting.prints());
  meeting.run(Seconds{10});
  const auto status = meeting.status().status;
  EXPECT_EQ(status.current_tray->value, "0:3");
  for (const auto& nozzle : *status.nozzles) {
    EXPECT_EQ(nozzle.active, nozzle.id == 1);
    EXPECT_NEAR(nozzle.current->value, nozzle.active ? 215 : 25, 10);
  }
}

}  // namespace
}  // namespace pf::sim::testing
