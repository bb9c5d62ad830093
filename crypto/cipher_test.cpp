#include "crypto/cipher.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/text.hpp"

namespace pf::crypto {
namespace {

// The GCM specification's test case 16 (AES-256).
const std::string key =
    *from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
const std::string nonce = *from_hex("cafebabefacedbaddecaf888");
const std::string plain = *from_hex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
const std::string associated = *from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
const std::string sealed =
    nonce + *from_hex(
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                "76fc6ece0f4e1768cddf8853bb2d551b");

class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::string bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<std::uint8_t> out) override {
    ASSERT_EQ(out.size(), bytes_.size());
    std::copy(bytes_.begin(), bytes_.end(), out.begin());
  }

 private:
  std::string bytes_;
};

TEST(Cipher, seals_and_opens_the_published_vector) {
  FixedRandom random(nonce);
  EXPECT_EQ(seal(key, plain, associated, random), sealed);
  EXPECT_EQ(open(key, sealed, associated), plain);
}

TEST(Cipher, seals_nothing_and_long_texts_too) {
  SeededRandom random(1);
  for (const std::size_t size : {0u, 1u, 16u, 100'000u}) {
    const std::string text = random.bytes(size);
    EXPECT_EQ(open(key, seal(key, text, "", random), ""), text);
  }
}

TEST(Cipher, draws_a_new_nonce_for_each_sealing) {
  SeededRandom random(1);
  EXPECT_NE(seal(key, plain, associated, random), seal(key, plain, associated, random));
}

TEST(Cipher, does_not_open_when_any_byte_was_changed) {
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(open(key, changed, associated), std::nullopt) << i;
  }
}

TEST(Cipher, does_not_open_what_was_cut_short) {
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(open(key, std::string_view(sealed).substr(0, size), associated), std::nullopt);
  }
}

TEST(Cipher, does_not_open_with_another_key_or_in_another_place) {
  std::string other_key = key;
  other_key[31] ^= 1;
  EXPECT_EQ(open(other_key, sealed, associated), std::nullopt);
  EXPECT_EQ(open(key, sealed, "another row"), std::nullopt);
  EXPECT_EQ(open(key, sealed, ""), std::nullopt);
  EXPECT_EQ(open(key.substr(1), sealed, associated), std::nullopt);
  EXPECT_EQ(open("", sealed, associated), std::nullopt);
}

}  // namespace
}  // namespace pf::crypto
