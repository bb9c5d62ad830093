#include "hub/platforms/linux/recent_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/json.hpp"
#include "protocol/words.hpp"

namespace pf::hub {
namespace {

struct Line {
  Millis at = 0;
  std::string level, event;
  std::optional<std::string> hub_id;
  std::optional<int> count;
  FIELDS(at, level, event, hub_id, count)
};

class CountingLog final : public Log {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<LogField>) override { ++lines; }
  int lines = 0;
};

struct RecentLogTest : testing::Test {
  CountingLog next;
  ManualClock clock;
  RecentLog log{next, clock};
};

TEST_F(RecentLogTest, a_line_is_kept_as_json_and_passed_on) {
  log.warning("cloud gone", {{"hub_id", "hub-1"}, {"count", 3}});
  const auto line = json::decode<Line>(log.text());
  ASSERT_TRUE(line) << log.text();
  EXPECT_EQ(line->at, clock.unix_now().milliseconds);
  EXPECT_EQ(line->level, "warning");
  EXPECT_EQ(line->event, "cloud gone");
  EXPECT_EQ(line->hub_id, "hub-1");
  EXPECT_EQ(line->count, 3);
  EXPECT_EQ(next.lines, 1);
}

TEST_F(RecentLogTest, the_oldest_lines_make_room_for_the_newest) {
  for (int i = 0; i < 5'000; ++i) log.info("tick", {{"count", i}});
  const auto text = log.text();
  EXPECT_LE(text.size(), recent_log_bytes_max);
  EXPECT_GT(text.size(), recent_log_bytes_max - recent_log_line_bytes_max);
  EXPECT_NE(text.find("\"count\":4999"), std::string::npos);
  EXPECT_EQ(text.find("\"count\":0}"), std::string::npos);
  EXPECT_TRUE(text.starts_with("{\"at\":")) << "lines are whole";
  EXPECT_EQ(next.lines, 5'000);
}

TEST_F(RecentLogTest, no_value_can_forge_a_line_or_break_the_text) {
  log.info("a\nb", {{"hub_id", "\"}\n{\"level\":\"error\" \xff\x00"}});
  const auto text = log.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_TRUE(json::decode<Line>(text)) << text;
}

TEST_F(RecentLogTest, a_line_beyond_all_measure_is_passed_on_but_not_kept) {
  log.info(std::string(100'000, 'x'));
  EXPECT_TRUE(log.text().empty());
  EXPECT_EQ(next.lines, 1);
}

}  // namespace
}  // namespace pf::hub
