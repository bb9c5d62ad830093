#include "hub/drivers/bambu/error_words.hpp"

#include <array>
#include <string_view>

namespace pf::hub::bambu {
namespace {

constexpr std::uint32_t ams_module = 0x07;
constexpr std::uint32_t ams_ht_module = 0x18;
constexpr std::uint32_t external_unit = 0xff;

struct Entry {
  std::uint32_t code;
  std::string_view words;
};

constexpr std::array<Entry, 17> print_errors{{
    {0x03004000, "Homing failed: look for something in the way of the tool head."},
    {0x03008000, "The print was paused for a reason the printer does not name."},
    {0x03008002, "The first layer looks faulty. Look at the print, then resume or stop it."},
    {0x03008003, "The camera sees loose strands. Look at the print, then resume or stop it."},
    {0x03008004, "The filament ran out. Load a new one, then resume."},
    {0x03008005, "The tool head's front cover fell off. Put it back, then resume."},
    {0x03008008, "The nozzle's temperature is wrong. Let it be looked at before it heats again."},
    {0x03008010, "The hotend's fan turns too slowly."},
    {0x03008011, "Another build plate is in the printer than the file was sliced for."},
    {0x03008013, "Paused by a command in the file. Resume when ready."},
    {0x03008017, "Something lies on the heated bed. Remove it, then resume."},
    {0x05004003, "The printer could not read the file. Send it again."},
    {0x05004004, "The printer was busy and took no new print."},
    {0x05004006, "The printer's storage is full."},
    {0x0500C010, "The printer could not read its SD card or the file on it."},
    {0x07FFC006, "Push filament into the tube of the external spool."},
    {0x07FF8011, "The filament on the external spool ran out. Load a new one, then resume."},
}};

// The same for every AMS, whichever unit it is.
constexpr std::array<Entry, 9> filament_errors{{
    {0x8001, "The filament was not cut. Look at the cutter."},
    {0x8003, "The filament could not be pulled out of the extruder; it may be clogged or broken."},
    {0x8004, "The filament could not be pulled back. Look whether the spool is stuck."},
    {0x8005, "The filament could not be fed. Cut its end straight and look at the tubes."},
    {0x8006, "The filament could not be fed into the extruder. Look for a tangle on the spool."},
    {0x8007, "The filament does not come out: the extruder may be clogged."},
    {0x8011, "The filament ran out. Put a new spool into the same slot, then resume."},
    {0x8012, "The print's filaments could not be matched to the slots. Check them, then resume."},
    {0x8016, "The filament does not come out as it should. Look at the extruder, then resume."},
}};

template <std::size_t Size>
std::string_view find_words(const std::array<Entry, Size>& entries, std::uint32_t code) {
  for (const auto& entry : entries) {
    if (entry.code == code) return entry.words;
  }
  return {};
}

std::string unit_name(std::uint32_t module, std::uint32_t unit) {
  if (unit == external_unit) return "External spool";
  const auto letter = static_cast<char>('A' + unit % 8);
  return (module == ams_ht_module ? "AMS HT " : "AMS ") + std::string(1, letter);
}

}  // namespace

std::string print_error_words(std::uint32_t print_error) {
  if (const auto words = find_words(print_errors, print_error); !words.empty()) {
    return std::string(words);
  }
  const std::uint32_t module = print_error >> 24;
  if (module != ams_module && module != ams_ht_module) return {};
  const auto words = find_words(filament_errors, print_error & 0xffff);
  if (words.empty()) return {};
  return unit_name(module, print_error >> 16 & 0xff) + ": " + std::string(words);
}

std::string hms_words(std::uint32_t attr, std::uint32_t code) {
  if (attr == unverified_command_attr && code == unverified_command_code) {
    return "The printer refused a command that it could not verify. If it refuses ours, Developer "
           "Mode is off.";
  }
  return {};
}

}  // namespace pf::hub::bambu
