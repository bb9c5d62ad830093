#include "cloud/adapters/http/reply.hpp"

#include <gtest/gtest.h>

namespace pf {
namespace {

std::string head_of(const Response& response, ReplyContext context = {}) {
  context.request_id = "r-1";
  context.now = {784'111'777'000};
  return reply_head(response, 2, context);
}
bool has_line(const std::string& head, const std::string& line) {
  return head.find("\r\n" + line + "\r\n") != std::string::npos;
}

TEST(Reply, CarriesTheFieldsThatEveryReplyCarries) {
  const auto head = head_of({});
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  for (const auto* line :
       {"Date: Sun, 06 Nov 1994 08:49:37 GMT", "X-Request-Id: r-1", "Connection: keep-alive",
        "X-Content-Type-Options: nosniff", "Content-Type: application/json", "Content-Length: 2",
        "Cache-Control: no-store"}) {
    EXPECT_TRUE(has_line(head, line)) << line;
  }
}

TEST(Reply, AValueCannotBeginAnotherField) {
  Response response;
  response.headers = {{"Location", "/a\r\nSet-Cookie: access=evil\r\n\r\n<html>"}};
  const auto head = head_of(response);
  EXPECT_TRUE(has_line(head, "Location: /aSet-Cookie: access=evil<html>"));
  EXPECT_EQ(head.find("\r\n\r\n"), head.size() - 4);
}

TEST(Reply, WithoutABodyNoLengthIsPromised) {
  for (const int status : {204, 304}) {
    EXPECT_TRUE(is_bodiless(status));
    EXPECT_EQ(head_of({.status = status}).find("Content-Length"), std::string::npos);
  }
  EXPECT_FALSE(is_bodiless(200));
  EXPECT_FALSE(is_bodiless(500));
}

TEST(Reply, WhatAnEtagVouchesForMayBeKeptAndAskedForAgain) {
  Response response;
  response.headers = {{"ETag", "\"7\""}};
  EXPECT_TRUE(has_line(head_of(response), "Cache-Control: private, no-cache"));
  response.headers.emplace_back("Cache-Control", "max-age=5");
  EXPECT_EQ(head_of(response).find("no-cache"), std::string::npos);
}

TEST(Reply, HttpsIsPromisedOnlyWhereItIsSpoken) {
  const std::string promise = "Strict-Transport-Security: max-age=31536000";
  EXPECT_FALSE(has_line(head_of({}, {.host = "farm.lan"}), promise));
  EXPECT_TRUE(has_line(head_of({}, {.host = "farm.lan", .safety = CookieSafety::https}), promise));
  EXPECT_FALSE(
      has_line(head_of({}, {.host = "localhost:8080", .safety = CookieSafety::https}), promise));
}

TEST(Reply, AnswersOurOwnSocketByName) {
  EXPECT_NE(head_of({}, {.host = "a:1"}).find("connect-src 'self' ws://a:1"), std::string::npos);
  EXPECT_NE(head_of({}, {.host = "a", .safety = CookieSafety::https}).find("wss://a"),
            std::string::npos);
  EXPECT_EQ(head_of({}).find("connect-src"), std::string::npos) << "no host that can be trusted";
}

TEST(Reply, AFileKeepsItsNameInBothForms) {
  EXPECT_EQ(content_disposition("a.3mf"), "attachment; filename=\"a.3mf\"; filename*=UTF-8''a.3mf");
  EXPECT_EQ(content_disposition("a \"b\"\r\n\\%.3mf"),
            "attachment; filename=\"a _b_____.3mf\"; filename*=UTF-8''a%20%22b%22%0D%0A%5C%25.3mf");
  EXPECT_EQ(content_disposition("\xC3\xBC"),
            "attachment; filename=\"__\"; filename*=UTF-8''%C3%BC");
}

}  // namespace
}  // namespace pf
