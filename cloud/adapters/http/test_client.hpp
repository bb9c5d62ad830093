// A visitor for tests: a plain socket on 127.0.0.1 that can be as rude as a test wants.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pf {

struct ClientReply {
  int status = 0;                             // 0: the connection ended without a reply.
  std::map<std::string, std::string> fields;  // Lower-case names; repeated ones joined by '\n'.
  std::string body;

  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
};

class TestClient {
 public:
  static constexpr int patience_seconds = 20;  // Far beyond what any test needs.

  // A small receive buffer makes a slow reader felt early.
  explicit TestClient(std::uint16_t port, int receive_buffer_bytes = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer_bytes > 0) {
      setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof receive_buffer_bytes);
    }
    const timeval patience{patience_seconds, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~TestClient() {
    tls_.reset();
    ::close(socket_);
  }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  bool is_connected() const { return is_connected_; }

  struct TlsWishes {
    std::string authority_pem;       // Who may vouch for the server.
    std::string name = "localhost";  // What it must be called.
    std::string protocols = "\x08http/1.1";
    int least_version = TLS1_2_VERSION, greatest_version = TLS1_3_VERSION;
  };
  // Everything from here on goes through TLS. False: one of the two did not want to.
  bool start_tls(const TlsWishes& wishes) {
    const std::unique_ptr<SSL_CTX, FreeSsl> context(SSL_CTX_new(TLS_client_method()));
    // The system's own rules must not refuse what the server is to refuse.
    SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context.get(), wishes.least_version);
    SSL_CTX_set_max_proto_version(context.get(), wishes.greatest_version);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    trust(context.get(), wishes.authority_pem);
    tls_.reset(SSL_new(context.get()));
    SSL_set_tlsext_host_name(tls_.get(), wishes.name.c_str());
    SSL_set1_host(tls_.get(), wishes.name.c_str());
    SSL_set_alpn_protos(tls_.get(), reinterpret_cast<const unsigned char*>(wishes.protocols.data()),
                        static_cast<unsigned>(wishes.protocols.size()));
    SSL_set_fd(tls_.get(), socket_);
    return SSL_connect(tls_.get()) == 1;
  }
  // Of the connection: "TLSv1.3"; and the protocol that the server chose.
  std::string tls_version() const { return SSL_get_version(tls_.get()); }
  std::string tls_protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(tls_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  // The server ended TLS in good order, so that nothing can have been cut off.
  bool heard_goodbye() const { return (SSL_get_shutdown(tls_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

  // False: the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = send_some(bytes);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }

  // At least one more byte, unless the connection ended or patience did.
  bool read_more() {
    char buffer[65536];
    const auto got = tls_ ? SSL_read(tls_.get(), buffer, sizeof buffer)
                          : ::recv(socket_, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    unread_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  std::string read_until_closed() {
    while (read_more()) {
    }
    return std::exchange(unread_, {});
  }
  std::string take(std::size_t bytes) {
    while (unread_.size() < bytes && read_more()) {
    }
    auto taken = unread_.substr(0, bytes);
    unread_.erase(0, taken.size());
    return taken;
  }

  ClientReply read_reply(bool has_body = true) {
    ClientReply reply;
    auto end = unread_.find("\r\n\r\n");
    while (end == std::string::npos) {
      if (!read_more()) return reply;
      end = unread_.find("\r\n\r\n");
    }
    auto head = take(end + 4);
    reply.status = std::stoi(head.substr(9, 3));
    for (auto at = head.find("\r\n") + 2; at + 2 < head.size();) {
      const auto line_end = head.find("\r\n", at);
      const auto colon = head.find(": ", at);
      auto name = head.substr(at, colon - at);
      std::transform(name.begin(), name.end(), name.begin(), ::tolower);
      auto& value = reply.fields[name];
      if (!value.empty()) value += '\n';
      value += head.substr(colon + 2, line_end - colon - 2);
      at = line_end + 2;
    }
    const auto length = reply.field("content-length");
    if (has_body && !length.empty()) reply.body = take(std::stoull(length));
    return reply;
  }

  ClientReply ask(const std::string& request) {
    send(request);
    return read_reply(!request.starts_with("HEAD"));
  }
  // The server has ended the connection, and nothing more was said.
  bool is_closed() { return unread_.empty() && !read_more(); }

 private:
  struct FreeSsl {
    void operator()(SSL* session) const { SSL_free(session); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  static void trust(SSL_CTX* context, const std::string& authority_pem) {
    BIO* const bio = BIO_new_mem_buf(authority_pem.data(), static_cast<int>(authority_pem.size()));
    X509* const authority = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    if (authority) X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
    X509_free(authority);
    BIO_free(bio);
  }
  ssize_t send_some(std::string_view bytes) {
    if (!tls_) return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }

  int socket_;
  std::unique_ptr<SSL, FreeSsl> tls_;
  bool is_connected_ = false;
  std::string unread_;
};

}  // namespace pf
