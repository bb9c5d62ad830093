#include "cloud/domain/auth/sign_in_delay.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

class SignInDelayTest : public testing::Test {
 protected:
  // The seconds to wait; nothing: the try was let through and counts as failed.
  std::optional<std::int64_t> wait(std::string_view account = "ada@example.com",
                                   std::string_view address = "192.0.2.7") {
    const auto fault = delay.begin(account, address);
    if (!fault) return std::nullopt;
    return fault->retry_after.value().count();
  }
  void fail(int times, std::string_view account = "ada@example.com",
            std::string_view address = "192.0.2.7") {
    for (int i = 0; i < times; ++i) ASSERT_FALSE(wait(account, address)) << i;
  }

  ManualClock clock;
  SignInDelay delay{clock};
};

TEST_F(SignInDelayTest, FiveFailuresAreFreeAndEachFurtherOneDoublesTheWait) {
  fail(5);
  for (const std::int64_t seconds : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}) {
    EXPECT_EQ(wait(), seconds);
    EXPECT_EQ(wait(), seconds);  // Asking again while waiting makes nothing worse.
    clock.advance(Seconds(seconds));
    EXPECT_FALSE(wait());
  }
}

TEST_F(SignInDelayTest, ARefusalSaysHowLongInWordsAndInTheHeaderAndWhatItIs) {
  fail(5);
  const auto fault = delay.begin("ada@example.com", "192.0.2.7");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->status, 429);
  EXPECT_EQ(fault->type, "too_many_failures");
  EXPECT_EQ(fault->retry_after, Seconds{1});
  EXPECT_NE(fault->says.find("Wait 1 second,"), std::string::npos);
}

TEST_F(SignInDelayTest, AnAccountIsDelayedFromWhereverItIsTried) {
  for (const std::string address : {"192.0.2.7", "198.51.100.1", "203.0.113.9", "2001:db8::1"}) {
    fail(1, "ada@example.com", address);
  }
  fail(1, "ada@example.com", "2001:db8:1::1");
  EXPECT_TRUE(wait("ada@example.com", "2001:db8:2::1"));
  EXPECT_FALSE(wait("bob@example.com", "2001:db8:2::1"));
}

TEST_F(SignInDelayTest, ANetworkIsDelayedWhateverAccountItTries) {
  const auto spray = [&](const std::string& a, const std::string& b) {
    SignInDelay fresh(clock);
    for (int i = 0; i < 5; ++i) {
      EXPECT_FALSE(fresh.begin("user" + std::to_string(i), i % 2 == 0 ? a : b));
    }
    return fresh.begin("another", b).has_value();
  };
  EXPECT_TRUE(spray("192.0.2.7", "192.0.2.250"));         // One /24.
  EXPECT_FALSE(spray("192.0.2.7", "192.0.3.7"));          // Two.
  EXPECT_TRUE(spray("2001:db8::1", "2001:db8::ffff:2"));  // One /64.
  EXPECT_FALSE(spray("2001:db8::1", "2001:db8:0:1::1"));  // Two.
  EXPECT_TRUE(spray("not an address", "not an address"));
}

TEST_F(SignInDelayTest, SuccessTakesTheAccountsOwnFailuresBack) {
  fail(4);
  EXPECT_FALSE(wait());
  delay.succeeded("ada@example.com", "192.0.2.7");
  fail(5);
  EXPECT_TRUE(wait());
}

TEST_F(SignInDelayTest, SuccessWithOnesOwnAccountDoesNotHideGuessesAtOthers) {
  for (int i = 0; i < 4; ++i) fail(1, "victim" + std::to_string(i));
  fail(1, "mallory");
  delay.succeeded("mallory", "192.0.2.7");
  fail(1, "victim4");
  EXPECT_TRUE(wait("victim5"));
}

TEST_F(SignInDelayTest, ATryCountsBeforeItsOutcomeIsKnown) {
  // A hundred tries at once: only the free ones get through.
  int let_through = 0;
  for (int i = 0; i < 100; ++i) let_through += wait() ? 0 : 1;
  EXPECT_EQ(let_through, 5);
}

TEST_F(SignInDelayTest, FailuresAreForgottenAnHourAfterTheLast) {
  fail(5);
  clock.advance(Minutes(60));
  fail(5);
  EXPECT_TRUE(wait());
}

TEST_F(SignInDelayTest, AFloodOfNamesForgetsTheOldestAndNoMore) {
  fail(5, "first", "192.0.2.7");
  for (std::size_t i = 0; i < delayed_keys_max / 2; ++i) {
    const auto network = "10." + std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255);
    delay.begin("user" + std::to_string(i), network + ".1");
  }
  EXPECT_FALSE(wait("first", "198.51.100.1"));
  fail(4, "user9999", "198.51.101.1");
  EXPECT_TRUE(wait("user9999", "198.51.102.1"));
}

}  // namespace
}  // namespace pf
