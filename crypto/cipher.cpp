#include "crypto/cipher.hpp"

#include <cassert>

#include "crypto/openssl.hpp"

namespace pf::crypto {
namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

}  // namespace

std::string seal(std::string_view key, std::string_view plain, std::string_view associated,
                 Random& random) {
  assert(key.size() == key_bytes);
  const std::string nonce = random.bytes(nonce_bytes);
  const CipherContext context(EVP_CIPHER_CTX_new());
  must(context && EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), bytes_of(key),
                                      bytes_of(std::string_view(nonce)), nullptr) == 1);
  int written = 0;
  must(EVP_EncryptUpdate(context.get(), nullptr, &written, bytes_of(associated),
                         static_cast<int>(associated.size())) == 1);
  std::string text(plain.size() + tag_bytes, '\0');
  must(EVP_EncryptUpdate(context.get(), bytes_of(text), &written, bytes_of(plain),
                         static_cast<int>(plain.size())) == 1);
  must(EVP_EncryptFinal_ex(context.get(), bytes_of(text) + written, &written) == 1);
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes,
                           text.data() + plain.size()) == 1);
  return nonce + text;
}

std::optional<std::string> open(std::string_view key, std::string_view sealed,
                                std::string_view associated) {
  if (key.size() != key_bytes || sealed.size() < nonce_bytes + tag_bytes) return std::nullopt;
  const std::string_view nonce = sealed.substr(0, nonce_bytes);
  const std::string_view text = sealed.substr(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes);
  std::string tag(sealed.substr(sealed.size() - tag_bytes));

  const CipherContext context(EVP_CIPHER_CTX_new());
  must(context && EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), bytes_of(key),
                                      bytes_of(nonce), nullptr) == 1);
  int written = 0;
  must(EVP_DecryptUpdate(context.get(), nullptr, &written, bytes_of(associated),
                         static_cast<int>(associated.size())) == 1);
  std::string plain(text.size(), '\0');
  must(EVP_DecryptUpdate(context.get(), bytes_of(plain), &written, bytes_of(text),
                         static_cast<int>(text.size())) == 1);
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1);
  // Only this call says whether key, associated data and every byte are the sealed ones.
  unsigned char rest[16];
  if (EVP_DecryptFinal_ex(context.get(), rest, &written) != 1) return std::nullopt;
  return plain;
}

}  // namespace pf::crypto
