#include "sim/sockets.hpp"

#include <openssl/ssl.h>

namespace pf::sim {
namespace {

// Seen from X1 Carbons and accepted by every printer that speaks TLS 1.2.
constexpr const char* cipher_suites = "ECDHE-RSA-AES256-GCM-SHA384";
constexpr long cached_sessions_max = 32;
constexpr Milliseconds accept_pause{100};
constexpr unsigned char session_context[] = "printfarm-sim";

}  // namespace

std::unique_ptr<asio::ssl::context> make_tls_context(const Credentials& credentials) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, cipher_suites);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_SERVER);
  SSL_CTX_sess_set_cache_size(native, cached_sessions_max);
  SSL_CTX_set_session_id_context(native, session_context, sizeof session_context - 1);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
  context->use_certificate_chain(asio::buffer(credentials.certificates_pem));
  context->use_private_key(asio::buffer(credentials.key_pem), asio::ssl::context::pem);
  return context;
}

Result<Nothing, Fault> listen_on(tcp::acceptor& acceptor, const std::string& ip_address,
                                 std::uint16_t port) {
  const tcp::endpoint endpoint(asio::ip::make_address(ip_address), port);
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return Nothing{};
  const std::string where = ip_address + ":" + std::to_string(port);
  if (error == asio::error::address_in_use) {
    return Fault{where +
                 " is taken by another program: stop it, or choose another port or "
                 "base address."};
  }
  if (error == asio::error::access_denied) {
    return Fault{where + " may only be opened by root: choose a port above 1023."};
  }
  return Fault{where + " cannot be opened (" + error.message() +
               "): choose another base address in 127.0.0.0/8."};
}

asio::awaitable<std::optional<tcp::socket>> accept_one(tcp::acceptor& acceptor) {
  auto [error, socket] = co_await acceptor.async_accept(with_error);
  if (!error) {
    socket.set_option(tcp::no_delay(true), error);
    co_return std::move(socket);
  }
  if (acceptor.is_open()) {
    // Out of file descriptors, most likely: trying again at once would only burn the processor.
    asio::steady_timer pause(acceptor.get_executor(), accept_pause);
    co_await pause.async_wait(with_error);
  }
  co_return std::nullopt;
}

void Deadline::within(Milliseconds time) {
  timer_.expires_after(time);
  timer_.async_wait([stream = std::weak_ptr(stream_)](error_code error) {
    if (error) return;
    if (const auto open = stream.lock()) {
      error_code ignored;
      open->next_layer().close(ignored);
    }
  });
}

}  // namespace pf::sim
