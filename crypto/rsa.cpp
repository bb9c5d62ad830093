#include "crypto/rsa.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/hash.hpp"
#include "crypto/openssl.hpp"

namespace pf::crypto {
namespace {

constexpr int key_bits = 2048;
constexpr std::size_t pem_bytes_max = 16 * 1024;
constexpr std::size_t id_characters = 16;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

// An encrypted file would otherwise make OpenSSL ask for its password on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

struct RsaKey::Impl {
  Key key;
};

RsaKey::RsaKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RsaKey::RsaKey(RsaKey&&) noexcept = default;
RsaKey& RsaKey::operator=(RsaKey&&) noexcept = default;
RsaKey::~RsaKey() = default;

RsaKey RsaKey::generate() {
  Key key(EVP_RSA_gen(key_bits));
  must(key != nullptr);
  return RsaKey(std::make_unique<Impl>(Impl{std::move(key)}));
}

std::optional<RsaKey> RsaKey::from_pem(std::string_view pem) {
  if (pem.size() > pem_bytes_max) return std::nullopt;
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  must(bio != nullptr);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();  // What is left there would be taken for an error of the next TLS call.
  if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1) return std::nullopt;
  if (EVP_PKEY_get_bits(key.get()) < key_bits) return std::nullopt;
  return RsaKey(std::make_unique<Impl>(Impl{std::move(key)}));
}

std::string RsaKey::private_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  must(bio && PEM_write_bio_PrivateKey(bio.get(), impl_->key.get(), nullptr, nullptr, 0, nullptr,
                                       nullptr) == 1);
  return text_of(bio.get());
}

std::string RsaKey::id() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  must(bio && i2d_PUBKEY_bio(bio.get(), impl_->key.get()) == 1);
  return sha256_hex(text_of(bio.get())).substr(0, id_characters);
}

std::string RsaKey::sign_sha256(std::string_view bytes) const {
  const DigestContext context(EVP_MD_CTX_new());
  must(context &&
       EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get()) == 1);
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(impl_->key.get()));
  std::string signature(size, '\0');
  must(EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(bytes), bytes.size()) ==
       1);
  signature.resize(size);
  return signature;
}

bool RsaKey::verify_sha256(std::string_view bytes, std::string_view signature) const {
  const DigestContext context(EVP_MD_CTX_new());
  must(context &&
       EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get()) == 1);
  const int verified = EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                                        bytes_of(bytes), bytes.size());
  ERR_clear_error();
  return verified == 1;
}

}  // namespace pf::crypto
