// Metadata/slice_info.config: what the slicer says of each sliced plate (PROTOCOL section 7), and
// Metadata/model_settings.config: what people called the plates.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/domain/files/files.hpp"

namespace pf {

inline constexpr std::size_t plates_per_file_max = 100;
inline constexpr std::size_t filaments_per_plate_max = 64;
inline constexpr std::size_t objects_per_plate_max = 1000;
inline constexpr std::size_t objects_per_file_max = 5000;
inline constexpr int plate_index_max = 9999;

struct SlicedPlate {
  Plate facts;
  std::optional<Text<0, 40>> printer_model;
  std::optional<double> nozzle_diameter;
};

struct SliceInfo {
  std::optional<Text<0, 40>> slicer_version;
  std::vector<SlicedPlate> plates;

  const SlicedPlate* find(int plate_index) const;
};

Answer<SliceInfo> read_slice_info(std::string_view document);

// By plate index; only plates that somebody named.
using PlateNames = std::map<int, Text<0, 100>>;
Answer<PlateNames> read_plate_names(std::string_view document);

}  // namespace pf
