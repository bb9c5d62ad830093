#include "cloud/adapters/http/rate_limit.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

constexpr Milliseconds none{0};

Instant at(Milliseconds since_start) { return {since_start}; }

TEST(RateLimit, AMinutesWorthMayComeAtOnceAndThenOneAfterAnother) {
  RateLimit limit(60);
  for (int i = 0; i < 60; ++i) EXPECT_EQ(limit.take("a", at(none)), none);
  EXPECT_EQ(limit.take("a", at(none)), Seconds{1});
  EXPECT_EQ(limit.take("a", at(Milliseconds{400})), Milliseconds{600});
  EXPECT_EQ(limit.take("a", at(Seconds{1})), none);
  EXPECT_GT(limit.take("a", at(Seconds{1})), none);
}

TEST(RateLimit, WhoWasRefusedIsNotPunishedForAsking) {
  RateLimit limit(1);
  EXPECT_EQ(limit.take("a", at(none)), none);
  for (int i = 1; i < 60; ++i) EXPECT_GT(limit.take("a", at(Seconds{i})), none);
  EXPECT_EQ(limit.take("a", at(Seconds{60})), none);
}

TEST(RateLimit, NobodySavesUpMoreThanAMinutesWorth) {
  RateLimit limit(2);
  EXPECT_EQ(limit.take("a", at(none)), none);
  const auto much_later = at(Minutes{1000});
  EXPECT_EQ(limit.take("a", much_later), none);
  EXPECT_EQ(limit.take("a", much_later), none);
  EXPECT_GT(limit.take("a", much_later), none);
}

TEST(RateLimit, OneDoesNotUseUpWhatIsAnothers) {
  RateLimit limit(1);
  EXPECT_EQ(limit.take("a", at(none)), none);
  EXPECT_EQ(limit.take("b", at(none)), none);
  EXPECT_GT(limit.take("a", at(none)), none);
}

TEST(RateLimit, AClockThatStandsStillOrGoesBackGivesNothing) {
  RateLimit limit(1);
  EXPECT_EQ(limit.take("a", at(Seconds{100})), none);
  EXPECT_GT(limit.take("a", at(Seconds{50})), none);
}

TEST(RateLimit, AFloodOfStrangersFillsNoMemoryAndTheLatestIsRemembered) {
  RateLimit limit(1);
  for (std::size_t i = 0; i < 3 * remembered_visitors_max; ++i) {
    EXPECT_EQ(limit.take("stranger " + std::to_string(i), at(none)), none);
    // Who keeps asking is not forgotten because of them.
    if (i > 0) {
      EXPECT_GT(limit.take("stranger 0", at(none)), none);
    }
  }
  EXPECT_EQ(limit.size(), remembered_visitors_max);
}

TEST(RateLimit, ZeroIsNoLimit) {
  RateLimit limit(0);
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(limit.take("a", at(none)), none);
  EXPECT_EQ(limit.size(), 0u);
}

TEST(RateLimits, ClassesAreCountedApart) {
  RateLimits limits({.sign_in = 1, .ordinary = 2, .bulk = 3, .upload = 4, .socket = 5});
  int expected = 1;
  for (const auto rate : {RateClass::sign_in, RateClass::ordinary, RateClass::bulk,
                          RateClass::upload, RateClass::socket}) {
    int allowed = 0;
    while (limits.take(rate, "a", at(none)) == none) ++allowed;
    EXPECT_EQ(allowed, expected++) << word(rate);
  }
}

TEST(Admission, LetsABurstInAndThenAsManyASecondAsItSays) {
  Admission admission(3, 10, at(none));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(admission.take(at(none)), none);
  EXPECT_EQ(admission.take(at(none)), Milliseconds{100});
  EXPECT_EQ(admission.take(at(Milliseconds{100})), none);
  EXPECT_GT(admission.take(at(Milliseconds{100})), none);
  Admission everybody(0, 0, at(none));
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(everybody.take(at(none)), none);
}

TEST(NetworkOf, AnIpv6CustomerIsOneVisitor) {
  EXPECT_EQ(network_of("2001:db8:1:2:aaaa::1"), network_of("2001:db8:1:2:bbbb::2"));
  EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
  EXPECT_EQ(network_of("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(network_of("not an address"), "not an address");
}

}  // namespace
}  // namespace pf
