// A digest that is repeatable and depends on every byte, and protects nothing: for tests of the
// core, which only compares what the crypto port gives it.
#pragma once
#include <array>
#include <memory>
#include <string>

#include "hub/core/crypto_port.hpp"

namespace pf::hub {

class FakeDigest final : public Digest {
 public:
  void add(std::string_view bytes) override {
    for (const char c : bytes) {
      for (auto& lane : lanes_) lane = (lane ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ull;
    }
  }
  std::string finish_hex() override {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const auto lane : lanes_) {
      for (int shift = 60; shift >= 0; shift -= 4) text += digits[lane >> shift & 15];
    }
    return text;
  }

 private:
  std::array<std::uint64_t, 4> lanes_{0xcbf29ce484222325ull, 0x9E3779B97F4A7C15ull,
                                      0xBF58476D1CE4E5B9ull, 0x94D049BB133111EBull};
};

class FakeCrypto final : public Crypto {
 public:
  std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) override {
    FakeDigest digest;
    digest.add(key);
    digest.add("|");
    digest.add(bytes);
    return digest.finish_hex();
  }
  std::unique_ptr<Digest> sha256() override { return std::make_unique<FakeDigest>(); }
};

inline std::string fake_sha256(std::string_view bytes) {
  FakeDigest digest;
  digest.add(bytes);
  return digest.finish_hex();
}

}  // namespace pf::hub
