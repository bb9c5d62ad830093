// Bytes as text and back. Decoders refuse what is not exactly the encoding.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pf::crypto {

std::string hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);
std::string base64url(std::string_view bytes);  // RFC 4648 section 5, without padding.
std::optional<std::string> from_base64url(std::string_view text);
std::string base32(std::string_view bytes);  // RFC 4648 section 6, without padding.

}  // namespace pf::crypto
