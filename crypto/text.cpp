#include "crypto/text.hpp"

#include <array>
#include <cstdint>

namespace pf::crypto {
namespace {

constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view hex_digits = "0123456789abcdef";

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

// By byte; -1 for those that are no digit.
constexpr std::array<int, 256> base64url_values() {
  std::array<int, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < base64url_digits.size(); ++i) {
    values[static_cast<unsigned char>(base64url_digits[i])] = static_cast<int>(i);
  }
  return values;
}

// Each digit carries `bits` of the bytes, the last one filled up with zeros.
std::string in_digits(std::string_view bytes, std::string_view digits, int bits) {
  std::string text;
  text.reserve(bytes.size() * 8 / static_cast<std::size_t>(bits) + 1);
  const std::uint32_t mask = (1u << bits) - 1;
  std::uint32_t pending = 0;
  int pending_bits = 0;
  for (const char c : bytes) {
    pending = pending << 8 | static_cast<unsigned char>(c);
    pending_bits += 8;
    while (pending_bits >= bits) {
      pending_bits -= bits;
      text += digits[pending >> pending_bits & mask];
    }
  }
  if (pending_bits > 0) text += digits[pending << (bits - pending_bits) & mask];
  return text;
}

}  // namespace

std::string hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += hex_digits[byte >> 4];
    text += hex_digits[byte & 15];
  }
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

std::string base64url(std::string_view bytes) { return in_digits(bytes, base64url_digits, 6); }

std::string base32(std::string_view bytes) { return in_digits(bytes, base32_digits, 5); }

std::optional<std::string> from_base64url(std::string_view text) {
  static constexpr auto values = base64url_values();
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t pending = 0;
  int pending_bits = 0;
  for (const char c : text) {
    const int value = values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    pending = pending << 6 | static_cast<std::uint32_t>(value);
    pending_bits += 6;
    if (pending_bits >= 8) {
      pending_bits -= 8;
      bytes += static_cast<char>(pending >> pending_bits & 255);
    }
  }
  // Left-over bits must be zero, or several texts would mean the same bytes and a signed token
  // could be changed without breaking its signature.
  if ((pending & ((1u << pending_bits) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace pf::crypto
