// A plate's G-code, read once from end to end: its checksum is the printer's condition for
// starting, and its header has facts that stand nowhere else.
#pragma once
#include <optional>
#include <string>

#include "cloud/domain/files/archive.hpp"

namespace pf {

inline constexpr std::size_t gcode_header_bytes_max = 64 * 1024;

struct GcodeFacts {
  std::string md5;  // Lower-case hex.
  std::optional<int> layer_count;
};

Answer<GcodeFacts> read_gcode(ArchiveEntry& entry);

}  // namespace pf
