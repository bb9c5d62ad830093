#include "sim/print_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pf::sim {
namespace {

constexpr Pace real_time{.speed = 1, .report_interval = Milliseconds{2000}};
constexpr PlateFacts plate{.prediction = Seconds{600},
                           .layers = 20,
                           .filament_grams = 2,
                           .nozzle_celsius = 220,
                           .bed_celsius = 65};

// A print and the time it lives in.
struct Story {
  explicit Story(PrintPlan plan = {.bed_leveling = true}, Pace pace = real_time,
                 PrintView before = {})
      : run(plan, pace, before, now) {}

  PrintView after(Milliseconds time) {
    now = now + time;
    run.advance(now);
    return run.view(now);
  }
  // Goes on until the state is reached; fails the test when it never is.
  PrintView until(GcodeState state) {
    for (int i = 0; i < 100'000; ++i) {
      const auto view = after(Milliseconds{100});
      if (view.state == state && view.named) return view;
    }
    ADD_FAILURE() << "never " << printers_word(state);
    return run.view(now);
  }
  PrintView until_stage(Stage stage) {
    for (int i = 0; i < 100'000; ++i) {
      const auto view = after(Milliseconds{100});
      if (view.stage == stage) return view;
    }
    ADD_FAILURE() << "never at stage " << static_cast<int>(stage);
    return run.view(now);
  }

  Instant now{Milliseconds{1'000'000}};
  PrintRun run;
};

PrintView finished_before() {
  return {.state = GcodeState::finish, .percent = 100, .layer = 90, .layers = 90};
}

TEST(PrintRun, GoesThroughTheStatesInOrder) {
  Story story;
  story.run.file_accepted(plate);
  std::vector<GcodeState> states;
  std::vector<Stage> stages;
  for (int i = 0; i < 20'000 && story.run.active(); ++i) {
    const auto view = story.after(Milliseconds{100});
    if (states.empty() || states.back() != view.state) states.push_back(view.state);
    if (view.stage && (stages.empty() || stages.back() != *view.stage)) {
      stages.push_back(*view.stage);
    }
  }
  EXPECT_EQ(states, (std::vector{GcodeState::idle, GcodeState::prepare, GcodeState::running,
                                 GcodeState::finish}));
  EXPECT_EQ(stages, (std::vector{Stage::bed_preheating, Stage::nozzle_cleaning, Stage::bed_leveling,
                                 Stage::homing, Stage::nozzle_heating, Stage::printing}));
}

TEST(PrintRun, PlansTheStagesThatWereAskedFor) {
  Story story({.flow_calibration = true, .vibration_calibration = true, .load_filament = true});
  story.run.file_accepted(plate);
  const auto view = story.until(GcodeState::running);
  EXPECT_EQ(view.stages,
            (std::vector{Stage::bed_preheating, Stage::nozzle_cleaning, Stage::flow_calibration,
                         Stage::vibration_calibration, Stage::homing, Stage::filament_change,
                         Stage::nozzle_heating}));
}

TEST(PrintRun, ShowsTheOldFinishUnderTheNewNameForSomeSeconds) {
  Story story({}, real_time, finished_before());
  auto view = story.run.view(story.now);
  EXPECT_FALSE(view.named);
  EXPECT_TRUE(view.active);
  view = story.after(Milliseconds{3'000});
  EXPECT_TRUE(view.named);
  EXPECT_EQ(view.state, GcodeState::finish);
  EXPECT_EQ(view.percent, 100);
  EXPECT_EQ(view.layer, 90);
  view = story.after(Milliseconds{7'000});
  EXPECT_EQ(view.state, GcodeState::prepare);
  EXPECT_EQ(view.percent, 0);
  EXPECT_EQ(view.layer, 0);
}

TEST(PrintRun, PercentAndLayersOnlyGrowAndMinutesOnlyFall) {
  Story story;
  story.run.file_accepted(plate);
  auto last = story.until_stage(Stage::printing);
  EXPECT_EQ(last.remaining_minutes, 10);
  EXPECT_EQ(last.bed_target, 65);
  EXPECT_EQ(last.nozzle_target, 220);
  while (story.run.active()) {
    const auto view = story.after(Milliseconds{500});
    EXPECT_GE(view.percent, last.percent);
    EXPECT_GE(view.layer, last.layer);
    EXPECT_LE(view.remaining_minutes, last.remaining_minutes);
    EXPECT_LE(view.layer, plate.layers);
    EXPECT_TRUE(view.percent < 100 || view.state == GcodeState::finish);
    last = view;
  }
  EXPECT_EQ(last.percent, 100);
  EXPECT_EQ(last.layer, 20);
  EXPECT_EQ(last.remaining_minutes, 0);
}

TEST(PrintRun, ReachesTheLastLayerBeforeTheEnd) {
  Story story;
  story.run.file_accepted(plate);
  story.until_stage(Stage::printing);
  auto view = story.run.view(story.now);
  while (view.layer < plate.layers) view = story.after(Milliseconds{500});
  EXPECT_EQ(view.state, GcodeState::running);
  EXPECT_GE(view.percent, 90);
  EXPECT_LT(view.percent, 100);
}

TEST(PrintRun, FinishStays) {
  Story story;
  story.run.file_accepted(plate);
  story.until(GcodeState::finish);
  const auto view = story.after(Milliseconds{10 * 24 * 3600 * 1000});
  EXPECT_EQ(view.state, GcodeState::finish);
  EXPECT_EQ(view.percent, 100);
  EXPECT_FALSE(view.active);
  EXPECT_FALSE(view.stage);
  EXPECT_EQ(view.bed_target, 0);
  EXPECT_EQ(view.nozzle_target, 0);
}

TEST(PrintRun, TakesAsLongAsPredictedDividedByTheSpeed) {
  for (const double speed : {1.0, 10.0, 60.0}) {
    Story story({}, {.speed = speed, .report_interval = Milliseconds{100}});
    story.run.file_accepted(plate);
    story.until_stage(Stage::printing);
    const auto began = story.now;
    story.until(GcodeState::finish);
    const double expected_ms = 600'000 / speed;
    EXPECT_NEAR(static_cast<double>((story.now - began).count()), expected_ms, 200) << speed;
  }
}

TEST(PrintRun, LastsSomeReportsInEveryStateHoweverFast) {
  const Pace pace{.speed = 10'000, .report_interval = Milliseconds{2000}};
  Story story({.bed_leveling = true}, pace, finished_before());
  story.run.file_accepted(plate);
  std::vector<std::pair<GcodeState, std::optional<Stage>>> seen;
  while (story.run.active()) {
    const auto view = story.after(pace.report_interval);
    seen.emplace_back(view.state, view.stage);
  }
  EXPECT_GE(
      std::count(seen.begin(), seen.end(), std::pair(GcodeState::finish, std::optional<Stage>())),
      3);
  for (const auto stage : {Stage::bed_preheating, Stage::nozzle_cleaning, Stage::bed_leveling,
                           Stage::homing, Stage::nozzle_heating, Stage::printing}) {
    EXPECT_GE(
        std::count(seen.begin(), seen.end(), std::pair(GcodeState::running, std::optional(stage))),
        1)
        << static_cast<int>(stage);
  }
}

TEST(PrintRun, OneLongSleepEndsWhereManyShortOnesDo) {
  Story story;
  story.run.file_accepted(plate);
  EXPECT_EQ(story.after(Milliseconds{24 * 3600 * 1000}).state, GcodeState::finish);
}

TEST(PrintRun, StaysInPreparationUntilTheFileWasRead) {
  Story story;
  auto view = story.after(Milliseconds{135'000});
  EXPECT_EQ(view.state, GcodeState::prepare);
  EXPECT_EQ(view.prepare_percent, 99);
  story.run.file_accepted(plate);
  EXPECT_EQ(story.after(Milliseconds{1}).state, GcodeState::running);
}

TEST(PrintRun, AFileThatIsRefusedEndsInFailedWithItsErrorWhichStays) {
  for (const auto error : {error_file_missing, error_file_unreadable, error_tray_missing}) {
    Story story;
    story.run.file_refused(error);
    EXPECT_EQ(story.until(GcodeState::prepare).error, error_none);
    auto view = story.until(GcodeState::failed);
    EXPECT_EQ(view.error, error);
    view = story.after(Milliseconds{3600'000});
    EXPECT_EQ(view.state, GcodeState::failed);
    EXPECT_EQ(view.error, error);
    EXPECT_FALSE(view.active);
  }
}

TEST(PrintRun, PauseStopsTheClockOfThePrintUntilItIsResumed) {
  Story story;
  story.run.file_accepted(plate);
  story.until_stage(Stage::printing);
  const auto before = story.after(Milliseconds{300'000});
  story.run.pause(story.now);
  auto view = story.after(Milliseconds{7200'000});
  EXPECT_EQ(view.state, GcodeState::pause);
  EXPECT_EQ(view.stage, Stage::paused_by_user);
  EXPECT_EQ(view.percent, before.percent);
  EXPECT_EQ(view.layer, before.layer);
  EXPECT_EQ(view.nozzle_target, 220);
  story.run.resume(story.now);
  view = story.after(Milliseconds{1});
  EXPECT_EQ(view.state, GcodeState::running);
  EXPECT_EQ(view.stage, Stage::nozzle_heating);
  view = story.until_stage(Stage::printing);
  EXPECT_EQ(view.percent, before.percent);
  EXPECT_EQ(story.until(GcodeState::finish).percent, 100);
}

TEST(PrintRun, PauseAndResumeThatDoNotFitTheStateChangeNothing) {
  Story story;
  story.run.file_accepted(plate);
  story.run.pause(story.now);
  EXPECT_EQ(story.until(GcodeState::prepare).state, GcodeState::prepare);
  story.run.pause(story.now);
  story.run.resume(story.now);
  EXPECT_EQ(story.until_stage(Stage::printing).state, GcodeState::running);
  story.run.resume(story.now);
  EXPECT_EQ(story.after(Milliseconds{1}).stage, Stage::printing);
  story.until(GcodeState::finish);
  story.run.pause(story.now);
  story.run.resume(story.now);
  story.run.stop(story.now);
  EXPECT_EQ(story.after(Milliseconds{60'000}).state, GcodeState::finish);
}

TEST(PrintRun, StopShowsItsErrorForTwoSecondsAndEndsInFailedWithoutOne) {
  for (const auto state : {GcodeState::prepare, GcodeState::running}) {
    Story story;
    story.run.file_accepted(plate);
    story.until(state);
    story.run.stop(story.now);
    auto view = story.after(Milliseconds{1'900});
    EXPECT_EQ(view.state, state);
    EXPECT_EQ(view.error, error_cancelled);
    EXPECT_TRUE(view.active);
    view = story.after(Milliseconds{200});
    EXPECT_EQ(view.state, GcodeState::failed);
    EXPECT_EQ(view.error, error_none);
    EXPECT_EQ(view.percent, 0);
    EXPECT_EQ(view.layer, 0);
    EXPECT_FALSE(view.active);
  }
}

TEST(PrintRun, APausedPrintCanBeStopped) {
  Story story;
  story.run.file_accepted(plate);
  story.until_stage(Stage::printing);
  story.run.pause(story.now);
  story.run.stop(story.now);
  EXPECT_EQ(story.after(Milliseconds{100}).state, GcodeState::pause);
  EXPECT_EQ(story.after(Milliseconds{2'000}).state, GcodeState::failed);
}

TEST(PrintRun, AStopBeforeTheFileWasReadDoesNotStartLater) {
  Story story;
  story.run.stop(story.now);
  story.run.file_accepted(plate);
  EXPECT_EQ(story.after(Milliseconds{3600'000}).state, GcodeState::failed);
}

}  // namespace
}  // namespace pf::sim
