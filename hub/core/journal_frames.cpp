#include "hub/core/journal_frames.hpp"

#include <cstdint>
#include <optional>

#include "hub/core/crc32c.hpp"

namespace pf::hub {
namespace {

void append_word(std::string& out, std::uint32_t word) {
  for (const int shift : {0, 8, 16, 24}) out += static_cast<char>(word >> shift & 0xff);
}

std::uint32_t read_word(std::string_view bytes) {
  std::uint32_t word = 0;
  for (const int i : {3, 2, 1, 0}) {
    word = word << 8 | static_cast<std::uint8_t>(bytes[static_cast<std::size_t>(i)]);
  }
  return word;
}

// The payload of the whole, unharmed frame at the start of these bytes.
std::optional<std::string_view> frame_at(std::string_view bytes) {
  if (bytes.size() < frame_header_bytes) return std::nullopt;
  const std::size_t length = read_word(bytes);
  if (length == 0 || length > bytes.size() - frame_header_bytes) return std::nullopt;
  const auto payload = bytes.substr(frame_header_bytes, length);
  if (crc32c(payload) != read_word(bytes.substr(4))) return std::nullopt;
  return payload;
}

}  // namespace

std::string journal_frame(std::string_view payload) {
  std::string out;
  out.reserve(frame_header_bytes + payload.size());
  append_word(out, static_cast<std::uint32_t>(payload.size()));
  append_word(out, crc32c(payload));
  out += payload;
  return out;
}

Result<RecoveredFrames, StorageFault> recover_frames(std::string_view bytes) {
  RecoveredFrames recovered;
  std::size_t at = 0;
  while (const auto payload = frame_at(bytes.substr(at))) {
    recovered.payloads.push_back(*payload);
    at += frame_header_bytes + payload->size();
  }
  recovered.torn_bytes = bytes.size() - at;
  for (std::size_t later = at + 1; later < bytes.size(); ++later) {
    if (frame_at(bytes.substr(later))) {
      return StorageFault{"the hub's journal is damaged at byte " + std::to_string(at) +
                          "; restore it from a backup, or wipe the hub and claim it again"};
    }
  }
  return recovered;
}

}  // namespace pf::hub
