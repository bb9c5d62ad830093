// Time-based one-time codes (RFC 6238): HMAC-SHA-1, 6 digits, 30 s, as authenticator apps make
// them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace pf {

inline constexpr std::size_t totp_digits = 6;
inline constexpr Seconds totp_step{30};

std::string totp_code(std::string_view secret, std::int64_t step);
// The step of which this is the code: the present one, or one beside it, since clocks differ.
std::optional<std::int64_t> totp_step_of(std::string_view secret, std::string_view code,
                                         UnixTime now);
// What a QR code for an authenticator app holds.
std::string otpauth_url(std::string_view secret_base32, std::string_view email);

}  // namespace pf
