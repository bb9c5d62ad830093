// TLS as a client: which certificates are believed, and what a peer showed. Printers are only asked
// (their certificates carry a serial instead of a host name, and the core decides); the cloud must
// prove its name to a known root, or the handshake fails.
#pragma once
#include <memory>
#include <string>

#include "base/result.hpp"
#include "hub/core/streams.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace pf::hub {

struct TlsFault {
  std::string says;  // A sentence: which file, what is wrong.
};

struct FreeSsl {
  void operator()(ssl_st* ssl) const;
};
using Ssl = std::unique_ptr<ssl_st, FreeSsl>;

class TlsClient {
 public:
  // roots: a PEM bundle or a directory of them; empty: no issuer is known.
  static Result<TlsClient, TlsFault> for_printers(const std::string& roots);
  // ca_file: a PEM bundle; empty: the system's roots.
  static Result<TlsClient, TlsFault> for_cloud(const std::string& ca_file);

  // A connection over a connected socket, ready for its handshake. The session of resume_from, if
  // any, is offered to the peer.
  Ssl start(int socket, const std::string& server_name, TlsCap cap, ssl_st* resume_from) const;

  // For streams that another library makes and drives.
  ssl_ctx_st* native() const { return context_.get(); }
  void prepare(ssl_st* ssl, const std::string& server_name, TlsCap cap) const;

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };
  using Context = std::unique_ptr<ssl_ctx_st, FreeContext>;
  enum class PeerCheck { report, enforce };

  TlsClient(Context context, PeerCheck check) : context_(std::move(context)), check_(check) {}
  static Context make_context();

  Context context_;
  PeerCheck check_;
};

// After the handshake.
PeerCertificate peer_certificate(ssl_st* ssl);
// What OpenSSL last complained about, for people; clears its list.
std::string take_tls_error();

}  // namespace pf::hub
