#include "bench/frames.hpp"

#include <stdexcept>

namespace pf::bench {
namespace {

constexpr unsigned char final_bit = 0x80, mask_bit = 0x80;
constexpr std::size_t mask_bytes = 4;

std::size_t length_bytes(std::size_t payload_bytes) {
  if (payload_bytes < 126) return 0;
  return payload_bytes < 65'536 ? 2 : 8;
}

}  // namespace

std::size_t client_frame_bytes(std::size_t payload_bytes) {
  return 2 + length_bytes(payload_bytes) + mask_bytes + payload_bytes;
}

void append_client_frame(std::string& out, Opcode opcode, std::string_view payload) {
  out += static_cast<char>(final_bit | static_cast<unsigned char>(opcode));
  const auto more = length_bytes(payload.size());
  const auto short_length = more == 0 ? payload.size() : more == 2 ? 126 : 127;
  out += static_cast<char>(mask_bit | short_length);
  for (std::size_t i = more; i > 0; --i) {
    out += static_cast<char>(payload.size() >> (8 * (i - 1)) & 0xff);
  }
  out.append(mask_bytes, '\0');
  out += payload;
}

std::optional<Frame> first_frame(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const bool whole = byte(0) & final_bit, masked = byte(1) & mask_bit;
  const auto opcode = static_cast<Opcode>(byte(0) & 0x0f);
  if (!whole || masked || opcode == Opcode::continuation) {
    throw std::runtime_error("The server sent a frame that it should not: a fragment or masked.");
  }
  std::size_t size = byte(1), header = 2;
  if (size >= 126) {
    header += size == 126 ? 2 : 8;
    if (bytes.size() < header) return std::nullopt;
    size = 0;
    for (std::size_t i = 2; i < header; ++i) size = size << 8 | byte(i);
  }
  if (size > incoming_frame_bytes_max) {
    throw std::runtime_error("The server sent a frame of " + std::to_string(size) + " bytes.");
  }
  if (bytes.size() < header + size) return std::nullopt;
  return Frame{opcode, bytes.substr(header, size), header + size};
}

}  // namespace pf::bench
