// Hashes and comparisons over OpenSSL. Digests are raw bytes unless a name says hex.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace pf::crypto {

std::string sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

// Takes the same time for equal lengths, whatever the contents.
bool constant_time_equal(std::string_view a, std::string_view b);

// A digest over bytes that arrive in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string finish_hex();  // Once.

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace pf::crypto
