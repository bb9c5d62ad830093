// RFC 6455 as far as a load needs it: text frames out, the server's frames in. The mask is zero, as
// the RFC allows, so that a frame is its text and the load spends its time on sending.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pf::bench {

inline constexpr std::size_t incoming_frame_bytes_max = 64u * 1024 * 1024;  // A large snapshot.

enum class Opcode : std::uint8_t { continuation = 0, text, binary, close = 8, ping, pong };

// A frame of this many bytes is what a text of this size becomes on the wire.
std::size_t client_frame_bytes(std::size_t payload_bytes);
void append_client_frame(std::string& out, Opcode opcode, std::string_view payload);

struct Frame {
  Opcode opcode = Opcode::text;
  std::string_view payload;
  std::size_t bytes = 0;  // With its header.
};

// The first frame of `bytes`; absent while some of it is missing. Throws on what this server never
// sends: fragments, masks, frames beyond the limit.
std::optional<Frame> first_frame(std::string_view bytes);

}  // namespace pf::bench
