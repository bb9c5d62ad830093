#include "cloud/adapters/mail/letter_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pf {
namespace {

std::string field(const Mail& mail, std::string_view name) {
  for (const auto& one : letter_fields(mail, "farm@example.com", "id@x", {1'700'000'000'000})) {
    if (one.starts_with(name)) return one;
  }
  return {};
}

TEST(LetterText, names_its_day_its_people_and_its_subject) {
  const Mail mail{"ada@example.com", "Hello", ""};
  EXPECT_EQ(field(mail, "Date"), "Date: Tue, 14 Nov 2023 22:13:20 +0000");
  EXPECT_EQ(field(mail, "From"), "From: PrintFarm <farm@example.com>");
  EXPECT_EQ(field(mail, "To"), "To: <ada@example.com>");
  EXPECT_EQ(field(mail, "Subject"), "Subject: Hello");
  EXPECT_EQ(field(mail, "Auto-Submitted"), "Auto-Submitted: auto-generated");
}

TEST(LetterText, lets_no_subject_begin_a_field_of_its_own) {
  const Mail mail{"ada@example.com\r\nBcc: eve@example.com", "Hi\r\nBcc: eve@example.com\n\nBody",
                  ""};
  for (const auto& one : letter_fields(mail, "a@b.c\r\nX: y", "id@x\n", {0})) {
    EXPECT_EQ(one.find('\r'), std::string::npos) << one;
    EXPECT_EQ(one.find('\n'), std::string::npos) << one;
  }
}

TEST(LetterText, writes_other_alphabets_as_encoded_words) {
  EXPECT_EQ(field({"a@b.c", "Größe = 1_0?", ""}, "Subject"),
            "Subject: =?UTF-8?Q?Gr=C3=B6=C3=9Fe_=3D_1=5F0=3F?=");
}

TEST(LetterText, keeps_encoded_words_short_and_characters_whole) {
  std::string subject;
  for (int i = 0; i < 40; ++i) subject += "\xe2\x82\xac";
  const auto line = field({"a@b.c", subject, ""}, "Subject").substr(9);
  for (std::size_t begin = 0; begin < line.size();) {
    const auto end = std::min(line.find(' ', begin), line.size());
    const auto word = line.substr(begin, end - begin);
    EXPECT_LE(word.size(), 75u);
    EXPECT_TRUE(word.starts_with("=?UTF-8?Q?=E2") && word.ends_with("=AC?=")) << word;
    begin = end + 1;
  }
}

TEST(LetterText, ends_every_line_as_mail_does) {
  EXPECT_EQ(letter_lines("a\nb\n"), "a\r\nb\r\n");
  EXPECT_EQ(letter_lines("a\r\nb\rc"), "a\r\nbc");
  EXPECT_EQ(letter_lines(""), "");
}

}  // namespace
}  // namespace pf
