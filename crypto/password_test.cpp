#include "crypto/password.hpp"

#include <gtest/gtest.h>

namespace pf::crypto {
namespace {

// From the test program of the reference implementation.
constexpr std::string_view reference_phc =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

TEST(Password, verifies_the_reference_implementations_hash) {
  EXPECT_TRUE(verify_password("password", reference_phc));
  EXPECT_FALSE(verify_password("Password", reference_phc));
  EXPECT_FALSE(verify_password("", reference_phc));
}

TEST(Password, is_hashed_with_the_costs_we_promise_and_a_salt_of_its_own) {
  SeededRandom random(7);
  const std::string first = hash_password("correct horse", random);
  const std::string second = hash_password("correct horse", random);
  EXPECT_EQ(first.rfind("$argon2id$v=19$m=19456,t=2,p=1$", 0), 0u) << first;
  EXPECT_EQ(first.find('\0'), std::string::npos);
  EXPECT_NE(first, second);
  EXPECT_TRUE(verify_password("correct horse", first));
  EXPECT_TRUE(verify_password("correct horse", second));
  EXPECT_FALSE(verify_password("correct horse ", first));
}

TEST(Password, may_hold_any_bytes) {
  SeededRandom random(7);
  const std::string_view password("z\0\xff\xc3", 4);
  EXPECT_TRUE(verify_password(password, hash_password(password, random)));
  EXPECT_FALSE(verify_password("z", hash_password(password, random)));
}

TEST(Password, is_refused_against_a_malformed_hash) {
  const std::string good(reference_phc);
  const std::string broken[] = {
      "",
      "password",
      "$argon2id$",
      good.substr(0, good.size() - 1),
      good + "A",
      good + std::string(300, 'A'),
      "$argon2i" + good.substr(9),
      "$argon2id$v=19$m=x,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
      good + std::string(1, '\0') + "x",
  };
  for (const auto& phc : broken) EXPECT_FALSE(verify_password("password", phc)) << phc;
}

TEST(Password, is_refused_against_a_hash_that_would_exhaust_the_server) {
  const std::string rest = ",p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  EXPECT_FALSE(verify_password("password", "$argon2id$v=19$m=4194304,t=2" + rest));
  EXPECT_FALSE(verify_password("password", "$argon2id$v=19$m=99999999999999,t=2" + rest));
  EXPECT_FALSE(verify_password("password", "$argon2id$v=19$m=256,t=4000000" + rest));
}

}  // namespace
}  // namespace pf::crypto
