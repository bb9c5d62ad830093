#include "cloud/adapters/http/byte_range.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pf {
namespace {

std::string choose(std::optional<std::string_view> range, std::uint64_t size = 100,
                   std::optional<std::string_view> if_range = std::nullopt) {
  const auto choice = choose_range(range, if_range, "tag", size);
  switch (choice.kind) {
    case RangeKind::whole: return "whole";
    case RangeKind::unsatisfiable: return "unsatisfiable";
    case RangeKind::part:
      return std::to_string(choice.range.first) + "+" + std::to_string(choice.range.size);
  }
  return "";
}

TEST(ByteRange, OneRangeIsUnderstood) {
  EXPECT_EQ(choose("bytes=0-9"), "0+10");
  EXPECT_EQ(choose("bytes=99-99"), "99+1");
  EXPECT_EQ(choose("bytes=90-"), "90+10");
  EXPECT_EQ(choose("bytes=0-"), "0+100");
  EXPECT_EQ(choose("bytes=90-1000"), "90+10");
  EXPECT_EQ(choose("bytes=-10"), "90+10");
  EXPECT_EQ(choose("bytes=-1000"), "0+100");
}

TEST(ByteRange, WhatLiesOutsideIsUnsatisfiable) {
  EXPECT_EQ(choose("bytes=100-"), "unsatisfiable");
  EXPECT_EQ(choose("bytes=200-300"), "unsatisfiable");
  EXPECT_EQ(choose("bytes=-0"), "unsatisfiable");
  EXPECT_EQ(choose("bytes=0-", 0), "unsatisfiable");
  EXPECT_EQ(choose("bytes=-5", 0), "unsatisfiable");
}

TEST(ByteRange, WhatIsNotUnderstoodGivesTheWhole) {
  EXPECT_EQ(choose(std::nullopt), "whole");
  for (const auto* odd : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5", "bytes=9-5",
                          "bytes=0-1,3-4", "bytes= 0-1", "bytes=+1-2", "bytes=0x1-2", "bytes=1--2",
                          "items=0-1", "bytes=99999999999999999999-", "bytes=--5"}) {
    EXPECT_EQ(choose(odd), "whole") << odd;
  }
}

TEST(ByteRange, AResumedDownloadOfSomethingElseStartsOver) {
  EXPECT_EQ(choose("bytes=10-", 100, "\"tag\""), "10+90");
  EXPECT_EQ(choose("bytes=10-", 100, "\"other\""), "whole");
  EXPECT_EQ(choose("bytes=10-", 100, "W/\"tag\""), "whole");
  EXPECT_EQ(choose("bytes=10-", 100, "tag"), "whole");
  EXPECT_EQ(choose("bytes=10-", 100, "Wed, 21 Oct 2015 07:28:00 GMT"), "whole");
}

TEST(ByteRange, EtagsAreFoundInLists) {
  EXPECT_TRUE(names_etag("\"tag\"", "tag"));
  EXPECT_TRUE(names_etag("W/\"tag\"", "tag"));
  EXPECT_TRUE(names_etag("\"a\", \"tag\"", "tag"));
  EXPECT_TRUE(names_etag("*", "tag"));
  EXPECT_FALSE(names_etag("tag", "tag"));
  EXPECT_FALSE(names_etag("\"tag2\"", "tag"));
  EXPECT_FALSE(names_etag("", "tag"));
}

}  // namespace
}  // namespace pf
