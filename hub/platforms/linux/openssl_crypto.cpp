#include "hub/platforms/linux/openssl_crypto.hpp"

#include "crypto/hash.hpp"

namespace pf::hub {
namespace {

class OpensslDigest final : public Digest {
 public:
  void add(std::string_view bytes) override { digest_.add(bytes); }
  std::string finish_hex() override { return digest_.finish_hex(); }

 private:
  crypto::Sha256 digest_;
};

}  // namespace

std::string OpensslCrypto::hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  return crypto::hmac_sha256_hex(key, bytes);
}

std::unique_ptr<Digest> OpensslCrypto::sha256() { return std::make_unique<OpensslDigest>(); }

}  // namespace pf::hub
