#include "cloud/domain/files/shown_text.hpp"

#include <array>

#include "protocol/reader.hpp"

namespace pf {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD.
constexpr std::string_view unnamed = "unnamed.gcode.3mf";

// Controls, and the overrides and isolates of writing direction: "\u202Efm3.exe" shows as
// "exe.3mf".
bool is_invisible(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7f;
  const auto last = static_cast<unsigned char>(character.back());
  if (character.size() == 2) return first == 0xc2 && last < 0xa0;
  if (character.starts_with("\xE2\x80")) return last >= 0xaa && last <= 0xae;
  if (character.starts_with("\xE2\x81")) return last >= 0xa6 && last <= 0xa9;
  return false;
}

std::string_view extension_of(std::string_view name) {
  for (const std::string_view known : std::to_array<std::string_view>({".gcode.3mf", ".3mf"})) {
    if (name.ends_with(known)) return known;
  }
  return {};
}

}  // namespace

std::string shown_text(std::string_view text, std::size_t bytes_max) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t length = json::utf8_length(text);
    const auto character = length > 0 ? text.substr(0, length) : replacement;
    text.remove_prefix(length > 0 ? length : 1);
    if (length > 0 && is_invisible(character)) continue;
    if (shown.size() + character.size() > bytes_max) break;
    shown += character;
  }
  return shown;
}

std::string shown_file_name(std::string_view name) {
  const auto slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  while (name.starts_with(' ')) name.remove_prefix(1);
  while (name.ends_with(' ')) name.remove_suffix(1);
  const auto extension = extension_of(name);
  name.remove_suffix(extension.size());
  auto shown = shown_text(name, file_name_bytes_max - extension.size());
  shown += extension;
  return shown.find_first_not_of(". ") == std::string::npos ? std::string(unnamed) : shown;
}

}  // namespace pf
