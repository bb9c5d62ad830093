// Cuts what printers say to the length a field of the wire allows, never inside a UTF-8 character.
#pragma once
#include <string_view>

#include "protocol/describe.hpp"

namespace pf::hub {

template <BoundedText T>
T fit(std::string_view text) {
  if (text.size() <= T::max) return T(text);
  std::size_t end = T::max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return T(text.substr(0, end));
}

}  // namespace pf::hub
