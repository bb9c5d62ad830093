// What an H2D reports that others do not: two nozzles, AMS units of several kinds, slots by unit.
#include <gtest/gtest.h>

#include "sim/printer_bench_fixture.hpp"

namespace pf::sim {
namespace {

using testing::Bench;

Document while_printing(const std::string& mapping) {
  Bench bench(h2d);
  bench.start(mapping);
  bench.printer.file_answered(bench.question->number, testing::plate);
  bench.pass(Milliseconds{30'000});
  EXPECT_EQ(bench.printer.print(bench.now).stage, Stage::printing);
  return bench.everything();
}

TEST(TwoNozzles, ReportsCarryNoNumberOfTheirOwn) {
  Bench bench(h2d);
  for (const auto& message : bench.pass(Milliseconds{30'000})) {
    EXPECT_EQ(message.text("print.sequence_id"), "2021");
    EXPECT_FALSE(message.find("print.msg"));
    EXPECT_TRUE(message.find("print.home_flag")) << "all of it, each time";
  }
}

TEST(TwoNozzles, AnAmsOnTheLeftHeatsTheLeftNozzle) {
  const auto report = while_printing(",\"use_ams\":true,\"ams_mapping\":[3]");
  EXPECT_EQ(report.number("print.device.extruder.state"), 0x112);
  const auto left = static_cast<std::int64_t>(*report.number("print.device.extruder.info.1.temp"));
  EXPECT_EQ(left >> 16, 220);
  EXPECT_NEAR(static_cast<double>(left & 0xffff), 220, 3);
  EXPECT_LT(*report.number("print.device.extruder.info.0.temp"), 40);
  EXPECT_EQ(report.number("print.device.extruder.info.1.snow"), 3);
  EXPECT_EQ(report.number("print.device.extruder.info.0.snow"), 0xffff);
  EXPECT_NEAR(*report.number("print.nozzle_temper"), 220, 3) << "it is the left one that prints";
}

TEST(TwoNozzles, AnAmsHtOnTheRightHeatsTheRightNozzleAndTheFlatTemperatureDoesNotTell) {
  const auto report = while_printing(",\"use_ams\":true,\"ams_mapping\":[-1,128]");
  EXPECT_EQ(report.number("print.device.extruder.state"), 2);
  EXPECT_EQ(report.number("print.device.extruder.info.0.snow"), 128 << 8);
  EXPECT_EQ(report.find("print.mapping")->encode(), "[65535,32768]");
  EXPECT_EQ(report.text("print.ams.tray_now"), "0") << "a slot of whichever unit";
  EXPECT_LT(*report.number("print.nozzle_temper"), 40);
  EXPECT_EQ(report.number("print.nozzle_target_temper"), 0);
}

TEST(TwoNozzles, TheExternalSpoolIsTheRightOnes) {
  const auto report = while_printing("");
  EXPECT_EQ(report.number("print.device.extruder.info.0.snow"), 0xff00);
  EXPECT_EQ(report.text("print.ams.tray_now"), "0");
}

TEST(TwoNozzles, ATrayOfAUnitThatIsNotThereFails) {
  for (const auto* tray : {"4", "129", "135", "16", "64"}) {
    Bench bench(h2d);
    bench.start(",\"use_ams\":true,\"ams_mapping\":[" + std::string(tray) + "]");
    bench.printer.file_answered(bench.question->number, testing::plate);
    bench.pass(Milliseconds{60'000});
    EXPECT_EQ(bench.everything().number("print.print_error"), error_tray_missing) << tray;
  }
}

TEST(TwoNozzles, TheChamberIsMeasured) {
  Bench bench(h2d);
  const auto report = bench.everything();
  EXPECT_EQ(report.number("print.chamber_temper"), 24);
  EXPECT_EQ(report.number("print.device.ctc.info.temp"), 24);
  EXPECT_EQ(report.number("print.device.cham_temp"), 24);
}

}  // namespace
}  // namespace pf::sim
