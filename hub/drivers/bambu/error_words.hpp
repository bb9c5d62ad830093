// What the commonest errors mean and what to do about them, for people. The vendor's whole lists
// have thousands of entries, too many for a chip; a code without words is shown as a code, which
// the printer's own screen explains.
#pragma once
#include <cstdint>
#include <string>

namespace pf::hub::bambu {

// "MQTT command verification failed": a command was not signed, as Developer Mode would allow.
inline constexpr std::uint32_t unverified_command_attr = 0x05000500;
inline constexpr std::uint32_t unverified_command_code = 0x00010007;

// Empty: no words for it.
std::string print_error_words(std::uint32_t print_error);
std::string hms_words(std::uint32_t attr, std::uint32_t code);

}  // namespace pf::hub::bambu
