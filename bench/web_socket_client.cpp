#include "bench/web_socket_client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace pf::bench {
namespace {

constexpr std::size_t reply_bytes_max = 16 * 1024;
constexpr std::size_t kept_buffer_bytes_max = 4096;

// The example pair of RFC 6455: the key needs to be random only where a proxy might cache.
constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view accept_of_key = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::string upgrade_request(std::uint16_t port, std::string_view path,
                            std::string_view access_token) {
  std::string request = "GET ";
  request.append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1:").append(std::to_string(port));
  request.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13");
  request.append("\r\nSec-WebSocket-Key: ").append(key);
  if (!access_token.empty()) request.append("\r\nAuthorization: Bearer ").append(access_token);
  return request.append("\r\n\r\n");
}

std::string system_error_text() { return std::generic_category().message(errno); }

// Of a close frame's payload.
std::string closing_words(std::string_view payload) {
  if (payload.size() < 2) return "The server closed the connection without a code.";
  const auto code =
      static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
  return "The server closed the connection with " + std::to_string(code) + ": " +
         std::string(payload.substr(2));
}

}  // namespace

void WebSocketClient::open(std::uint16_t port, std::string_view path,
                           std::string_view access_token) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  unsent_ = upgrade_request(port, path, access_token);
  stage_ = Stage::connecting;
  poller_.add(socket_, *this, Interest::writing);
  waits_writable_ = true;
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket_, where, sizeof address) != 0 && errno != EINPROGRESS) {
    end("Cannot connect: " + system_error_text() + ".");
  }
}

void WebSocketClient::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  stage_ = Stage::closed;
  unread_ = {};
  unsent_ = {};
  waits_writable_ = false;
}

void WebSocketClient::end(std::string_view why) {
  close();
  listener_.on_ended(why);
}

void WebSocketClient::on_ready(bool readable, bool writable) {
  if (stage_ == Stage::closed) return;  // Closed while others of the same poll were handled.
  if (stage_ == Stage::connecting && writable) return on_connected();
  if (readable) receive();
  if (writable && stage_ != Stage::closed) flush();
}

void WebSocketClient::on_connected() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    errno = error;
    return end("Cannot connect: " + system_error_text() + ".");
  }
  stage_ = Stage::upgrading;
  flush();
}

void WebSocketClient::flush() {
  std::size_t sent = 0;
  while (sent < unsent_.size()) {
    const auto bytes = ::send(socket_, unsent_.data() + sent, unsent_.size() - sent, MSG_NOSIGNAL);
    if (bytes < 0 && errno == EAGAIN) break;
    if (bytes < 0) return end("Cannot send: " + system_error_text() + ".");
    sent += static_cast<std::size_t>(bytes);
  }
  unsent_.erase(0, sent);
  if (unsent_.empty() && unsent_.capacity() > kept_buffer_bytes_max) unsent_ = {};
  if (waits_writable_ == has_unsent()) return;
  waits_writable_ = has_unsent();
  poller_.change(socket_, *this, waits_writable_ ? Interest::both : Interest::reading);
}

void WebSocketClient::receive() {
  const auto buffer = poller_.read_buffer();
  const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count < 0) return end("Cannot receive: " + system_error_text() + ".");
  if (count == 0) return end("The server closed the connection without a word.");
  std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
  std::string joined;
  if (!unread_.empty()) {
    joined = std::move(unread_);
    joined += bytes;
    bytes = joined;
  }
  unread_ = {};
  if (stage_ == Stage::upgrading) bytes = finish_upgrade(bytes);
  if (stage_ == Stage::open) bytes.remove_prefix(take_frames(bytes));
  if (stage_ == Stage::closed || bytes.empty()) return;
  if (bytes.data() == joined.data()) {
    unread_ = std::move(joined);
  } else {
    unread_ = bytes;
  }
}

// Returns what is left to be read.
std::string_view WebSocketClient::finish_upgrade(std::string_view bytes) {
  const auto head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string_view::npos) {
    if (bytes.size() > reply_bytes_max) end("The server's reply has no end.");
    return bytes;
  }
  const auto head = bytes.substr(0, head_end);
  const bool accepted =
      head.starts_with("HTTP/1.1 101 ") && head.find(accept_of_key) != std::string_view::npos;
  if (!accepted) {
    const std::string status_line(head.substr(0, head.find('\r')));
    end("The server refused the WebSocket: " + status_line + ".");
    return {};
  }
  stage_ = Stage::open;
  return bytes.substr(head_end + 4);
}

// Returns how many bytes whole frames took.
std::size_t WebSocketClient::take_frames(std::string_view bytes) {
  std::size_t taken = 0;
  while (stage_ == Stage::open) {
    const auto frame = first_frame(bytes.substr(taken));
    if (!frame) break;
    taken += frame->bytes;
    take(*frame);
  }
  return taken;
}

void WebSocketClient::take(const Frame& frame) {
  switch (frame.opcode) {
    case Opcode::text: return listener_.on_text(frame.payload);
    case Opcode::close: return end(closing_words(frame.payload));
    case Opcode::ping: append_client_frame(unsent_, Opcode::pong, frame.payload); return flush();
    case Opcode::continuation:
    case Opcode::binary:
    case Opcode::pong: return;
  }
}

}  // namespace pf::bench
