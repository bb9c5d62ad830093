#include "sim/stage_manager.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pf::sim {
namespace {

// Two printers on a stage, and what was cued on whom: "0 press_stop".
struct Theatre {
  explicit Theatre(const std::string& steps)
      : manager(std::move(*StageManager::make(*parse_scenario("{\"steps\":[" + steps + "]}"),
                                              {{"030A", "Left"}, {"01PB", "Right"}}, now))) {}

  std::vector<std::string> look() {
    std::vector<std::string> names;
    for (const auto& cue : manager.look(sightings, now)) {
      names.push_back(std::to_string(cue.printer) + ' ' + std::string(cue.act.name()));
    }
    return names;
  }
  std::vector<std::string> pass(Milliseconds time) {
    now = now + time;
    return look();
  }
  std::vector<std::string> show(std::size_t printer, GcodeState state, int percent = 0,
                                int layer = 0) {
    sightings[printer].print.state = state;
    sightings[printer].print.percent = percent;
    sightings[printer].print.layer = layer;
    return look();
  }

  Instant now{Milliseconds{1'000'000}};
  std::vector<Sighting> sightings{2};
  StageManager manager;
};

using Names = std::vector<std::string>;

TEST(StageManager, CuesAtOnceAndOnceWhereNothingIsAwaited) {
  Theatre stage(R"({"do":{"type":"press_stop"}})");
  EXPECT_EQ(stage.look(), (Names{"0 press_stop", "1 press_stop"}));
  EXPECT_EQ(stage.pass(Milliseconds{60'000}), Names{});
}

TEST(StageManager, KnowsPrintersBySerialNumberAndByName) {
  Theatre stage(R"({"printer":"Right","do":{"type":"press_stop"}},
                  {"printer":"030A","do":{"type":"press_pause"}})");
  EXPECT_EQ(stage.look(), (Names{"1 press_stop", "0 press_pause"}));
}

TEST(StageManager, CuesAtItsTimeOnce) {
  Theatre stage(R"({"printer":"Left","when":{"at_seconds":10},"do":{"type":"press_stop"}})");
  EXPECT_EQ(stage.look(), Names{});
  EXPECT_EQ(stage.pass(Milliseconds{9'999}), Names{});
  EXPECT_EQ(stage.pass(Milliseconds{1}), Names{"0 press_stop"});
  EXPECT_EQ(stage.pass(Milliseconds{10'000}), Names{});
}

TEST(StageManager, CuesOnEventsEachTimeAfterADelay) {
  Theatre stage(
      R"({"when":{"event":"print_started"},"after_seconds":5,"do":{"type":"press_stop"}})");
  EXPECT_EQ(stage.look(), Names{});
  EXPECT_EQ(stage.show(1, GcodeState::prepare), Names{});
  EXPECT_EQ(stage.show(1, GcodeState::running), Names{}) << "it started already";
  EXPECT_EQ(stage.pass(Milliseconds{5'000}), Names{"1 press_stop"});
  EXPECT_EQ(stage.show(1, GcodeState::failed), Names{});
  EXPECT_EQ(stage.show(1, GcodeState::running), Names{});
  EXPECT_EQ(stage.pass(Milliseconds{5'000}), Names{"1 press_stop"}) << "another print";
}

TEST(StageManager, TellsEventsApart) {
  Theatre stage(R"({"when":{"event":"print_paused"},"do":{"type":"press_pause"}},
                  {"when":{"event":"print_resumed"},"do":{"type":"press_resume"}},
                  {"when":{"event":"print_ended"},"do":{"type":"press_stop"}},
                  {"when":{"event":"print_ordered"},"do":{"type":"ignore_start"}},
                  {"when":{"event":"upload_begun"},"do":{"type":"fall_silent"}},
                  {"when":{"event":"upload_finished"},"do":{"type":"clear_health"}})");
  EXPECT_EQ(stage.show(0, GcodeState::running), Names{});
  EXPECT_EQ(stage.show(0, GcodeState::pause), Names{"0 press_pause"});
  EXPECT_EQ(stage.show(0, GcodeState::running), Names{"0 press_resume"});
  EXPECT_EQ(stage.show(0, GcodeState::finish), Names{"0 press_stop"});
  stage.sightings[1].starts_ordered = 1;
  EXPECT_EQ(stage.look(), Names{"1 ignore_start"});
  stage.sightings[1].uploads_begun = 1;
  EXPECT_EQ(stage.look(), Names{"1 fall_silent"});
  stage.sightings[1].uploads_kept = 1;
  EXPECT_EQ(stage.look(), Names{"1 clear_health"});
}

TEST(StageManager, CuesWhenAPrintReachesAPercentageOrALayer) {
  Theatre stage(R"({"when":{"percent":40},"do":{"type":"press_stop"}},
                  {"when":{"layer":7},"do":{"type":"press_pause"}})");
  EXPECT_EQ(stage.show(0, GcodeState::finish, 100, 90), Names{}) << "an old print's";
  EXPECT_EQ(stage.show(0, GcodeState::running, 39, 6), Names{});
  EXPECT_EQ(stage.show(0, GcodeState::running, 43, 6), Names{"0 press_stop"});
  EXPECT_EQ(stage.show(0, GcodeState::running, 44, 7), Names{"0 press_pause"});
  EXPECT_EQ(stage.show(0, GcodeState::running, 45, 8), Names{});
}

TEST(StageManager, CuesNoMoreOftenThanItMay) {
  Theatre stage(R"({"when":{"event":"print_started"},"times":2,"do":{"type":"press_stop"}})");
  int cues = 0;
  for (int i = 0; i < 5; ++i) {
    cues += static_cast<int>(stage.show(0, GcodeState::running).size());
    stage.show(0, GcodeState::finish);
  }
  EXPECT_EQ(cues, 2);
  EXPECT_EQ(stage.show(1, GcodeState::running).size(), 1u) << "each printer has its own count";
}

TEST(StageManager, LeavesToChanceWhatIsLeftToChanceAndRepeatsIt) {
  const auto play = [](int seed) {
    const auto scenario =
        parse_scenario("{\"seed\":" + std::to_string(seed) +
                       R"(,"steps":[{"when":{"event":"print_started"},"chance":0.3,)"
                       R"("do":{"type":"press_stop"}}]})");
    Instant now;
    auto manager = StageManager::make(*scenario, {{"A", "a"}}, now);
    std::string story;
    for (int i = 0; i < 1000; ++i) {
      std::vector<Sighting> seen(1);
      seen[0].print.state = i % 2 ? GcodeState::running : GcodeState::idle;
      if (i % 2) story += manager->look(seen, now).empty() ? '.' : '!';
      if (i % 2 == 0) manager->look(seen, now);
    }
    return story;
  };
  const auto story = play(3);
  const auto cues = std::count(story.begin(), story.end(), '!');
  EXPECT_GT(cues, 100);
  EXPECT_LT(cues, 200);
  EXPECT_EQ(play(3), story);
  EXPECT_NE(play(4), story);
}

TEST(StageManager, RefusesAPrinterThatThereIsNot) {
  const auto manager = StageManager::make(*parse_scenario(R"({"steps":[{"do":{"type":"press_stop"}},
                             {"printer":"Nobody","do":{"type":"press_stop"}}]})"),
                                          {{"030A", "Left"}}, Instant{});
  ASSERT_FALSE(manager);
  EXPECT_EQ(manager.error().says, "steps[1].printer: there is no printer 'Nobody'");
}

}  // namespace
}  // namespace pf::sim
