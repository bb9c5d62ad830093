#include "cloud/domain/files/foreign_format.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace pf {
namespace {

constexpr std::string_view how_to_slice =
    "open it in Bambu Studio or OrcaSlicer, slice it, choose \"Export plate sliced file\", and "
    "upload the .gcode.3mf file that it writes.";

bool has_extension(const std::string& name, std::string_view extension) {
  return name.size() > extension.size() && name.ends_with(extension);
}

bool is_model(const std::string& name, std::string_view head) {
  constexpr auto extensions = std::to_array<std::string_view>(
      {".stl", ".obj", ".step", ".stp", ".amf", ".ply", ".blend", ".f3d"});
  return head.starts_with("solid ") || head.starts_with("ISO-10303-21") ||
         std::any_of(extensions.begin(), extensions.end(),
                     [&](std::string_view one) { return has_extension(name, one); });
}

bool is_gcode(const std::string& name, std::string_view head) {
  constexpr auto extensions =
      std::to_array<std::string_view>({".gcode", ".gco", ".g", ".bgcode", ".nc"});
  constexpr auto beginnings =
      std::to_array<std::string_view>({"; ", ";FLAVOR", "G28", "G21", "G90", "M1", "GCDE"});
  return std::any_of(extensions.begin(), extensions.end(),
                     [&](std::string_view one) { return has_extension(name, one); }) ||
         std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view one) { return head.starts_with(one); });
}

}  // namespace

Fault foreign_format(std::string_view file_name, std::string_view head) {
  std::string name(file_name);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::string says;
  if (head.empty()) {
    says = "This file is empty. Export it again from the slicer, and upload it once more.";
  } else if (is_model(name, head)) {
    says = "This is a model, not yet a print. To print it, " + std::string(how_to_slice);
  } else if (is_gcode(name, head)) {
    says =
        "This is plain G-code, which does not say for which printer, plate and filament it was "
        "made. To print the project it came from, " +
        std::string(how_to_slice);
  } else {
    says = "This is not a 3MF file. To print a project, " + std::string(how_to_slice);
  }
  return {422, std::move(says)};
}

}  // namespace pf
