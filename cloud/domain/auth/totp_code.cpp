#include "cloud/domain/auth/totp_code.hpp"

#include "crypto/hash.hpp"

namespace pf {
namespace {

constexpr std::uint32_t code_limit = 1'000'000;  // Of six digits.
constexpr int clock_difference_steps = 1;

std::string big_endian(std::int64_t number) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[bytes.size() - 1 - i] = static_cast<char>(number >> (8 * i) & 0xff);
  }
  return bytes;
}

std::string percent_encoded(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      encoded += c;
    } else {
      encoded.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
  return encoded;
}

}  // namespace

std::string totp_code(std::string_view secret, std::int64_t step) {
  const auto mac = crypto::hmac_sha1(secret, big_endian(step));
  const auto byte = [&](std::size_t index) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(mac[index]));
  };
  const std::size_t offset = byte(mac.size() - 1) & 15;  // RFC 4226 section 5.3.
  const std::uint32_t number = (byte(offset) & 0x7f) << 24 | byte(offset + 1) << 16 |
                               byte(offset + 2) << 8 | byte(offset + 3);
  const auto digits = std::to_string(number % code_limit);
  return std::string(totp_digits - digits.size(), '0') + digits;
}

std::optional<std::int64_t> totp_step_of(std::string_view secret, std::string_view code,
                                         UnixTime now) {
  const auto present = now.milliseconds / Milliseconds(totp_step).count();
  std::optional<std::int64_t> found;
  for (int away = -clock_difference_steps; away <= clock_difference_steps; ++away) {
    if (crypto::constant_time_equal(totp_code(secret, present + away), code)) {
      found = present + away;
    }
  }
  return found;
}

std::string otpauth_url(std::string_view secret_base32, std::string_view email) {
  return "otpauth://totp/PrintFarm:" + percent_encoded(email) +
         "?secret=" + std::string(secret_base32) +
         "&issuer=PrintFarm&algorithm=SHA1&digits=6&period=30";
}

}  // namespace pf
