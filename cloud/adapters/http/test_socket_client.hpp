// The client's side of RFC 6455, for tests.
#pragma once
#include <string>
#include <string_view>

#include "cloud/adapters/http/test_client.hpp"

namespace pf {

inline constexpr int opcode_text = 1, opcode_binary = 2, opcode_close = 8, opcode_ping = 9,
                     opcode_pong = 10;

class SocketClient : public TestClient {
 public:
  using TestClient::TestClient;

  ClientReply upgrade(const std::string& path, const std::string& fields = "") {
    send("GET " + path +
         " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         fields + "\r\n");
    return read_reply();
  }
  static std::string frame(int opcode, std::string_view payload) {
    std::string bytes(1, static_cast<char>(0x80 | opcode));
    if (payload.size() < 126) {
      bytes += static_cast<char>(0x80 | payload.size());
    } else if (payload.size() < 65'536) {
      bytes += {static_cast<char>(0xFE), static_cast<char>(payload.size() >> 8),
                static_cast<char>(payload.size())};
    } else {
      bytes += static_cast<char>(0xFF);
      for (int i = 7; i >= 0; --i) bytes += static_cast<char>(payload.size() >> (8 * i));
    }
    const std::string mask = "abcd";
    bytes += mask;
    for (std::size_t i = 0; i < payload.size(); ++i) {
      bytes += static_cast<char>(payload[i] ^ mask[i % 4]);
    }
    return bytes;
  }
  bool say(std::string_view text) { return send(frame(opcode_text, text)); }

  struct Frame {
    int opcode = -1;  // The connection ended.
    std::string payload;
    int close_code() const {
      return payload.size() < 2 ? 0
                                : static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1]);
    }
  };
  Frame hear() {
    const auto head = take(2);
    if (head.size() < 2) return {};
    std::size_t size = static_cast<unsigned char>(head[1]);
    if (size >= 126) {
      std::size_t wide = 0;
      for (const char c : take(size == 126 ? 2 : 8))
        wide = wide << 8 | static_cast<unsigned char>(c);
      size = wide;
    }
    return {head[0] & 15, take(size)};
  }
};

}  // namespace pf
