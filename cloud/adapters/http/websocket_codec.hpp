// RFC 6455 as a server speaks it, sans-I/O: bytes in, messages out. Frames that lie whole in the
// input are unmasked where they are and handed on without a copy; only what is cut between two
// reads is kept. An idle connection holds no buffer.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/words.hpp"

namespace pf::websocket {

struct Limits {
  std::size_t text_bytes_max = hub_frame_bytes_max;
  std::size_t binary_bytes_max = hub_binary_frame_bytes_max;
};

inline constexpr std::size_t control_bytes_max = 125;
inline constexpr std::size_t close_reason_bytes_max = control_bytes_max - 2;

enum class Opcode : std::uint8_t { continuation = 0, text, binary, close = 8, ping, pong };

enum CloseCode : int {
  going_away = 1001,
  protocol_error = 1002,
  not_utf8 = 1007,
  policy_violation = 1008,
  too_big = 1009,
  internal_error = 1011,
};

// Why the connection has to be closed, as the close frame will say it.
struct Violation {
  CloseCode code;
  std::string_view says;
};

class Listener {
 public:
  virtual ~Listener() = default;
  // Views into the decoder's input: gone when the call returns.
  virtual void on_text(std::string_view text) = 0;
  virtual void on_binary(std::string_view bytes) = 0;
  virtual void on_ping(std::string_view payload) = 0;
  virtual void on_close(std::optional<int> code) = 0;
};

class Decoder {
 public:
  explicit Decoder(Limits limits = {}) : limits_(limits) {}

  // Unmasks `bytes` in place. After a violation or a close frame nothing more is heard.
  std::optional<Violation> feed(std::span<char> bytes, Listener& listener);

  std::size_t held_bytes() const { return partial_.size() + message_.size(); }

 private:
  struct Header {
    bool is_final = false;
    Opcode opcode = Opcode::continuation;
    std::size_t header_bytes = 0;  // 0: not all there yet.
    std::size_t payload_bytes = 0;
    std::array<char, 4> mask{};
    std::size_t frame_bytes() const { return header_bytes + payload_bytes; }
  };
  std::optional<Violation> parse(std::string_view bytes, Header& header) const;
  std::optional<Violation> check(const Header& header) const;
  std::optional<Violation> begin_frame(std::span<char>& bytes, Listener& listener);
  std::optional<Violation> go_on(std::span<char>& bytes, Listener& listener);
  std::optional<Violation> complete(const Header& header, std::span<char> payload,
                                    Listener& listener);
  std::optional<Violation> control(const Header& header, std::string_view payload,
                                   Listener& listener);
  std::optional<Violation> deliver(Opcode kind, std::string_view message, Listener& listener);

  Limits limits_;
  std::string partial_;  // A frame that is not all here yet.
  std::string message_;  // Fragments before the final one.
  std::optional<Opcode> fragmented_;
  bool ended_ = false;
};

// What stands before a payload that a server sends.
struct FrameHeader {
  std::array<char, 10> bytes;
  std::uint8_t size = 0;
};
FrameHeader frame_header(Opcode opcode, std::size_t payload_bytes);

std::string close_payload(int code, std::string_view reason);

}  // namespace pf::websocket
