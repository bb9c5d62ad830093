#include "crypto/secure_random.hpp"

#include <openssl/rand.h>

#include "crypto/openssl.hpp"

namespace pf::crypto {

void SecureRandom::fill(std::span<std::uint8_t> bytes) {
  must(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

}  // namespace pf::crypto
