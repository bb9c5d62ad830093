// What people upload instead of a sliced 3MF, and what they should do.
#pragma once
#include <string_view>

#include "cloud/kit/fault.hpp"

namespace pf {

inline constexpr std::size_t format_head_bytes = 64;
inline constexpr std::string_view zip_signature{"PK\3\4", 4};

// For a file whose first bytes are not a ZIP's.
Fault foreign_format(std::string_view file_name, std::string_view head);

}  // namespace pf
