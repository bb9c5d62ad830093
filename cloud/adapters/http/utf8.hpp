// Is this text UTF-8? For what arrives in WebSocket messages and paths; JSON has its own reader.
#pragma once
#include <string_view>

namespace pf {

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace pf
