#include "hub/drivers/bambu/ftp_reply.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pf::hub::bambu {
namespace {

std::vector<FtpReply> replies_in(std::string_view bytes, std::size_t piece = 1) {
  FtpReplies reader;
  std::vector<FtpReply> replies;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece));
    while (auto reply = reader.next()) replies.push_back(*reply);
  }
  return replies;
}

TEST(FtpReplies, of_one_line_of_digits_and_of_many_lines) {
  for (const std::size_t piece : {1u, 3u, 1000u}) {
    const auto replies = replies_in(
        "331\r\n230 Login successful.\n220-Hello\r\n 220 not yet\r\n221 nor this\r\n220 now\r\n",
        piece);
    ASSERT_EQ(replies.size(), 3u);
    EXPECT_EQ(replies[0].code, 331);
    EXPECT_EQ(replies[0].text, "");
    EXPECT_EQ(replies[1].text, "Login successful.");
    EXPECT_EQ(replies[2].code, 220);
    EXPECT_EQ(replies[2].text, "now");
  }
}

TEST(FtpReplies, a_reply_of_many_lines_ends_with_its_code_and_a_space) {
  const auto replies = replies_in("220-a\r\n220-b\r\n220 c\r\n");
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].text, "c");
}

TEST(FtpReplies, passive_ports_of_both_dialects) {
  EXPECT_EQ(passive_port("Entering Passive Mode (192,0,2,10,7,232)."), 2024);
  EXPECT_EQ(passive_port("(192,0,2,10,7,232)"), 2024);
  EXPECT_EQ(passive_port("=0,0,0,0,0,21"), 21);
  for (const auto* bad : {"", "()", "(1,2,3,4,5)", "(1,2,3,4,5,6,7)", "(1,2,3,4,256,1)",
                          "(1,2,3,4,,1)", "(0,0,0,0,0,0)", "(1,2,3,4,5,)", "no digits"}) {
    EXPECT_FALSE(passive_port(bad)) << bad;
  }
}

TEST(FtpReplies, sizes_of_replies_and_listings) {
  EXPECT_EQ(size_in("1233546"), 1233546u);
  EXPECT_FALSE(size_in(""));
  EXPECT_FALSE(size_in("many"));
  EXPECT_FALSE(size_in("-5"));
  constexpr auto line = "-rw-rw-rw- 1 root root      1233546 Feb 24 03:49 sample.gcode.3mf";
  EXPECT_EQ(listed_size(line, "sample.gcode.3mf"), 1233546u);
  EXPECT_FALSE(listed_size(line, "ample.gcode.3mf"));
  EXPECT_FALSE(listed_size("drwxr-xr-x 2 root root 4096 Feb 24 03:49 cache", "cache"));
  EXPECT_FALSE(listed_size("-rw-rw-rw- 1 root", "root"));
  EXPECT_FALSE(listed_size("", ""));
}

}  // namespace
}  // namespace pf::hub::bambu
