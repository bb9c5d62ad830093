// The two primitives of the core, given by the platform so that a chip can use its own hardware.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace pf::hub {

// SHA-256 over bytes that arrive in pieces.
class Digest {
 public:
  virtual ~Digest() = default;
  virtual void add(std::string_view bytes) = 0;
  virtual std::string finish_hex() = 0;  // Once; 64 lower-case characters.
};

class Crypto {
 public:
  virtual ~Crypto() = default;
  virtual std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) = 0;
  virtual std::unique_ptr<Digest> sha256() = 0;
};

// Takes the same time for equal lengths, so that a forger learns nothing from ours.
inline bool constant_time_equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

}  // namespace pf::hub
