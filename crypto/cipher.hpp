// AES-256-GCM for secrets at rest. A sealed value is nonce (12) + ciphertext + tag (16), and opens
// only with the same key and the same associated data: bind it to tenant, row and column.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace pf::crypto {

inline constexpr std::size_t key_bytes = 32;

std::string seal(std::string_view key, std::string_view plain, std::string_view associated,
                 Random& random);
std::optional<std::string> open(std::string_view key, std::string_view sealed,
                                std::string_view associated);

}  // namespace pf::crypto
