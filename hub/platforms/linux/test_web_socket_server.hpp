// The server's end of a WebSocket, by hand over a ServerConnection: also able to do what no good
// server does.
#pragma once
#include <openssl/evp.h>

#include "hub/platforms/linux/test_server.hpp"

namespace pf::hub {

enum class Opcode : unsigned char { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct Frame {
  Opcode opcode = Opcode::close;
  std::string payload;
};

class WebSocketPeer {
 public:
  explicit WebSocketPeer(ServerConnection& connection) : connection_(connection) {}

  // Reads the upgrade request and returns it.
  std::string read_request() {
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
      const std::string piece = connection_.read_exactly(1);
      if (piece.empty()) break;
      request += piece;
    }
    return request;
  }
  std::string accept() {
    const std::string request = read_request();
    connection_.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        accept_key(header(request, "Sec-WebSocket-Key")) + "\r\n\r\n");
    return request;
  }

  void send(Opcode opcode, std::string_view payload) {
    std::string frame(1, static_cast<char>(0x80 | static_cast<unsigned char>(opcode)));
    if (payload.size() < 126) {
      frame += static_cast<char>(payload.size());
    } else if (payload.size() < 65'536) {
      frame += static_cast<char>(126);
      append_big_endian(frame, payload.size(), 2);
    } else {
      frame += static_cast<char>(127);
      append_big_endian(frame, payload.size(), 8);
    }
    connection_.write(frame.append(payload));
  }
  void send_close(int code, std::string_view reason) {
    std::string payload;
    append_big_endian(payload, static_cast<std::size_t>(code), 2);
    send(Opcode::close, payload.append(reason));
  }

  // Absent: the connection ended.
  std::optional<Frame> read() {
    const std::string head = connection_.read_exactly(2);
    if (head.size() < 2) return std::nullopt;
    std::size_t size = static_cast<unsigned char>(head[1]) & 127;
    if (size == 126) size = big_endian(connection_.read_exactly(2));
    if (size == 127) size = big_endian(connection_.read_exactly(8));
    const std::string mask = connection_.read_exactly(4);
    std::string payload = connection_.read_exactly(size);
    if (payload.size() < size) return std::nullopt;
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
    return Frame{static_cast<Opcode>(head[0] & 15), std::move(payload)};
  }
  // The next text; pings are answered on the way.
  std::string read_text() {
    for (auto frame = read(); frame; frame = read()) {
      if (frame->opcode == Opcode::ping) send(Opcode::pong, frame->payload);
      if (frame->opcode == Opcode::text) return frame->payload;
      if (frame->opcode == Opcode::close) break;
    }
    return {};
  }

  // Of a request that read_request() or accept() gave.
  static std::string header(const std::string& request, const std::string& name) {
    const auto at = request.find(name + ": ");
    if (at == std::string::npos) return {};
    const auto start = at + name.size() + 2;
    return request.substr(start, request.find("\r\n", start) - start);
  }

 private:
  static std::string accept_key(const std::string& key) {
    const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[20];
    EVP_Digest(text.data(), text.size(), digest, nullptr, EVP_sha1(), nullptr);
    unsigned char encoded[32];
    const int size = EVP_EncodeBlock(encoded, digest, sizeof digest);
    return std::string(reinterpret_cast<char*>(encoded), static_cast<std::size_t>(size));
  }
  static void append_big_endian(std::string& out, std::size_t number, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(number >> (8 * i));
  }
  static std::size_t big_endian(const std::string& bytes) {
    std::size_t number = 0;
    for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
    return number;
  }

  ServerConnection& connection_;
};

}  // namespace pf::hub
