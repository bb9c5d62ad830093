#include "crypto/text.hpp"

#include <gtest/gtest.h>

namespace pf::crypto {
namespace {

struct Encoded {
  std::string_view bytes;
  std::string_view text;
};

// RFC 4648 section 10, in the URL alphabet and without padding, and bytes that need '-' and '_'.
constexpr Encoded base64url_vectors[] = {
    {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
    {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"},
};

TEST(Base64Url, writes_and_reads_the_published_vectors) {
  for (const auto& vector : base64url_vectors) {
    EXPECT_EQ(base64url(vector.bytes), vector.text);
    EXPECT_EQ(from_base64url(vector.text), vector.bytes) << vector.text;
  }
}

TEST(Base64Url, refuses_what_is_not_exactly_the_encoding) {
  for (const std::string_view text :
       {"Zg==", "Zm9v=", "Z", "Zm9vY", "+_8", "-/8", "Zm 9v", "Zm9v\n", "Zm9\xc3", "Zh", "Zm9"}) {
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
  }
}

// RFC 4648 section 10, without padding.
TEST(Base32, writes_the_published_vectors) {
  for (const auto& [bytes, text] :
       {Encoded{"", ""}, Encoded{"f", "MY"}, Encoded{"fo", "MZXQ"}, Encoded{"foo", "MZXW6"},
        Encoded{"foob", "MZXW6YQ"}, Encoded{"fooba", "MZXW6YTB"},
        Encoded{"foobar", "MZXW6YTBOI"}}) {
    EXPECT_EQ(base32(bytes), text);
  }
}

TEST(Hex, writes_lower_case_and_reads_both) {
  const std::string_view bytes("\x00\x7f\xff\xa5", 4);
  EXPECT_EQ(hex(bytes), "007fffa5");
  EXPECT_EQ(from_hex("007fffa5"), bytes);
  EXPECT_EQ(from_hex("007FFFA5"), bytes);
  EXPECT_EQ(from_hex(""), "");
}

TEST(Hex, refuses_odd_lengths_and_other_characters) {
  for (const std::string_view text : {"0", "abc", "0g", "g0", "0x", " 00", "00 ", "+1", "-1"}) {
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace pf::crypto
