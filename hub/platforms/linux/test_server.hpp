// A blocking TCP or TLS server on loopback in a thread of its own, for one scripted conversation
// after another. Its reads end after server_patience, so that no mistake hangs a test.
#pragma once
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <string>
#include <thread>

#include "hub/platforms/linux/test_certificates.hpp"

namespace pf::hub {

inline constexpr int server_patience_seconds = 20;

class ServerConnection {
 public:
  explicit ServerConnection(int socket) : socket_(socket) {
    const timeval patience{server_patience_seconds, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  ~ServerConnection() {
    SSL_free(ssl_);
    if (socket_ >= 0) ::close(socket_);
  }
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  bool accept_tls(SSL_CTX* context) {
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, socket_);
    return SSL_accept(ssl_) == 1;
  }
  SSL* tls() const { return ssl_; }
  int socket() const { return socket_; }

  // Empty: the end, orderly or not; see ended_orderly() and error().
  std::string read(std::size_t size_max = 16 * 1024) {
    char piece[16 * 1024];
    const std::size_t size = std::min(size_max, sizeof piece);
    const ssize_t got = ssl_ != nullptr ? SSL_read(ssl_, piece, static_cast<int>(size))
                                        : ::recv(socket_, piece, size, 0);
    if (got > 0) return std::string(piece, static_cast<std::size_t>(got));
    error_ = got < 0 ? errno : 0;
    return {};
  }
  std::string read_exactly(std::size_t size) {
    std::string all;
    while (all.size() < size) {
      const std::string piece = read(size - all.size());
      if (piece.empty()) break;
      all += piece;
    }
    return all;
  }
  std::string read_to_end() {
    std::string all;
    for (std::string piece = read(); !piece.empty(); piece = read()) all += piece;
    return all;
  }
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ssl_ != nullptr
                               ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                               : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  bool got_close_notify() const { return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0; }
  void send_close_notify() { SSL_shutdown(ssl_); }
  int error() const { return error_; }

 private:
  int socket_;
  SSL* ssl_ = nullptr;
  int error_ = 0;
};

struct FreeServerContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ServerContext = std::unique_ptr<SSL_CTX, FreeServerContext>;

inline ServerContext server_context(const Identity& identity) {
  ServerContext context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_use_certificate(context.get(), identity.certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), identity.key.get());
  static constexpr unsigned char session_context[] = "test";
  SSL_CTX_set_session_id_context(context.get(), session_context, sizeof session_context);
  return context;
}

class Listener {
 public:
  explicit Listener(int backlog = 16) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, backlog), 0);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const { return port_; }
  int accept() const { return ::accept(socket_, nullptr, nullptr); }
  void close() {
    if (socket_ < 0) return;
    ::shutdown(socket_, SHUT_RDWR);  // Wakes a thread in accept().
    ::close(socket_);
    socket_ = -1;
  }
  // A client of its own, so that a backlog can be filled.
  int connect_one() const {
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    static_cast<void>(::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address));
    return client;
  }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

// Runs the script once for each connection, one after another.
class TestServer {
 public:
  using Script = std::function<void(ServerConnection&)>;

  explicit TestServer(Script script, int connections = 1)
      : script_(std::move(script)), thread_([this, connections] { serve(connections); }) {}
  ~TestServer() {
    listener_.close();
    wait();
  }
  // Until all scripts have run, also those of connections that are not accepted yet.
  void wait() {
    if (thread_.joinable()) thread_.join();
  }

  std::uint16_t port() const { return listener_.port(); }

 private:
  void serve(int connections) {
    for (int i = 0; i < connections; ++i) {
      const int socket = listener_.accept();
      if (socket < 0) return;
      ServerConnection connection(socket);
      script_(connection);
    }
  }

  Script script_;
  Listener listener_;
  std::thread thread_;
};

}  // namespace pf::hub
