#include "hub/core/crc32c.hpp"

#include <array>

namespace pf::hub {
namespace {

constexpr std::uint32_t reversed_polynomial = 0x82F63B78;

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) {
      value = value >> 1 ^ (value & 1 ? reversed_polynomial : 0);
    }
    table[byte] = value;
  }
  return table;
}

constexpr auto table = make_table();

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t value = ~0u;
  for (const char c : bytes)
    value = value >> 8 ^ table[(value ^ static_cast<std::uint8_t>(c)) & 255];
  return ~value;
}

}  // namespace pf::hub
