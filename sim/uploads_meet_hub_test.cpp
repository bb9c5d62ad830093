// How our hub meets what goes wrong with the upload of a file.
#include <gtest/gtest.h>

#include "sim/meeting_fixture.hpp"

namespace pf::sim::testing {
namespace {

using enum AttemptState;
using Kind = UploadTrouble::Kind;

TEST(UploadsMeetHub, AnAbortedUploadIsTriedAgainAndPrintsOnce) {
  for (const auto* model : models()) {
    for (const auto kind : {Kind::abort, Kind::stall_control, Kind::stall_data}) {
      Meeting meeting({.model = *model});
      meeting.printer.room().trouble = {kind, 100, 1};
      meeting.order();
      EXPECT_TRUE(meeting.reaches(finished)) << model->code << ' ' << static_cast<int>(kind);
      EXPECT_EQ(meeting.printer.room().uploads_begun, 2u) << model->code;
      EXPECT_EQ(meeting.starts(), 1) << model->code;
    }
  }
}

TEST(UploadsMeetHub, AfterThreeFailuresTheAttemptIsRejectedAndNothingStarted) {
  for (const auto* model : models()) {
    for (const auto kind : {Kind::abort, Kind::stall_control, Kind::stall_data}) {
      Meeting meeting({.model = *model});
      meeting.printer.room().trouble = {kind, 100, 10};
      meeting.order();
      EXPECT_TRUE(meeting.reaches(rejected)) << model->code << ' ' << static_cast<int>(kind);
      EXPECT_EQ(meeting.reason(), "upload_failed") << model->code;
      EXPECT_EQ(meeting.printer.room().uploads_begun, 3u) << model->code;
      EXPECT_EQ(meeting.starts(), 0) << model->code;
    }
  }
}

TEST(UploadsMeetHub, ASlowCardIsWaitedFor) {
  Meeting meeting({.model = a1});
  meeting.printer.room().upload_bytes_per_second = 20;  // The whole file takes over half a minute.
  meeting.order();
  EXPECT_TRUE(meeting.reaches(finished)) << meeting.reason();
  EXPECT_EQ(meeting.printer.room().uploads_begun, 1u);
}

TEST(UploadsMeetHub, ALostNetworkInTheMiddleOfAnUploadIsOvercome) {
  for (const auto* model : models()) {
    Meeting meeting({.model = *model});
    meeting.printer.room().upload_bytes_per_second = 100;
    meeting.order();
    ASSERT_TRUE(meeting.run_until([&] { return meeting.printer.room().uploads_begun == 1; }));
    meeting.run(Seconds{1});
    meeting.printer.lose_network();
    meeting.printer.room().upload_bytes_per_second = 0;
    meeting.run(Seconds{5});
    meeting.printer.find_network();
    EXPECT_TRUE(meeting.reaches(finished)) << model->code << ' ' << meeting.reason();
    EXPECT_EQ(meeting.starts(), 1) << model->code;
  }
}

TEST(UploadsMeetHub, ANewAccessCodeStopsTheUploadAndTellsWhy) {
  Meeting meeting;
  meeting.printer.room().access_code = "abcdefgh";  // Its file server only.
  meeting.order();
  EXPECT_TRUE(meeting.reaches(rejected));
  EXPECT_EQ(meeting.reason(), "upload_refused_code");
  EXPECT_EQ(meeting.printer.room().uploads_begun, 0u);
}

}  // namespace
}  // namespace pf::sim::testing
