// RSA-2048 keys for RS256 signatures (RFC 7518 section 3.3).
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pf::crypto {

class RsaKey {
 public:
  static RsaKey generate();
  static std::optional<RsaKey> from_pem(std::string_view pem);
  RsaKey(RsaKey&&) noexcept;
  RsaKey& operator=(RsaKey&&) noexcept;
  ~RsaKey();

  std::string private_pem() const;
  std::string id() const;  // Hex SHA-256 of the public key, first 16 characters: a JWT's kid.
  std::string sign_sha256(std::string_view bytes) const;
  bool verify_sha256(std::string_view bytes, std::string_view signature) const;

 private:
  struct Impl;
  explicit RsaKey(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pf::crypto
