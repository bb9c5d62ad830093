#include "cloud/domain/auth/email.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

TEST(Email, IsKeptInLowerCase) {
  EXPECT_EQ(normalised_email("Ada.Lovelace+Farm@Example.COM"), "ada.lovelace+farm@example.com");
  EXPECT_EQ(normalised_email("admin@localhost"), "admin@localhost");
  EXPECT_EQ(normalised_email("o'neil@sub.mail-1.example"), "o'neil@sub.mail-1.example");
  EXPECT_EQ(normalised_email("j\xc3\xbcrgen@b\xc3\xbc"
                             "cher.example"),
            "j\xc3\xbcrgen@b\xc3\xbc"
            "cher.example");
  EXPECT_TRUE(normalised_email(std::string(64, 'a') + "@example.com"));
}

TEST(Email, ThatNoMailServerWouldTakeIsRefused) {
  const std::string bad[] = {
      "",
      "@",
      "ada",
      "ada@",
      "@example.com",
      "ada@example",
      "ada@@example.com",
      "ada@b@example.com",
      "ada@.com",
      "ada@example.",
      "ada@example..com",
      "ada@-a.com",
      "ada@a-.com",
      "ada@exa mple.com",
      "ada lovelace@example.com",
      " ada@example.com",
      "ada@example.com ",
      "ada@example.com\n",
      "ada\r\nBcc: x@example.com",
      "Ada <ada@example.com>",
      "ada@[127.0.0.1]",
      "ada@example.com,bob@example.com",
      std::string("a\0b@example.com", 15),
      std::string(65, 'a') + "@example.com",
      "ada@" + std::string(64, 'a') + ".com",
      "ada@" + std::string(60, 'a') + "." + std::string(60, 'b') + "." + std::string(60, 'c') +
          "." + std::string(60, 'd') + "." + std::string(10, 'e'),
  };
  for (const auto& text : bad) EXPECT_FALSE(normalised_email(text)) << text;
}

}  // namespace
}  // namespace pf
