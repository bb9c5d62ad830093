#include "hub/drivers/bambu/error_words.hpp"

#include <gtest/gtest.h>

namespace pf::hub::bambu {
namespace {

TEST(ErrorWords, of_filament_errors_name_the_unit) {
  EXPECT_EQ(print_error_words(0x07008011).find("AMS A: The filament ran out."), 0u);
  EXPECT_EQ(print_error_words(0x07038011).find("AMS D: "), 0u);
  EXPECT_EQ(print_error_words(0x18018011).find("AMS HT B: "), 0u);
  EXPECT_NE(print_error_words(0x07FF8011).find("external spool"), std::string::npos);
  EXPECT_EQ(print_error_words(0x07FF8012).find("External spool: "), 0u);
}

TEST(ErrorWords, say_what_to_do) {
  EXPECT_NE(print_error_words(0x03008004).find("resume"), std::string::npos);
  EXPECT_NE(print_error_words(0x05004003).find("Send it again"), std::string::npos);
  EXPECT_NE(hms_words(0x05000500, 0x00010007).find("Developer Mode"), std::string::npos);
}

TEST(ErrorWords, are_empty_rather_than_wrong_for_codes_that_are_not_known) {
  for (const std::uint32_t code : {0u, 0x03009999u, 0x07009999u, 0x09008011u, 0xffffffffu}) {
    EXPECT_EQ(print_error_words(code), "") << code;
  }
  EXPECT_EQ(hms_words(0x05000500, 0x00010008), "");
  EXPECT_EQ(hms_words(0, 0), "");
}

TEST(ErrorWords, fit_the_wire_whatever_the_unit) {
  for (const std::uint32_t module : {0x07u, 0x18u}) {
    for (std::uint32_t unit = 0; unit <= 0xff; ++unit) {
      for (std::uint32_t low = 0x8000; low <= 0x8020; ++low) {
        EXPECT_LE(print_error_words(module << 24 | unit << 16 | low).size(), 300u);
      }
    }
  }
}

}  // namespace
}  // namespace pf::hub::bambu
