// How our hub meets what printers do with a start (START, "Evidence").
#include <gtest/gtest.h>

#include "sim/meeting_fixture.hpp"

namespace pf::sim::testing {
namespace {

using enum AttemptState;

TEST(StartsMeetHub, EveryModelPrintsAJobToItsEnd) {
  for (const auto* model : models()) {
    Meeting meeting({.model = *model});
    ASSERT_EQ(meeting.status().connection.state, ConnectionState::connected) << model->code;
    meeting.order();
    EXPECT_TRUE(meeting.reaches(finished)) << model->code << ' ' << meeting.reason();
    EXPECT_TRUE(meeting.was(started)) << model->code;
    EXPECT_EQ(meeting.starts(), 1) << model->code;
  }
}

TEST(StartsMeetHub, ALateStartIsSeenAfter210Seconds) {
  for (const auto* model : models()) {
    Meeting meeting({.model = *model});
    meeting.order();
    ASSERT_TRUE(meeting.reaches(finished)) << model->code;
    meeting.printer.befall(StartLate{.seconds = 210, .starts = {}});
    meeting.order(2);
    ASSERT_TRUE(meeting.reaches(starting)) << model->code;
    meeting.run(Seconds{200});
    EXPECT_EQ(meeting.state(), starting) << "the old FINISH under the new name proves nothing";
    EXPECT_EQ(meeting.printer.printer.job_name(), "cube-" + meeting.token(2));
    EXPECT_TRUE(meeting.reaches(started, Seconds{20})) << model->code;
    EXPECT_TRUE(meeting.reaches(finished)) << model->code;
    EXPECT_EQ(meeting.starts(), 2) << model->code;
  }
}

TEST(StartsMeetHub, AnAckWithoutAStartIsUnknownAfter300SecondsAndNeverSentAgain) {
  for (const auto* model : models()) {
    Meeting meeting({.model = *model});
    meeting.printer.befall(IgnoreStart{});
    meeting.order();
    ASSERT_TRUE(meeting.reaches(starting)) << model->code;
    meeting.run(Seconds{295});
    EXPECT_EQ(meeting.state(), starting) << model->code;
    EXPECT_TRUE(meeting.reaches(unknown, Seconds{10})) << model->code;
    meeting.run(Seconds{900});
    EXPECT_EQ(meeting.state(), unknown) << model->code;
    EXPECT_EQ(meeting.starts(), 1) << model->code;
  }
}

TEST(StartsMeetHub, AnIgnoredStartOverAnOldFinishIsNotTakenForAFinishedPrint) {
  Meeting meeting;
  meeting.order();
  ASSERT_TRUE(meeting.reaches(finished));
  meeting.printer.befall(IgnoreStart{});
  meeting.order(2);
  EXPECT_TRUE(meeting.reaches(unknown));
}

TEST(StartsMeetHub, ARefusedStartIsNotStarted) {
  Meeting meeting;
  meeting.printer.befall(RefuseStart{});
  meeting.order();
  EXPECT_TRUE(meeting.reaches(not_started, Seconds{60}));
  EXPECT_EQ(meeting.reason(), "refused_by_printer");
  meeting.order(2);
  EXPECT_TRUE(meeting.reaches(finished)) << "and may be tried again";
}

TEST(StartsMeetHub, DeveloperModeOffIsRejectedBeforeAnyUploadWhereThePrinterSaysSo) {
  for (const auto* model : {&x1_carbon, &h2d}) {
    Meeting meeting({.model = *model, .developer_mode = false});
    EXPECT_EQ(meeting.status().status.developer_mode, DeveloperMode::off) << model->code;
    meeting.order();
    EXPECT_TRUE(meeting.reaches(rejected, Seconds{30})) << model->code;
    EXPECT_EQ(meeting.reason(), "developer_mode_off") << model->code;
    EXPECT_EQ(meeting.printer.room().uploads_begun, 0u) << model->code;
    EXPECT_EQ(meeting.starts(), 0) << model->code;
  }
}

// P1 and A1 say nothing of it in their reports: the answer to the start does, if there is one.
TEST(StartsMeetHub, DeveloperModeOffIsKnownFromARefusalWithItsNumber) {
  for (const auto* model : {&p1s, &a1, &a1_mini}) {
    for (const auto refusal : {Refusal::full, Refusal::code_only}) {
      Meeting meeting({.model = *model});
      meeting.printer.befall(SwitchDeveloperMode{.on = false, .refusal = refusal});
      meeting.order();
      EXPECT_TRUE(meeting.reaches(not_started)) << model->code << ' ' << word(refusal);
      EXPECT_EQ(meeting.reason(), "developer_mode_off") << model->code << ' ' << word(refusal);
      meeting.run(Seconds{5});
      EXPECT_EQ(meeting.status().status.developer_mode, DeveloperMode::off) << model->code;
      meeting.order(2);
      EXPECT_TRUE(meeting.reaches(rejected, Seconds{30})) << "now it is known beforehand";
      EXPECT_EQ(meeting.reason(), "developer_mode_off");
    }
  }
}

// An answer to our own sequence id without a result, and the message that it could not be verified:
// each alone would prove nothing.
TEST(StartsMeetHub, ABareRefusalAndItsHealthMessageTogetherShowDeveloperModeOff) {
  Meeting meeting({.model = p1s});
  meeting.printer.befall(SwitchDeveloperMode{.on = false, .refusal = Refusal::bare});
  meeting.order();
  ASSERT_TRUE(meeting.reaches(starting));
  EXPECT_TRUE(meeting.reaches(not_started, Seconds{60}));
  EXPECT_EQ(meeting.reason(), "developer_mode_off");
  EXPECT_EQ(meeting.starts(), 0);
  meeting.run(Seconds{5});  // Until the next status.
  EXPECT_EQ(meeting.status().status.developer_mode, DeveloperMode::off);
}

TEST(StartsMeetHub, ASilentRefusalIsUnknownAndDeveloperModeNeverOn) {
  Meeting meeting({.model = a1});
  meeting.printer.befall(SwitchDeveloperMode{.on = false, .refusal = Refusal::silent});
  meeting.order();
  EXPECT_TRUE(meeting.reaches(unknown));
  EXPECT_NE(meeting.status().status.developer_mode, DeveloperMode::on);
  EXPECT_EQ(meeting.starts(), 0);
}

TEST(StartsMeetHub, AStopAtTheScreenBeforeTheStartShowsIsNotTakenForAFinish) {
  Meeting meeting;
  meeting.printer.befall(StartLate{.seconds = 120, .starts = {}});
  meeting.order();
  ASSERT_TRUE(meeting.reaches(starting));
  meeting.run(Seconds{30});
  ASSERT_EQ(meeting.printer.befall(PressStop{}), "");
  meeting.run(Seconds{400});
  EXPECT_NE(meeting.state(), finished);
  EXPECT_NE(meeting.state(), started);
  EXPECT_EQ(meeting.starts(), 1);
}

}  // namespace
}  // namespace pf::sim::testing
