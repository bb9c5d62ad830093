#include "cloud/adapters/http/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <stdexcept>
#include <string_view>

#include "crypto/openssl.hpp"

namespace pf {
namespace {

// For TLS 1.2; what 1.3 offers is all good. Forward secrecy and authenticated encryption only.
constexpr const char* ciphers_of_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view our_protocol = "http/1.1";

using Certificate = std::unique_ptr<X509, crypto::FreeWith<X509_free>>;

crypto::Bio reading(const std::string& pem) {
  return crypto::Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// A program without a terminal must not ask one for the password of a key.
int no_password(char*, int, int, void*) { return -1; }

// Who offers protocols and not ours would wait for an answer in a language that we do not speak.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  for (unsigned at = 0; at < offered_size; at += 1u + offered[at]) {
    const std::string_view name(reinterpret_cast<const char*>(offered + at + 1), offered[at]);
    if (name != our_protocol) continue;
    *chosen = offered + at + 1;
    *chosen_size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void load_certificates(SSL_CTX* context, const std::string& pem) {
  const auto bio = reading(pem);
  const Certificate own(PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr));
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) {
    throw std::runtime_error("The TLS certificate is not a certificate in PEM form.");
  }
  while (Certificate issuer{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) {
    if (SSL_CTX_add1_chain_cert(context, issuer.get()) != 1) {
      throw std::runtime_error("The chain of the TLS certificate cannot be used.");
    }
  }
  ERR_clear_error();  // The end of the text is how the loop ends.
}

void load_key(SSL_CTX* context, const std::string& pem) {
  const crypto::Key key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_password, nullptr));
  if (!key) throw std::runtime_error("The TLS key is not an unencrypted private key in PEM form.");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    ERR_clear_error();
    throw std::runtime_error("The TLS key belongs to another certificate.");
  }
}

}  // namespace

void FreeTls::operator()(ssl_st* session) const { SSL_free(session); }
void FreeTls::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

TlsContext::TlsContext(const TlsIdentity& identity) { current_.context = context_of(identity); }

void TlsContext::use(const TlsIdentity& identity) {
  auto next = context_of(identity);
  const std::lock_guard lock(current_.mutex);
  current_.context.swap(next);
}

TlsSession TlsContext::new_session() const {
  const std::lock_guard lock(current_.mutex);
  return TlsSession(SSL_new(current_.context.get()));  // Holds the context as long as it needs it.
}

TlsContext::Context TlsContext::context_of(const TlsIdentity& identity) {
  Context context(SSL_CTX_new(TLS_server_method()));
  if (!context) throw std::runtime_error("OpenSSL cannot be used for TLS.");
  auto* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(raw, ciphers_of_1_2);
  SSL_CTX_set_options(
      raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // An idle connection holds no buffers. A write may be tried again from another place in memory,
  // and reports what has left rather than waiting for all of it.
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_ENABLE_PARTIAL_WRITE);
  // Resumption works by tickets, which the other side keeps: nothing to remember here.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 1);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  load_certificates(raw, identity.certificate_pem);
  load_key(raw, identity.key_pem);
  return context;
}

}  // namespace pf
