#include "crypto/secure_random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pf::crypto {
namespace {

TEST(SecureRandom, never_gives_the_same_key_twice) {
  SecureRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(random.bytes(16)).second);
}

TEST(SecureRandom, fills_every_byte_it_is_asked_for) {
  SecureRandom random;
  EXPECT_EQ(random.bytes(0), "");
  // A byte that is never written would be zero in each of 64 draws.
  std::string seen(333, '\0');
  for (int i = 0; i < 64; ++i) {
    const std::string drawn = random.bytes(seen.size());
    for (std::size_t at = 0; at < seen.size(); ++at) seen[at] |= drawn[at];
  }
  EXPECT_EQ(seen.find('\0'), std::string::npos);
}

}  // namespace
}  // namespace pf::crypto
