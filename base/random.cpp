#include "base/random.hpp"

#include <array>
#include <cassert>

namespace pf {
namespace {

std::string uuid_text(const std::array<std::uint8_t, 16>& bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

std::string versioned_uuid(std::array<std::uint8_t, 16> bytes, std::uint8_t version) {
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | (version << 4));
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  return uuid_text(bytes);
}

}  // namespace

std::uint64_t Random::next() {
  std::array<std::uint8_t, 8> raw;
  fill(raw);
  std::uint64_t value = 0;
  for (const auto byte : raw) value = value << 8 | byte;
  return value;
}

std::uint64_t Random::below(std::uint64_t limit) {
  assert(limit > 0);
  // Values above the last full multiple would favour small results; draw again instead.
  const std::uint64_t usable = UINT64_MAX - UINT64_MAX % limit;
  std::uint64_t value = next();
  while (value >= usable) value = next();
  return value % limit;
}

std::string Random::bytes(std::size_t count) {
  std::string text(count, '\0');
  fill({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return text;
}

void SeededRandom::fill(std::span<std::uint8_t> bytes) {
  for (auto& byte : bytes) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    byte = static_cast<std::uint8_t>((z ^ (z >> 31)) >> 24);
  }
}

std::string uuid7(UnixTime now, Random& random) {
  std::array<std::uint8_t, 16> bytes;
  random.fill(bytes);
  for (int i = 0; i < 6; ++i) {
    bytes[static_cast<std::size_t>(i)] =
        static_cast<std::uint8_t>(now.milliseconds >> (8 * (5 - i)));
  }
  return versioned_uuid(bytes, 7);
}

std::string uuid4(Random& random) {
  std::array<std::uint8_t, 16> bytes;
  random.fill(bytes);
  return versioned_uuid(bytes, 4);
}

std::string base32_token(Random& random, std::size_t characters) {
  static constexpr char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string text = random.bytes(characters);
  for (auto& c : text) c = alphabet[static_cast<std::uint8_t>(c) & 31];
  return text;
}

}  // namespace pf
