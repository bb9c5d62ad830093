// Owning pointers for OpenSSL's objects, and what happens when OpenSSL itself fails. Only for
// *.cpp files that call OpenSSL themselves.
#pragma once
#include <openssl/bio.h>
#include <openssl/evp.h>

#include <cstdlib>
#include <memory>
#include <string_view>

namespace pf::crypto {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;

// Calls that fail only when memory or the library's installation is gone. There is no safe way on:
// a digest or key that silently is not one would be worse than stopping.
inline void must(bool succeeded) {
  if (!succeeded) std::abort();
}

inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace pf::crypto
