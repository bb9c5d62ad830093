// How our hub meets what befalls a print, and the power and network of its printer.
#include <gtest/gtest.h>

#include "sim/meeting_fixture.hpp"

namespace pf::sim::testing {
namespace {

using enum AttemptState;
using Phases = std::vector<PrintPhase>;

// Ordered and past getting ready, on that model.
struct Printing : Meeting {
  explicit Printing(const Model& model = a1_mini, double speed = 10)
      : Meeting({.model = model, .speed = speed}) {
    order();
    EXPECT_TRUE(prints()) << model.code;
    EXPECT_TRUE(reaches(started, Seconds{5})) << model.code;
  }
  std::string befall(const PrinterAct& act) { return printer.befall(act); }
  std::string name() const { return "cube-" + token(); }
};

TEST(PrintsMeetHub, AStopAtTheScreenIsStoppedOnEveryModel) {
  for (const auto* model : models()) {
    Printing meeting(*model);
    ASSERT_EQ(meeting.befall(PressStop{}), "") << model->code;
    EXPECT_TRUE(meeting.reaches(stopped, Seconds{20})) << model->code;
    EXPECT_EQ(meeting.reason(), "user_cancelled") << model->code;
    meeting.run(Seconds{10});
    EXPECT_EQ(meeting.status().status.last_print, LastPrint::stopped) << model->code;
    EXPECT_EQ(meeting.status().status.state, PrinterState::idle) << model->code;
  }
}

TEST(PrintsMeetHub, APauseAtTheScreenIsReportedAndEndsWithItsResume) {
  for (const auto* model : models()) {
    Printing meeting(*model);
    ASSERT_EQ(meeting.befall(PressPause{}), "");
    meeting.run(Seconds{10});
    EXPECT_EQ(meeting.status().status.state, PrinterState::paused) << model->code;
    ASSERT_EQ(meeting.befall(PressResume{}), "");
    EXPECT_TRUE(meeting.reaches(finished)) << model->code;
    meeting.run(Seconds{5});
    EXPECT_EQ(meeting.phases_of(meeting.name()),
              (Phases{PrintPhase::started, PrintPhase::paused, PrintPhase::resumed,
                      PrintPhase::finished}))
        << model->code;
  }
}

TEST(PrintsMeetHub, FilamentRunoutPausesWithItsErrorUntilSomeoneInsertsMore) {
  for (const auto* model : models()) {
    Printing meeting(*model);
    ASSERT_EQ(meeting.befall(RunOutOfFilament{}), "");
    meeting.run(Seconds{10});
    auto status = meeting.status().status;
    EXPECT_EQ(status.state, PrinterState::paused) << model->code;
    ASSERT_TRUE(status.error_code) << model->code;
    EXPECT_EQ(status.error_code->value, "07FF_8011");
    ASSERT_TRUE(status.errors);
    EXPECT_EQ(status.errors->size(), 2u) << "and the health message";
    EXPECT_NE(meeting.befall(PressResume{}), "");
    ASSERT_EQ(meeting.befall(InsertFilament{}), "");
    ASSERT_EQ(meeting.befall(PressResume{}), "");
    meeting.run(Seconds{10});
    status = meeting.status().status;
    EXPECT_FALSE(status.error_code) << model->code;
    EXPECT_TRUE(meeting.reaches(finished)) << model->code;
  }
}

TEST(PrintsMeetHub, AHealthMessageIsShownAndClearedWhileThePrintGoesOn) {
  for (const auto* model : models()) {
    Printing meeting(*model, 2);
    meeting.befall(ShowHealth{0x0C00'0300, 0x0003'0008});
    meeting.run(Seconds{10});
    auto status = meeting.status().status;
    EXPECT_EQ(status.state, PrinterState::printing) << model->code;
    ASSERT_TRUE(status.errors && status.errors->size() == 1) << model->code;
    EXPECT_EQ(status.errors->value[0].code.value, "HMS_0C00_0300_0003_0008");
    meeting.befall(ClearHealth{});
    meeting.run(Seconds{10});
    status = meeting.status().status;
    EXPECT_TRUE(!status.errors || status.errors->empty()) << model->code;
  }
}

TEST(PrintsMeetHub, AFailureThatKeepsItsErrorIsFailedAndBlocksThePrinter) {
  for (const auto* model : models()) {
    Printing meeting(*model);
    ASSERT_EQ(meeting.befall(FailPrint{0x0300'8003u}), "");
    EXPECT_TRUE(meeting.reaches(failed, Seconds{20})) << model->code;
    meeting.run(Seconds{10});
    EXPECT_EQ(meeting.status().status.state, PrinterState::error) << model->code;
    ASSERT_EQ(meeting.befall(DismissError{}), "");
    meeting.run(Seconds{10});
    EXPECT_EQ(meeting.status().status.state, PrinterState::idle) << model->code;
  }
}

TEST(PrintsMeetHub, APrintAtTheScreenIsAnExternalOne) {
  for (const auto* model : models()) {
    Meeting meeting({.model = *model});
    PrintAtScreen by_hand;
    by_hand.name = "by hand";
    ASSERT_EQ(meeting.printer.befall(by_hand), "");
    EXPECT_TRUE(meeting.shows(GcodeState::finish)) << model->code;
    meeting.run(Seconds{20});  // A moment without RUNNING is not taken for the end at once.
    EXPECT_EQ(meeting.phases_of("by hand"), (Phases{PrintPhase::started, PrintPhase::finished}))
        << model->code;
    ASSERT_TRUE(meeting.status().print) << model->code;
    EXPECT_EQ(meeting.status().print->type, PrintType::external) << model->code;
  }
}

TEST(PrintsMeetHub, AnOldTokenStartedAtTheScreenIsExternalToo) {
  Meeting meeting;
  meeting.order();
  ASSERT_TRUE(meeting.reaches(finished));
  const auto events = meeting.events().size();
  PrintAtScreen again;
  again.name = "cube-" + Meeting::token();
  ASSERT_EQ(meeting.printer.befall(again), "");
  meeting.run(Seconds{30});
  ASSERT_TRUE(meeting.status().print);
  EXPECT_EQ(meeting.status().print->type, PrintType::external);
  EXPECT_EQ(meeting.events().size(), events) << "the attempt is closed";
}

TEST(PrintsMeetHub, ACalibrationIsNoPrint) {
  for (const auto* model : models()) {
    Meeting meeting({.model = *model});
    const auto before = meeting.status().print;
    ASSERT_EQ(meeting.printer.befall(CalibrateAtScreen{}), "");
    meeting.run(Seconds{20});
    EXPECT_EQ(meeting.status().status.stage, PrintStage::calibrating) << model->code;
    meeting.run(Seconds{900});
    EXPECT_EQ(meeting.phases_of(""), Phases{}) << model->code;
    EXPECT_EQ(meeting.status().print.has_value(), before.has_value()) << model->code;
  }
}

TEST(PrintsMeetHub, APrintByHandOnTheClearedPlateIsNotPrintedOver) {
  Meeting meeting;
  meeting.order();
  ASSERT_TRUE(meeting.reaches(finished));
  const auto cleared_after = meeting.last_print_id();
  PrintAtScreen by_hand;
  by_hand.name = "by hand";
  by_hand.print_seconds = 20;
  ASSERT_EQ(meeting.printer.befall(by_hand), "");
  ASSERT_TRUE(meeting.shows(GcodeState::finish));
  meeting.run(Seconds{20});
  meeting.order(2, cleared_after);
  meeting.run(Seconds{120});
  const auto ack = meeting.ack("start-2");
  ASSERT_TRUE(ack && ack->code);
  EXPECT_FALSE(ack->success);
  EXPECT_EQ(ack->code->value, "plate_changed");
  EXPECT_EQ(meeting.starts(), 1);
}

TEST(PrintsMeetHub, AStartWhileSomethingElsePrintsIsRefusedAndNothingIsSent) {
  Meeting meeting({.model = a1_mini, .speed = 1});
  PrintAtScreen by_hand;
  by_hand.name = "by hand";
  ASSERT_EQ(meeting.printer.befall(by_hand), "");
  meeting.run(Seconds{60});
  meeting.order();
  meeting.run(Seconds{60});
  EXPECT_EQ(meeting.starts(), 0);
  EXPECT_FALSE(meeting.was(starting));
}

// ---- power and network ----

TEST(PrintsMeetHub, ARebootWhileStartingProvesNothing) {
  for (const auto* model : models()) {
    Meeting meeting({.model = *model});
    meeting.printer.befall(StartLate{.seconds = 200, .starts = {}});
    meeting.order();
    ASSERT_TRUE(meeting.reaches(starting)) << model->code;
    meeting.run(Seconds{20});
    meeting.printer.lose_power();
    meeting.run(Seconds{30});
    meeting.printer.find_power();
    meeting.run(Seconds{120});
    EXPECT_EQ(meeting.state(), starting) << model->code;
    EXPECT_TRUE(meeting.reaches(unknown, Seconds{400})) << model->code;
    meeting.run(Seconds{600});
    EXPECT_EQ(meeting.starts(), 1) << model->code;
  }
}

TEST(PrintsMeetHub, ARebootWhilePrintingAsksHowItEndedAfterTenMinutes) {
  for (const auto* model : models()) {
    Printing meeting(*model, 1);
    meeting.printer.lose_power();
    meeting.run(Seconds{30});
    meeting.printer.find_power();
    meeting.run(Seconds{300});
    EXPECT_EQ(meeting.state(), started) << model->code;
    EXPECT_TRUE(meeting.reaches(unknown, Seconds{900})) << model->code;
    EXPECT_EQ(meeting.reason(), "end_not_seen") << model->code;
  }
}

TEST(PrintsMeetHub, APrintSurvivesALostNetwork) {
  for (const auto* model : models()) {
    Printing meeting(*model, 1);
    meeting.printer.lose_network();
    meeting.run(Seconds{60});
    EXPECT_NE(meeting.status().connection.state, ConnectionState::connected) << model->code;
    meeting.printer.find_network();
    EXPECT_TRUE(meeting.run_until([&] {
      return meeting.status().connection.state == ConnectionState::connected;
    })) << model->code;
    EXPECT_TRUE(meeting.reaches(finished)) << model->code;
    EXPECT_EQ(meeting.starts(), 1) << model->code;
  }
}

TEST(PrintsMeetHub, AFinishMissedForTheNetworkIsSeenLater) {
  Printing meeting(x1_carbon, 10);
  meeting.printer.lose_network();
  meeting.run(Seconds{120});
  ASSERT_EQ(meeting.printer.printer.print(Instant{Milliseconds{10'000'000}}).state,
            GcodeState::finish);
  meeting.printer.find_network();
  EXPECT_TRUE(meeting.reaches(finished)) << "a print of ours was seen running before";
}

TEST(PrintsMeetHub, ANewAddressIsFoundByItsAnnouncement) {
  Meeting meeting;
  meeting.printer.change_address("127.77.0.99");
  meeting.run(Seconds{60});
  EXPECT_NE(meeting.status().connection.state, ConnectionState::connected);
  meeting.announce();
  EXPECT_TRUE(meeting.run_until(
      [&] { return meeting.status().connection.state == ConnectionState::connected; },
      Seconds{60}));
  meeting.order();
  EXPECT_TRUE(meeting.reaches(finished));
}

TEST(PrintsMeetHub, AWrongAccessCodeIsToldAndNotTriedInAStorm) {
  Meeting meeting;
  meeting.printer.change_access_code("abcdefgh");
  meeting.run(Seconds{120});
  EXPECT_EQ(meeting.status().connection.reason, ConnectionReason::refused_code);
  EXPECT_EQ(meeting.printer.connections, 1);
  meeting.configure("abcdefgh");
  EXPECT_TRUE(meeting.run_until(
      [&] { return meeting.status().connection.state == ConnectionState::connected; },
      Seconds{60}));
}

TEST(PrintsMeetHub, APrinterWithoutRoomForAnotherClientIsToldSo) {
  Meeting meeting;
  meeting.printer.full = true;
  meeting.printer.drop_connections();
  EXPECT_TRUE(meeting.run_until(
      [&] { return meeting.status().connection.reason == ConnectionReason::too_many_clients; },
      Seconds{120}));
  meeting.printer.full = false;
  EXPECT_TRUE(meeting.run_until(
      [&] { return meeting.status().connection.state == ConnectionState::connected; },
      Seconds{600}));
}

TEST(PrintsMeetHub, ASilentPrinterIsAskedToReportAgain) {
  Meeting meeting;
  meeting.printer.befall(FallSilent{});
  meeting.order();
  EXPECT_TRUE(meeting.reaches(finished)) << meeting.reason();
}

}  // namespace
}  // namespace pf::sim::testing
