#include "sim/gcode_facts.hpp"

#include <algorithm>
#include <charconv>

namespace pf::sim {
namespace {

constexpr std::size_t line_bytes_max = 4096;  // Longer ones (thumbnails in comments) are cut.

// The whole number behind `prefix`, if the line starts with it.
std::optional<int> number_after(std::string_view line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return std::nullopt;
  line.remove_prefix(prefix.size());
  while (line.starts_with(' ')) line.remove_prefix(1);
  int number = 0;
  const auto parsed = std::from_chars(line.data(), line.data() + line.size(), number);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return number;
}

void keep_highest(std::optional<int>& kept, std::optional<int> candidate) {
  if (candidate && *candidate > kept.value_or(0)) kept = candidate;
}

}  // namespace

void GcodeFacts::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto piece = bytes.substr(0, end);
    const auto room = line_bytes_max - partial_line_.size();
    partial_line_.append(piece.substr(0, room));
    if (end == bytes.npos) return;
    line(partial_line_);
    partial_line_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void GcodeFacts::line(std::string_view text) {
  if (text.starts_with(';')) {
    if (const auto layers = number_after(text, "; total layer number:")) layers_ = layers;
    keep_highest(nozzle_setting_, number_after(text, "; nozzle_temperature ="));
    return;
  }
  keep_highest(nozzle_hottest_, number_after(text, "M109 S"));
  keep_highest(bed_, number_after(text, "M190 S"));
  keep_highest(bed_, number_after(text, "M140 S"));
}

std::optional<int> GcodeFacts::nozzle_celsius() const {
  return nozzle_setting_ ? nozzle_setting_ : nozzle_hottest_;
}

}  // namespace pf::sim
