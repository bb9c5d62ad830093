// Our side of TLS: which certificate, which versions. OpenSSL's types stay out of this header.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "cloud/adapters/http/http_settings.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace pf {

struct FreeTls {
  void operator()(ssl_st* session) const;
  void operator()(ssl_ctx_st* context) const;
};
using TlsSession = std::unique_ptr<ssl_st, FreeTls>;

class TlsContext {
 public:
  // Throws std::runtime_error with a sentence when the two do not belong together.
  explicit TlsContext(const TlsIdentity& identity);

  // For new connections; those that are open keep what they have. Throws as above, and then
  // nothing has changed. From any thread.
  void use(const TlsIdentity& identity);
  TlsSession new_session() const;

  // A handshake is the most work that a stranger can ask of us: only so many go on at once.
  class Handshake {
   public:
    explicit Handshake(TlsContext& context) : context_(context) { ++context_.handshakes_; }
    ~Handshake() { --context_.handshakes_; }
    Handshake(const Handshake&) = delete;
    Handshake& operator=(const Handshake&) = delete;

   private:
    TlsContext& context_;
  };
  std::size_t handshakes() const { return handshakes_; }

 private:
  using Context = std::unique_ptr<ssl_ctx_st, FreeTls>;
  static Context context_of(const TlsIdentity& identity);

  struct Current {
    mutable std::mutex mutex;
    Context context;
  };
  Current current_;
  std::atomic<std::size_t> handshakes_{0};
};

}  // namespace pf
