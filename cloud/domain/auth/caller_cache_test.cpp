#include "cloud/domain/auth/caller_cache.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

constexpr Instant start{Milliseconds(1'000)};

TEST(CallerCache, RemembersForFiveSeconds) {
  CallerCache cache;
  EXPECT_FALSE(cache.find("a", start));
  cache.remember("a", Role::admin, start, cache.generation());
  EXPECT_EQ(cache.find("a", start + Milliseconds(4'999)), Role::admin);
  EXPECT_FALSE(cache.find("a", start + Milliseconds(5'000)));
  EXPECT_FALSE(cache.find("b", start));
}

TEST(CallerCache, DoesNotRememberWhatWasReadBeforeItWasEmptied) {
  CallerCache cache;
  const auto before = cache.generation();
  cache.remember("a", Role::admin, start, before);
  cache.forget_all();
  EXPECT_FALSE(cache.find("a", start));
  cache.remember("a", Role::admin, start, before);
  EXPECT_FALSE(cache.find("a", start));
  cache.remember("a", Role::viewer, start, cache.generation());
  EXPECT_EQ(cache.find("a", start), Role::viewer);
}

TEST(CallerCache, ForgetsRatherThanGrowsWithoutEnd) {
  CallerCache cache;
  for (std::size_t i = 0; i <= roles_remembered_max; ++i) {
    cache.remember(std::to_string(i), Role::viewer, start, cache.generation());
  }
  EXPECT_FALSE(cache.find("0", start));
  EXPECT_TRUE(cache.find(std::to_string(roles_remembered_max), start));
}

}  // namespace
}  // namespace pf
