// Hashes and comparisons over OpenSSL. Digests are raw bytes unless a name says hex.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace pf::crypto {

std::string sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
// Only for one-time codes: the apps on people's phones know no other (RFC 6238).
std::string hmac_sha1(std::string_view key, std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

// Takes the same time for equal lengths, whatever the contents.
bool constant_time_equal(std::string_view a, std::string_view b);

// A digest over bytes that arrive in pieces.
class Digest {
 public:
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  void add(std::string_view bytes);
  std::string finish_hex();  // Once.

 protected:
  struct Context;
  explicit Digest(std::unique_ptr<Context> context);
  ~Digest();

 private:
  std::unique_ptr<Context> context_;
};

class Sha256 : public Digest {
 public:
  Sha256();
};

// Proves nothing about who made the bytes: only for comparing with checksums that printers demand.
class Md5 : public Digest {
 public:
  Md5();
};

}  // namespace pf::crypto
