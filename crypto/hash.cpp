#include "crypto/hash.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "crypto/openssl.hpp"
#include "crypto/text.hpp"

namespace pf::crypto {
namespace {

constexpr std::size_t sha256_bytes = 32;

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(sha256_bytes, '\0');
  must(EVP_Digest(bytes.data(), bytes.size(), bytes_of(digest), nullptr, EVP_sha256(), nullptr) ==
       1);
  return digest;
}

std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string mac(sha256_bytes, '\0');
  // OpenSSL takes a null key as "keep the previous one", which a one-shot call does not have.
  const void* key_data = key.empty() ? static_cast<const void*>("") : key.data();
  must(HMAC(EVP_sha256(), key_data, static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
            bytes_of(mac), nullptr) != nullptr);
  return mac;
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  return hex(hmac_sha256(key, bytes));
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct Sha256::Context {
  DigestContext digest{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  must(context_->digest && EVP_DigestInit_ex(context_->digest.get(), EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  must(EVP_DigestUpdate(context_->digest.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::finish_hex() {
  std::string digest(sha256_bytes, '\0');
  must(EVP_DigestFinal_ex(context_->digest.get(), bytes_of(digest), nullptr) == 1);
  return hex(digest);
}

}  // namespace pf::crypto
