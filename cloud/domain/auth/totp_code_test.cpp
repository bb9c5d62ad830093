#include "cloud/domain/auth/totp_code.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

constexpr std::string_view rfc_secret = "12345678901234567890";

TEST(TotpCode, matches_the_examples_of_rfc_6238) {
  struct Example {
    std::int64_t unix_seconds;
    std::string_view code;  // The last six of the RFC's eight digits.
  };
  for (const auto& [seconds, code] :
       {Example{59, "287082"}, Example{1111111109, "081804"}, Example{1111111111, "050471"},
        Example{1234567890, "005924"}, Example{2000000000, "279037"},
        Example{20000000000, "353130"}}) {
    EXPECT_EQ(totp_code(rfc_secret, seconds / 30), code) << seconds;
  }
}

TEST(TotpCode, is_accepted_one_step_early_and_one_step_late) {
  const UnixTime now{1'111'111'111'000};
  const std::int64_t step = 1'111'111'111 / 30;
  for (const int away : {-1, 0, 1}) {
    EXPECT_EQ(totp_step_of(rfc_secret, totp_code(rfc_secret, step + away), now), step + away);
  }
  for (const int away : {-2, 2, 100}) {
    EXPECT_FALSE(totp_step_of(rfc_secret, totp_code(rfc_secret, step + away), now)) << away;
  }
}

TEST(TotpCode, is_nothing_but_those_six_digits) {
  const UnixTime now{59'000};
  for (const std::string_view wrong :
       {"", "28708", "2870822", "287083", " 287082", "28708x", "94287082", "2870820"}) {
    EXPECT_FALSE(totp_step_of(rfc_secret, wrong, now)) << wrong;
  }
  EXPECT_FALSE(totp_step_of("another secret", "287082", now));
}

TEST(TotpCode, is_set_up_by_an_address_that_apps_can_read) {
  EXPECT_EQ(otpauth_url("GEZDGNBV", "ada+farm@example.com"),
            "otpauth://totp/PrintFarm:ada%2Bfarm%40example.com?secret=GEZDGNBV"
            "&issuer=PrintFarm&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace pf
