// Text that came from outside, made fit to be shown and stored: file names, plate names, objects.
#pragma once
#include <string>
#include <string_view>

namespace pf {

inline constexpr std::size_t file_name_bytes_max = 200;

// Well-formed UTF-8 of at most bytes_max bytes, cut between characters, without control characters
// and without the marks that let a name read backwards. Broken bytes become U+FFFD.
std::string shown_text(std::string_view text, std::size_t bytes_max);

// The last part of whatever path a browser or script sent, at most 200 bytes, its extension kept.
std::string shown_file_name(std::string_view name);

// The same for a field's own limit.
template <class Field>
Field shown(std::string_view text) {
  return Field(shown_text(text, Field::max));
}

}  // namespace pf
