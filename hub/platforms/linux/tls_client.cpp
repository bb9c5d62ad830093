#include "hub/platforms/linux/tls_client.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>
#include <vector>

#include "crypto/hash.hpp"
#include "crypto/openssl.hpp"

namespace pf::hub {
namespace {

constexpr std::size_t root_files_max = 256;
constexpr std::size_t common_name_bytes_max = 256;

using Session = std::unique_ptr<SSL_SESSION, crypto::FreeWith<SSL_SESSION_free>>;

Result<std::vector<std::string>, TlsFault> root_files(const std::string& roots) {
  std::error_code error;
  if (!std::filesystem::is_directory(roots, error)) return std::vector<std::string>{roots};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(roots, error)) {
    if (!entry.is_regular_file(error)) continue;
    if (files.size() == root_files_max) {
      return TlsFault{"The directory " + roots + " holds more than " +
                      std::to_string(root_files_max) + " files: it is not one of certificates."};
    }
    files.push_back(entry.path().string());
  }
  if (error) return TlsFault{"Cannot read the directory " + roots + ": " + error.message() + "."};
  return files;
}

std::string common_name(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, value);
  if (size < 0) return {};
  const std::string name(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return name.size() <= common_name_bytes_max ? name : std::string();
}

std::string public_key_fingerprint(const X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size < 0) return {};
  const std::string_view bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  std::string fingerprint = crypto::sha256_hex(bytes);
  OPENSSL_free(der);
  return fingerprint;
}

// The certificate must be for that host name or address. An address is not sent as SNI (RFC 6066).
void expect_name(SSL* ssl, const std::string& name) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1) return;
  crypto::must(SSL_set1_host(ssl, name.c_str()) == 1);
  SSL_set_tlsext_host_name(ssl, name.c_str());
}

}  // namespace

void FreeSsl::operator()(ssl_st* ssl) const { SSL_free(ssl); }
void TlsClient::FreeContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

TlsClient::Context TlsClient::make_context() {
  Context context(SSL_CTX_new(TLS_client_method()));
  crypto::must(context != nullptr);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // Idle streams give their 34 KB of record buffers back; a printer is idle most of the time.
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  // Printers drop connections without close_notify; what matters has its own end in FTP and MQTT.
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  return context;
}

Result<TlsClient, TlsFault> TlsClient::for_printers(const std::string& roots) {
  Context context = make_context();
  // OpenSSL still verifies the chain and keeps the result, but goes on.
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  // The list may hold a maker's device authority without the root above it (PROTOCOL 2.2).
  X509_STORE_set_flags(SSL_CTX_get_cert_store(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
  if (!roots.empty()) {
    const auto files = root_files(roots);
    if (!files) return files.error();
    for (const auto& file : *files) {
      if (SSL_CTX_load_verify_file(context.get(), file.c_str()) != 1) {
        return TlsFault{"Cannot read certificates from " + file + ": " + take_tls_error() + "."};
      }
    }
  }
  return TlsClient(std::move(context), PeerCheck::report);
}

Result<TlsClient, TlsFault> TlsClient::for_cloud(const std::string& ca_file) {
  Context context = make_context();
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context.get());
  } else if (SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1) {
    return TlsFault{"Cannot read certificates from " + ca_file + ": " + take_tls_error() + "."};
  }
  return TlsClient(std::move(context), PeerCheck::enforce);
}

void TlsClient::prepare(ssl_st* ssl, const std::string& server_name, TlsCap cap) const {
  SSL_set_max_proto_version(ssl, cap == TlsCap::tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION);
  if (check_ == PeerCheck::enforce) {
    expect_name(ssl, server_name);
  } else if (!server_name.empty()) {
    SSL_set_tlsext_host_name(ssl, server_name.c_str());
  }
}

Ssl TlsClient::start(int socket, const std::string& server_name, TlsCap cap,
                     ssl_st* resume_from) const {
  Ssl ssl(SSL_new(context_.get()));
  crypto::must(ssl != nullptr);
  prepare(ssl.get(), server_name, cap);
  SSL_set_fd(ssl.get(), socket);
  if (resume_from != nullptr) {
    const Session session(SSL_get1_session(resume_from));
    if (session) SSL_set_session(ssl.get(), session.get());
  }
  SSL_set_connect_state(ssl.get());
  return ssl;
}

PeerCertificate peer_certificate(ssl_st* ssl) {
  const X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) return {};
  return {common_name(certificate), public_key_fingerprint(certificate),
          SSL_get_verify_result(ssl) == X509_V_OK};
}

std::string take_tls_error() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

}  // namespace pf::hub
