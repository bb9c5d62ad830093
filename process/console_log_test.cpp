#include "process/console_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/json.hpp"

namespace pf::process {
namespace {

struct Line {
  std::string time, level, event;
  std::optional<std::string> printer;
  std::optional<std::int64_t> bytes;
  FIELDS(time, level, event, printer, bytes)
};

std::string written(LogFormat format, LogLevel least, LogLevel level, std::string_view event,
                    std::initializer_list<LogField> fields = {}) {
  testing::internal::CaptureStderr();
  ConsoleLog log(format, least);
  log.write(level, event, fields);
  return testing::internal::GetCapturedStderr();
}

Line json_line(const std::string& text) {
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  const auto line = json::decode<Line>(text);
  EXPECT_TRUE(line) << text << (line ? "" : line.error().text());
  return line ? *line : Line{};
}

TEST(ConsoleLog, writes_one_json_object_a_line) {
  const auto line = json_line(written(LogFormat::json, LogLevel::info, LogLevel::warning,
                                      "upload stalled", {{"printer", "01S"}, {"bytes", 42}}));
  EXPECT_EQ(line.level, "warning");
  EXPECT_EQ(line.event, "upload stalled");
  EXPECT_EQ(line.printer, "01S");
  EXPECT_EQ(line.bytes, 42);
  EXPECT_EQ(line.time.size(), std::string_view("2024-01-01T00:00:00.000Z").size());
  EXPECT_EQ(line.time.back(), 'Z');
}

TEST(ConsoleLog, writes_readable_text_for_people) {
  const std::string text = written(LogFormat::text, LogLevel::info, LogLevel::info, "claimed",
                                   {{"hub", "north wall"}, {"printers", 5}, {"id", "a-1"}});
  EXPECT_NE(text.find(" info    claimed  hub=\"north wall\"  printers=5  id=a-1\n"),
            std::string::npos)
      << text;
}

TEST(ConsoleLog, drops_what_is_below_its_level) {
  EXPECT_EQ(written(LogFormat::json, LogLevel::warning, LogLevel::info, "quiet"), "");
  EXPECT_NE(written(LogFormat::json, LogLevel::warning, LogLevel::error, "loud"), "");
}

TEST(ConsoleLog, stays_one_valid_line_whatever_the_bytes_are) {
  const std::string nasty[] = {
      "two\nlines",          "\r\n{\"event\":\"forged\"}", "quote \" backslash \\",
      "braces {} {0} %v",    std::string("nul \0 end", 9), "\x1b[31mred",
      "bad \xc3( utf8 \xff", "gr\xc3\xbc\xc3\x9f",         "",
  };
  for (const auto& text : nasty) {
    const auto line = json_line(
        written(LogFormat::json, LogLevel::info, LogLevel::info, text, {{"printer", text}}));
    EXPECT_EQ(line.event, *line.printer);
    const std::string readable =
        written(LogFormat::text, LogLevel::info, LogLevel::info, text, {{"printer", text}});
    EXPECT_EQ(std::count(readable.begin(), readable.end(), '\n'), 1) << readable;
    EXPECT_EQ(readable.find('\x1b'), std::string::npos);
  }
}

TEST(ConsoleLog, cuts_a_text_that_would_fill_a_page) {
  const auto line = json_line(written(LogFormat::json, LogLevel::info, LogLevel::info, "long",
                                      {{"printer", std::string(100'000, 'x')}}));
  EXPECT_EQ(line.printer->size(), 4096u);
}

}  // namespace
}  // namespace pf::process
