// Binary frames of the hub's socket: one line of JSON that says what follows, a newline, then the
// bytes (WIRE). At most hub_binary_frame_bytes_max together.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "protocol/hub_messages.hpp"
#include "protocol/json.hpp"

namespace pf {

inline constexpr std::size_t binary_header_bytes_max = 4 * 1024;

// The newest lines of the hub's log, as text.
struct LogFrame {
  static constexpr std::string_view type = "log";
  CommandId command_id;
  FIELDS(command_id)
};

template <class Header>
std::string binary_frame(const Header& header, std::string_view bytes) {
  return json::encode(header) + "\n" + std::string(bytes);
}

struct BinaryParts {
  std::string_view header, bytes;
};
// Nothing: no header line.
inline std::optional<BinaryParts> binary_parts(std::string_view frame) {
  const auto end = frame.substr(0, binary_header_bytes_max).find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  return BinaryParts{frame.substr(0, end), frame.substr(end + 1)};
}

}  // namespace pf
