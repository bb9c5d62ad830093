// Metadata/project_settings.config, the slicer's own settings as JSON, and Metadata/plate_N.json.
// They only add to what slice_info.config says: whatever cannot be read here is not known.
#pragma once
#include <optional>
#include <string_view>

#include "protocol/describe.hpp"

namespace pf {

using BedType = Text<0, 40>;  // As plate_N.json and the printers write it: "textured_plate".

struct ProjectSettings {
  std::optional<Text<0, 100>> printer_model_name;
  std::optional<double> nozzle_diameter;
  std::optional<BedType> bed_type;
};

ProjectSettings read_project_settings(std::string_view document);
std::optional<BedType> read_plate_bed_type(std::string_view document);

}  // namespace pf
