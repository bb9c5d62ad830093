// CRC-32C (Castagnoli): finds torn and rotten bytes in what the hub keeps. Not a protection
// against anyone's intent.
#pragma once
#include <cstdint>
#include <string_view>

namespace pf::hub {

std::uint32_t crc32c(std::string_view bytes);

}  // namespace pf::hub
