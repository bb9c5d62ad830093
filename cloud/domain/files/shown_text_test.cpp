#include "cloud/domain/files/shown_text.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/files/numbers.hpp"

namespace pf {
namespace {

TEST(ShownText, plain_and_foreign_text_stays_as_it_is) {
  EXPECT_EQ(shown_text("Würfel 立方体 🧊", 100), "Würfel 立方体 🧊");
  EXPECT_EQ(shown_text("", 100), "");
}

TEST(ShownText, is_cut_between_characters) {
  EXPECT_EQ(shown_text("aüü", 4), "aü");
  EXPECT_EQ(shown_text("🧊🧊", 7), "🧊");
  EXPECT_EQ(shown_text("abc", 0), "");
}

TEST(ShownText, controls_and_marks_that_turn_text_around_are_left_out) {
  EXPECT_EQ(shown_text(std::string_view("a\0b\r\nc\x1b[31m\x7f", 12), 100), "abc[31m");
  EXPECT_EQ(shown_text("a\xC2\x85"
                       "b",
                       100),
            "ab");
  EXPECT_EQ(shown_text("evil\u202Efm3.exe\u2066x\u2069", 100), "evilfm3.exex");
}

TEST(ShownText, broken_bytes_are_shown_as_broken) {
  EXPECT_EQ(shown_text("a\xff"
                       "b",
                       100),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(shown_text("\xC3", 100), "\xEF\xBF\xBD");
  EXPECT_EQ(shown_text("\xED\xA0\x80", 3), "\xEF\xBF\xBD");
}

TEST(ShownFileName, is_the_last_part_of_a_path) {
  EXPECT_EQ(shown_file_name("cube.gcode.3mf"), "cube.gcode.3mf");
  EXPECT_EQ(shown_file_name("C:\\Users\\Anna\\cube.3mf"), "cube.3mf");
  EXPECT_EQ(shown_file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(shown_file_name("  cube.3mf "), "cube.3mf");
  EXPECT_EQ(shown_file_name(".gcode.3mf"), ".gcode.3mf");
}

TEST(ShownFileName, never_is_empty_or_a_folder) {
  for (const auto* name : {"", "/", "..", ".", "a/..", "\\", " ", "x/", "\r\n"}) {
    EXPECT_EQ(shown_file_name(name), "unnamed.gcode.3mf") << name;
  }
}

TEST(ShownFileName, keeps_its_extension_when_it_is_cut) {
  const auto name = shown_file_name(std::string(500, 'n') + ".gcode.3mf");
  EXPECT_EQ(name.size(), 200u);
  EXPECT_TRUE(name.ends_with("nn.gcode.3mf"));
  EXPECT_EQ(shown_file_name(std::string(500, 'n')).size(), 200u);
}

TEST(Numbers, are_whole_texts_of_zero_or_more) {
  EXPECT_EQ(amount_in("2.83"), 2.83);
  EXPECT_EQ(amount_in("0"), 0.0);
  EXPECT_EQ(count_in("90"), 90);
  EXPECT_EQ(shared_amount_in("0.4"), 0.4);
  EXPECT_EQ(shared_amount_in("0.4,0.4"), 0.4);
  for (const auto* bad : {"", " 1", "1 ", "1,5", "-1", "nan", "inf", "1e999", "0x10", "one"}) {
    EXPECT_FALSE(amount_in(bad)) << bad;
    EXPECT_FALSE(count_in(bad)) << bad;
  }
  EXPECT_FALSE(count_in("1.5"));
  EXPECT_FALSE(count_in("99999999999"));
  for (const auto* bad : {"", "0.4,0.6", "0.4,", ",0.4", "0.4;0.4"}) {
    EXPECT_FALSE(shared_amount_in(bad)) << bad;
  }
}

}  // namespace
}  // namespace pf
