// What differs between the printers' families, known from the serial number's first three
// characters: names and model texts can be edited by people, the serial cannot.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace pf::hub::bambu {

enum class Family {
  x1,      // X1, X1C, X1E: SD card, chamber sensor, door switch.
  p1,      // P1P, P1S: SD card, delta reports, no chamber sensor.
  a1,      // A1, A1 mini, A2L: as P1, with AMS lite.
  usb,     // P2S, H2*, X2D: USB stick, device tree in reports, chamber sensor.
  unknown  // Treated with the least assumptions.
};

// By serial number, else by the model's code (BL-P001, C12, N2S) as discovery names it.
Family family_of(std::string_view serial, std::string_view model);

constexpr bool has_chamber_sensor(Family family) {
  return family == Family::x1 || family == Family::usb;
}

// Where uploads go and how project_file names them. Printers with a USB stick take files at its
// root only; the others have /cache, where the slicer puts its files too.
constexpr bool uploads_to_root(Family family) { return family == Family::usb; }

// What to press so that the printer obeys, in the words of this family's menus.
std::string developer_mode_help(Family family);

enum class Folder { root, cache };
std::string file_url(Family family, Folder folder, std::string_view name);

}  // namespace pf::hub::bambu
