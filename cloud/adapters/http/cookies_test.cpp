#include "cloud/adapters/http/cookies.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

RequestHead with_cookies(const std::vector<std::string>& values) {
  RequestHead head;
  for (const auto& value : values) head.fields.push_back({"cookie", value});
  return head;
}

TEST(Cookies, AreFoundAmongOthersAndInSeveralFields) {
  for (const auto& values : std::vector<std::vector<std::string>>{{"access=t"},
                                                                  {"a=b; access=t; c=d"},
                                                                  {"a=b;access=t"},
                                                                  {"a=b", "access=t"},
                                                                  {"access=; access=t"},
                                                                  {" access=t"},
                                                                  {"noise; access=t"}}) {
    EXPECT_EQ(cookie_value(with_cookies(values), "access", CookieSafety::plain_http), "t")
        << values.front();
  }
  EXPECT_EQ(cookie_value(with_cookies({"access=a=b=="}), "access", CookieSafety::plain_http),
            "a=b==");
}

TEST(Cookies, ThatOnlyLookAlikeAreNotTaken) {
  for (const auto* value : {"", ";", "access", "access=", "xaccess=t", "accessx=t", "ACCESS=t",
                            "__Host-access=t", "a=access=t", "access =t"}) {
    EXPECT_EQ(cookie_value(with_cookies({value}), "access", CookieSafety::plain_http), std::nullopt)
        << value;
  }
  // One set over plain http, perhaps by somebody on the way, is worth nothing over https.
  EXPECT_EQ(cookie_value(with_cookies({"access=t"}), "access", CookieSafety::https), std::nullopt);
  EXPECT_EQ(
      cookie_value(with_cookies({"access=evil; __Host-access=t"}), "access", CookieSafety::https),
      "t");
}

TEST(Cookies, AreBoundToThisHostOverHttps) {
  const Cookie cookie{"access", "t", 900};
  EXPECT_EQ(set_cookie(cookie, CookieSafety::plain_http),
            "access=t; Path=/; Max-Age=900; HttpOnly; SameSite=Lax");
  EXPECT_EQ(set_cookie(cookie, CookieSafety::https),
            "__Host-access=t; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure");
}

}  // namespace
}  // namespace pf
