#include "bench/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace pf::bench {
namespace {

constexpr time_t patience_seconds = 30;
constexpr std::size_t reply_bytes_max = 16 * 1024 * 1024;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Problem {
  std::string detail;
  FIELDS(detail)
};

std::optional<std::size_t> content_length(std::string_view head) {
  constexpr std::string_view name = "\r\nContent-Length: ";
  const auto at = head.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  std::size_t length = 0;
  const auto parsed =
      std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
  if (parsed.ec != std::errc{} || length > reply_bytes_max) return std::nullopt;
  return length;
}

}  // namespace

HttpClient::~HttpClient() {
  if (socket_ >= 0) ::close(socket_);
}

std::string HttpClient::get(const std::string& path) { return get(path, ""); }

std::string HttpClient::get(const std::string& path, const std::string& access_token) {
  return send("GET", path, "", "", access_token);
}

std::string HttpClient::post(const std::string& path, const std::string& body,
                             const std::string& access_token) {
  return send("POST", path, "application/json", body, access_token);
}

std::string HttpClient::upload(const std::string& path, std::string_view file_name,
                               std::string_view bytes, const std::string& access_token) {
  constexpr std::string_view boundary = "printfarm-measure-boundary";
  std::string body("--");
  body.append(boundary).append("\r\nContent-Disposition: form-data; name=\"file\"; filename=\"");
  body.append(file_name).append("\"\r\nContent-Type: application/octet-stream\r\n\r\n");
  body.append(bytes).append("\r\n--").append(boundary).append("--\r\n");
  return send("POST", path, "multipart/form-data; boundary=" + std::string(boundary), body,
              access_token);
}

std::string HttpClient::send(std::string_view method, const std::string& path,
                             std::string_view content_type, std::string_view body,
                             const std::string& access_token) {
  if (socket_ < 0) connect();
  std::string request(method);
  request.append(" ").append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1:");
  request.append(std::to_string(port_));
  if (!access_token.empty()) request.append("\r\nAuthorization: Bearer ").append(access_token);
  if (!content_type.empty()) {
    request.append("\r\nContent-Type: ").append(content_type).append("\r\nContent-Length: ");
    request.append(std::to_string(body.size()));
  }
  write(request.append("\r\n\r\n"));
  write(body);
  auto reply = read_reply();
  if (reply.status >= 200 && reply.status < 300) return std::move(reply.body);
  const auto problem = json::decode<Problem>(reply.body);
  throw std::runtime_error("The server answered " + std::to_string(reply.status) + " to " +
                           std::string(method) + " " + path + ": " +
                           (problem ? problem->detail : reply.body.substr(0, 200)));
}

void HttpClient::connect() {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) fail("socket");
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval patience{patience_seconds, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket_, where, sizeof address) != 0) fail("cannot connect to the server");
}

void HttpClient::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) fail("cannot send to the server");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void HttpClient::read_more() {
  std::array<char, 16 * 1024> buffer;
  const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (count < 0) fail("cannot receive from the server");
  if (count == 0) throw std::runtime_error("The server closed the connection in its reply.");
  unread_.append(buffer.data(), static_cast<std::size_t>(count));
  if (unread_.size() > 2 * reply_bytes_max) throw std::runtime_error("A reply has no end.");
}

HttpReply HttpClient::read_reply() {
  std::size_t head_end;
  while ((head_end = unread_.find("\r\n\r\n")) == std::string::npos) read_more();
  const std::string head = unread_.substr(0, head_end);
  constexpr std::string_view version = "HTTP/1.1 ";
  HttpReply reply;
  const auto length = content_length(head);
  if (head.starts_with(version)) {
    std::from_chars(head.data() + version.size(), head.data() + head.size(), reply.status);
  }
  if (reply.status == 0 || !length) {
    throw std::runtime_error("The server's reply cannot be read: " + head.substr(0, 200));
  }
  const auto body_begin = head_end + 4;
  while (unread_.size() < body_begin + *length) read_more();
  reply.body = unread_.substr(body_begin, *length);
  unread_.erase(0, body_begin + *length);
  return reply;
}

}  // namespace pf::bench
