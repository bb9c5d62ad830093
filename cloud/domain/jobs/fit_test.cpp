#include "cloud/domain/jobs/fit.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

struct FitTest : testing::Test {
  PrintFileInfo file;
  Printer printer;
  std::optional<PrinterStatus> status = PrinterStatus{};
  std::optional<JobRequirements> required;

  FitTest() {
    file.printer_model = Text<0, 40>("N1");
    file.plates.value.push_back({});
    printer.name = "Left";
    printer.model = Text<0, 40>("N1");
    status->state = PrinterState::idle;
  }
  Fit judged(ChosenBy by = ChosenBy::queue) {
    return judge_fit(file, 1, required, printer, status, by).fit;
  }
  std::string says() { return judge_fit(file, 1, required, printer, status, ChosenBy::queue).says; }
  void has_nozzle(double diameter) {
    Nozzle nozzle;
    nozzle.diameter = diameter;
    status->nozzles = List<Nozzle, 8>{{nozzle}};
  }
  void holds(const std::string& type, const std::string& color) {
    AmsTray tray;
    tray.filament_type = Text<0, 32>(type);
    tray.colors.value.push_back(color);
    AmsUnit unit;
    unit.trays.value.push_back(tray);
    if (!status->ams_status) status->ams_status.emplace();
    status->ams_status->value.push_back(unit);
  }
  void needs(const std::string& type, const std::string& color) {
    required.emplace();
    if (!type.empty()) required->filament_type = Text<1, 32>(type);
    if (!color.empty()) required->color = Text<7, 9>(color);
  }
};

TEST_F(FitTest, the_same_model_fits) { EXPECT_EQ(judged(), Fit::fits); }

TEST_F(FitTest, another_model_never_fits) {
  printer.model = Text<0, 40>("BL-P001");
  EXPECT_EQ(judged(), Fit::unfit);
  EXPECT_EQ(judged(ChosenBy::person), Fit::unfit);
}

TEST_F(FitTest, an_unknown_model_fits_only_where_a_person_chose) {
  printer.model.reset();
  EXPECT_EQ(judged(), Fit::unknown);
  EXPECT_NE(says().find("which model"), std::string::npos);
  EXPECT_EQ(judged(ChosenBy::person), Fit::fits);
  printer.model = file.printer_model;
  file.printer_model.reset();
  EXPECT_EQ(judged(), Fit::unknown);
}

TEST_F(FitTest, a_plate_that_the_file_has_not_never_fits) {
  file.plates.value[0].index = 2;
  EXPECT_EQ(judged(ChosenBy::person), Fit::unfit);
}

TEST_F(FitTest, the_nozzle_is_what_the_printer_reports) {
  file.nozzle_diameter = 0.4;
  EXPECT_EQ(judged(), Fit::unknown);
  EXPECT_EQ(judged(ChosenBy::person), Fit::fits);
  has_nozzle(0.4);
  EXPECT_EQ(judged(), Fit::fits);
  has_nozzle(0.6);
  EXPECT_EQ(judged(ChosenBy::person), Fit::unfit);
  EXPECT_NE(says().find("0.40 mm"), std::string::npos);
}

TEST_F(FitTest, a_required_nozzle_that_is_unknown_is_said_whoever_chose) {
  required.emplace();
  required->nozzle_diameter = 0.6;
  EXPECT_EQ(judged(ChosenBy::person), Fit::unknown);
  has_nozzle(0.6);
  EXPECT_EQ(judged(), Fit::fits);
}

TEST_F(FitTest, filament_is_looked_for_in_every_slot) {
  needs("PLA", "#FF0000");
  EXPECT_EQ(judged(ChosenBy::person), Fit::unknown);
  holds("PETG", "#FF0000");
  EXPECT_EQ(judged(), Fit::unfit);
  EXPECT_NE(says().find("PLA #FF0000"), std::string::npos);
  holds("pla", "#ff0000FF");
  EXPECT_EQ(judged(), Fit::fits);
}

TEST_F(FitTest, a_color_alone_fits_any_filament_of_it) {
  needs("", "#00FF00");
  holds("PETG", "#00FF00FF");
  EXPECT_EQ(judged(), Fit::fits);
}

TEST_F(FitTest, an_empty_slot_holds_nothing) {
  needs("PLA", "");
  AmsUnit unit;
  unit.trays.value.push_back({});
  status->ams_status = List<AmsUnit, 12>{{unit}};
  EXPECT_EQ(judged(), Fit::unfit);
}

TEST_F(FitTest, a_printer_that_was_never_heard_of_is_unknown) {
  status.reset();
  needs("PLA", "");
  EXPECT_EQ(judged(), Fit::unknown);
}

TEST_F(FitTest, printers_do_not_say_which_plate_lies_in_them) {
  required.emplace();
  required->plate_type = Text<1, 40>("textured_plate");
  EXPECT_EQ(judged(), Fit::unknown);
  file.plates.value[0].bed_type = Text<0, 40>("cool_plate");
  EXPECT_EQ(judged(), Fit::unfit);
}

TEST_F(FitTest, ready_is_connected_and_idle) {
  EXPECT_FALSE(is_ready(std::nullopt));
  LivePrinter live;
  live.status.state = PrinterState::idle;
  EXPECT_FALSE(is_ready(live));
  live.connection.state = ConnectionState::connected;
  EXPECT_TRUE(is_ready(live));
  live.status.state = PrinterState::error;
  EXPECT_FALSE(is_ready(live));
}

TEST_F(FitTest, a_color_is_six_or_eight_digits) {
  for (const auto* good : {"#1a2B3c", "#1A2B3CFF"}) {
    needs("", good);
    EXPECT_FALSE(refuse_requirements(required)) << good;
  }
  for (const auto* bad : {"1A2B3C4", "#1A2B3", "#GGGGGG", "red    ", "#1A2B3C4"}) {
    needs("", bad);
    EXPECT_TRUE(refuse_requirements(required)) << bad;
  }
}

}  // namespace
}  // namespace pf
