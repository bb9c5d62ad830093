#include "crypto/hash.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "crypto/openssl.hpp"
#include "crypto/text.hpp"

namespace pf::crypto {
namespace {

constexpr std::size_t sha256_bytes = 32;

std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view bytes) {
  std::string mac(static_cast<std::size_t>(EVP_MD_get_size(digest)), '\0');
  // OpenSSL takes a null key as "keep the previous one", which a one-shot call does not have.
  const void* key_data = key.empty() ? static_cast<const void*>("") : key.data();
  must(HMAC(digest, key_data, static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
            bytes_of(mac), nullptr) != nullptr);
  return mac;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(sha256_bytes, '\0');
  must(EVP_Digest(bytes.data(), bytes.size(), bytes_of(digest), nullptr, EVP_sha256(), nullptr) ==
       1);
  return digest;
}

std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  return hmac(EVP_sha256(), key, bytes);
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
  return hmac(EVP_sha1(), key, bytes);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  return hex(hmac_sha256(key, bytes));
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct Digest::Context {
  explicit Context(const EVP_MD* kind) : digest(EVP_MD_CTX_new()) {
    must(digest && EVP_DigestInit_ex(digest.get(), kind, nullptr) == 1);
  }
  DigestContext digest;
};

Digest::Digest(std::unique_ptr<Context> context) : context_(std::move(context)) {}

Digest::~Digest() = default;

void Digest::add(std::string_view bytes) {
  must(EVP_DigestUpdate(context_->digest.get(), bytes.data(), bytes.size()) == 1);
}

std::string Digest::finish_hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  must(EVP_DigestFinal_ex(context_->digest.get(), digest, &size) == 1);
  return hex({reinterpret_cast<const char*>(digest), size});
}

Sha256::Sha256() : Digest(std::make_unique<Context>(EVP_sha256())) {}

Md5::Md5() : Digest(std::make_unique<Context>(EVP_md5())) {}

}  // namespace pf::crypto
