#include "hub/drivers/bambu/models.hpp"

#include <array>

namespace pf::hub::bambu {
namespace {

struct Model {
  std::string_view serial_prefix;
  std::string_view code;
  Family family;
};

constexpr std::array<Model, 15> models{{
    {"00M", "BL-P001", Family::x1},
    {"00W", "BL-P002", Family::x1},
    {"03W", "C13", Family::x1},
    {"01S", "C11", Family::p1},
    {"01P", "C12", Family::p1},
    {"030", "N1", Family::a1},
    {"039", "N2S", Family::a1},
    {"26A", "N9", Family::a1},
    {"22E", "N7", Family::usb},
    {"20P", "N6", Family::usb},
    {"094", "O1D", Family::usb},
    {"239", "O1E", Family::usb},
    {"093", "O1S", Family::usb},
    {"31B", "O1C", Family::usb},
    {"31B", "O1C2", Family::usb},
}};

}  // namespace

Family family_of(std::string_view serial, std::string_view model) {
  for (const auto& one : models) {
    if (serial.starts_with(one.serial_prefix)) return one.family;
  }
  for (const auto& one : models) {
    if (model == one.code) return one.family;
  }
  return Family::unknown;
}

std::string developer_mode_help(Family family) {
  std::string_view where = "On the printer, open Settings > Network (or WLAN)";
  switch (family) {
    case Family::p1: where = "With the printer's keys, open Settings > WLAN"; break;
    case Family::a1: where = "On the printer's screen, open Settings > WLAN"; break;
    case Family::x1:
    case Family::usb: where = "On the printer's screen, open Settings > Network"; break;
    case Family::unknown: break;
  }
  return std::string(where) +
         ", switch on LAN Only Mode, then Developer Mode; restart the printer, read the new access "
         "code there and enter it here.";
}

std::string file_url(Family family, Folder folder, std::string_view name) {
  std::string url = uploads_to_root(family) ? "ftp:///" : "file:///sdcard/";
  if (folder == Folder::cache) url += "cache/";
  url += name;
  return url;
}

}  // namespace pf::hub::bambu
