// The bytes of one connection, plain or through TLS, for code that waits until the socket is ready
// and then takes what goes.
//
// OpenSSL works on the socket itself: Asio's own TLS stream keeps 34 KiB of buffers for every
// connection, idle or not, which tens of thousands of idle hubs would pay for.
#pragma once
#include <span>

#include "cloud/adapters/http/asio.hpp"
#include "cloud/adapters/http/tls_context.hpp"

namespace pf {

class Stream {
 public:
  // Without a session: plain. The socket must not block.
  Stream(Socket socket, TlsSession session);
  Stream(Stream&&) noexcept = default;
  ~Stream();

  // For waiting, cancelling and asking who is there.
  Socket& socket() { return socket_; }
  bool speaks_tls() const { return session_ != nullptr; }

  enum class Handshake {
    done,
    waits,       // For what handshake_wait() says.
    plain_http,  // The other side does not speak TLS. Nothing was read; now neither do we.
    failed,
  };
  Handshake shake_hands();
  Socket::wait_type handshake_wait() const { return waits_for_; }

  // Errors are would_block, eof, and whatever breaks a connection. The buffer holds a whole TLS
  // record (16 KiB) at least: then nothing stays behind in OpenSSL, where no wait would see it.
  std::size_t read_some(std::span<char> buffer, error_code& error);
  // After would_block the same bytes must be tried again, perhaps with more behind them.
  std::size_t write_some(std::span<const asio::const_buffer> buffers, error_code& error);

  // Tells the other side that nothing follows.
  void end_sending(error_code& error);
  void close();

 private:
  std::size_t read_record(std::span<char> buffer, error_code& error);
  error_code error_of(int result);
  void say_goodbye();

  Socket socket_;
  TlsSession session_;
  Socket::wait_type waits_for_ = Socket::wait_read;
  bool is_established_ = false;  // And not broken: only then may TLS say goodbye.
};

}  // namespace pf
