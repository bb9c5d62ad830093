#include "hub/platforms/linux/heard_printers.hpp"

#include <gtest/gtest.h>

namespace pf::hub {
namespace {

constexpr Instant at(int seconds) { return {Milliseconds{seconds * 1000}}; }

DiscoveredPrinter printer(const std::string& serial, const std::string& address = "192.0.2.1") {
  DiscoveredPrinter made;
  made.printer_id.value = serial;
  made.ip_address.value = address;
  made.name.value = "A printer";
  return made;
}

TEST(HeardPrinters, are_news_when_new_or_changed) {
  HeardPrinters heard;
  EXPECT_TRUE(heard.hear(printer("01S1"), at(0)));
  EXPECT_FALSE(heard.hear(printer("01S1"), at(5)));
  EXPECT_TRUE(heard.hear(printer("01S1", "192.0.2.2"), at(10)));
  EXPECT_FALSE(heard.hear(printer("01S1", "192.0.2.2"), at(15)));
  EXPECT_TRUE(heard.hear(printer("01S2"), at(15)));
}

TEST(HeardPrinters, are_told_again_after_a_while) {
  HeardPrinters heard;
  int told = 0;
  for (int second = 0; second < 120; second += 5) told += heard.hear(printer("01S1"), at(second));
  EXPECT_EQ(told, 4);
}

TEST(HeardPrinters, are_forgotten_after_a_minute_of_silence) {
  HeardPrinters heard;
  heard.hear(printer("01S1"), at(0));
  heard.hear(printer("01S2"), at(30));
  EXPECT_EQ(heard.list(at(59)).size(), 2u);
  ASSERT_EQ(heard.list(at(60)).size(), 1u);
  EXPECT_EQ(heard.list(at(60)).front().printer_id.value, "01S2");
  EXPECT_TRUE(heard.list(at(90)).empty());
  EXPECT_TRUE(heard.hear(printer("01S1"), at(91)));
}

TEST(HeardPrinters, are_limited_and_the_first_ones_stay) {
  HeardPrinters heard;
  for (std::size_t i = 0; i < heard_printers_max; ++i) {
    EXPECT_TRUE(heard.hear(printer("REAL" + std::to_string(i)), at(0)));
  }
  EXPECT_FALSE(heard.hear(printer("INVENTED"), at(1)));
  EXPECT_EQ(heard.list(at(1)).size(), heard_printers_max);
  EXPECT_TRUE(heard.hear(printer("INVENTED"), at(61)));
}

}  // namespace
}  // namespace pf::hub
