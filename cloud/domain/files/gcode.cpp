#include "cloud/domain/files/gcode.hpp"

#include <string_view>

#include "cloud/domain/files/numbers.hpp"
#include "crypto/hash.hpp"

namespace pf {
namespace {

constexpr std::string_view layer_count_key = "; total layer number: ";

std::optional<int> layer_count_in(std::string_view header) {
  while (!header.empty()) {
    const auto end = header.find('\n');
    if (end == std::string_view::npos) return std::nullopt;  // A line cut off is not read.
    auto line = header.substr(0, end);
    header.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.starts_with(layer_count_key)) continue;
    const auto count = count_in(line.substr(layer_count_key.size()));
    return count && *count > 0 ? count : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Answer<GcodeFacts> read_gcode(ArchiveEntry& entry) {
  crypto::Md5 md5;
  std::string header;
  while (true) {
    const auto piece = entry.next();
    if (!piece) return piece.error();
    if (piece->empty()) break;
    md5.add(*piece);
    if (header.size() < gcode_header_bytes_max) {
      header += piece->substr(0, gcode_header_bytes_max - header.size());
    }
  }
  return GcodeFacts{md5.finish_hex(), layer_count_in(header)};
}

}  // namespace pf
