// Tokens that mean nothing by themselves: 256 random bits for whoever holds them, a hash for us.
#pragma once
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "crypto/hash.hpp"
#include "crypto/text.hpp"

namespace pf {

inline constexpr std::size_t opaque_token_random_bytes = 32;
inline constexpr std::size_t opaque_token_characters = 43;

inline std::string new_opaque_token(Random& random) {
  return crypto::base64url(random.bytes(opaque_token_random_bytes));
}
// They are random enough that their plain hash tells nothing.
inline std::string stored_form(std::string_view opaque_token) {
  return crypto::sha256_hex(opaque_token);
}

}  // namespace pf
