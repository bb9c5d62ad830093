#include "base/random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pf {
namespace {

TEST(Random, the_same_seed_gives_the_same_run) {
  SeededRandom a(5), b(5), c(6);
  EXPECT_EQ(a.bytes(64), b.bytes(64));
  EXPECT_NE(a.bytes(64), c.bytes(64));
}

TEST(Random, below_stays_below_and_reaches_everything) {
  SeededRandom random(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(random.below(7));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6}));
}

TEST(Uuid7, sorts_by_time_and_bears_its_version) {
  SeededRandom random(2);
  const auto earlier = uuid7({1'700'000'000'000}, random);
  const auto later = uuid7({1'700'000'000'001}, random);
  EXPECT_LT(earlier, later);
  EXPECT_EQ(earlier.size(), 36u);
  EXPECT_EQ(earlier[14], '7');
  EXPECT_EQ(uuid4(random)[14], '4');
  EXPECT_NE(std::string("89ab").find(earlier[19]), std::string::npos);
}

TEST(Base32Token, uses_only_letters_that_cannot_be_mistaken) {
  SeededRandom random(3);
  const auto token = base32_token(random, 500);
  EXPECT_EQ(token.size(), 500u);
  EXPECT_EQ(token.find_first_of("ILOUilou"), std::string::npos);
}

}  // namespace
}  // namespace pf
