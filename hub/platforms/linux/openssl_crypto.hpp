// The core's two primitives, by OpenSSL.
#pragma once
#include "hub/core/crypto_port.hpp"

namespace pf::hub {

class OpensslCrypto final : public Crypto {
 public:
  std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) override;
  std::unique_ptr<Digest> sha256() override;
};

}  // namespace pf::hub
