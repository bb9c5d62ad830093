#include "sim/scenario.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace pf::sim {
namespace {

TEST(Scenario, ReadsItsSteps) {
  const auto scenario = parse_scenario(R"({
    "seed": 7,
    "steps": [
      {"printer": "A1 mini 1", "when": {"event": "print_started"}, "after_seconds": 20,
       "chance": 0.5, "times": 3, "do": {"type": "press_stop"}},
      {"when": {"percent": 40}, "do": {"type": "run_out_of_filament"}},
      {"do": {"type": "slow_card", "bytes_per_second": 100000}}
    ]})");
  ASSERT_TRUE(scenario) << scenario.error().says;
  EXPECT_EQ(scenario->seed, 7);
  ASSERT_EQ(scenario->steps.size(), 3u);
  const auto& first = scenario->steps.value[0];
  EXPECT_EQ(*first.printer, "A1 mini 1");
  EXPECT_EQ(first.when->event, Happening::print_started);
  EXPECT_EQ(*first.after_seconds, 20);
  EXPECT_EQ(*first.chance, 0.5);
  EXPECT_EQ(*first.times, 3);
  EXPECT_EQ(first.do_.name(), "press_stop");
}

TEST(Scenario, SaysInOneSentenceWhatIsWrongAndWhere) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"[]", "must be an object"},
      {"{}", "steps: is missing"},
      {R"({"steps":7})", "steps: must be a list"},
      {R"({"steps":[],"speed":2})", "speed: is not a known field"},
      {R"({"steps":[{}]})", "steps[0].do: is missing"},
      {R"({"steps":[{"do":{"type":"press_stop"}},{"do":{"type":"press_sotp"}}]})",
       "steps[1].do.type: must be one of"},
      {R"({"steps":[{"do":{"type":"start_late","seconds":1e9}}]})", "steps[0].do.seconds: must be"},
      {R"({"steps":[{"chance":1.5,"do":{"type":"press_stop"}}]})", "steps[0].chance: must be"},
      {R"({"steps":[{"when":{},"do":{"type":"press_stop"}}]})",
       "steps[0].when: must have exactly one of"},
      {R"({"steps":[{"when":{"percent":1,"layer":1},"do":{"type":"press_stop"}}]})",
       "steps[0].when: must have exactly one of"},
      {R"({"steps":[{"when":{"event":"lunch"},"do":{"type":"press_stop"}}]})",
       "steps[0].when.event: must be one of"},
      {R"({"steps":[{"printer":"","do":{"type":"press_stop"}}]})",
       "steps[0].printer: must not be empty"},
  };
  for (const auto& [text, says] : cases) {
    const auto scenario = parse_scenario(text);
    ASSERT_FALSE(scenario) << text;
    EXPECT_EQ(scenario.error().says.find(says), 0u) << scenario.error().says;
  }
}

TEST(Scenario, FilesThatShipAreGood) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("sim/scenarios")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto scenario = parse_scenario(text);
    EXPECT_TRUE(scenario) << entry.path() << ": " << scenario.error().says;
    ++files;
  }
  EXPECT_GE(files, 3u);
}

}  // namespace
}  // namespace pf::sim
