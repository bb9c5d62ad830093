// A sliced 3MF (*.gcode.3mf) as Bambu Studio and OrcaSlicer export it, judged before a printer gets
// it: what is refused here says why in words, what cannot be known is absent.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/domain/files/archive.hpp"
#include "cloud/domain/files/files.hpp"
#include "cloud/domain/files/slice_info.hpp"

namespace pf {

inline constexpr std::uint64_t config_bytes_max = 16 * 1024 * 1024;  // Of one XML or JSON entry.
inline constexpr std::uint64_t thumbnail_bytes_max =
    2 * 1024 * 1024;                                         // Real ones have 5 to 200 KB.
inline constexpr std::uint32_t thumbnail_pixels_max = 4096;  // Of one side.

struct ThreeMfFacts {
  std::optional<Text<0, 40>> printer_model;
  std::optional<Text<0, 100>> printer_model_name;
  std::optional<double> nozzle_diameter;
  std::optional<Text<0, 40>> slicer_version;
  List<Plate, plates_per_file_max> plates;
};

class ThreeMf {
 public:
  // The name only helps to say what the file is when it is no 3MF.
  static Answer<ThreeMf> open(const std::string& path, std::string_view file_name,
                              const ArchiveLimits& limits = {});

  const ThreeMfFacts& facts() const { return facts_; }
  // A plate's picture as PNG; absent when there is none that can be shown.
  std::optional<std::string> thumbnail(int plate_index);

 private:
  explicit ThreeMf(Archive archive) : archive_(std::move(archive)) {}
  Answer<Nothing> read();
  Answer<Nothing> read_plates(const SliceInfo& info, const PlateNames& names,
                              const std::optional<Text<0, 40>>& project_bed_type);
  Answer<std::optional<int>> checked_layer_count(int plate_index);
  std::optional<std::string> document(const std::string& name);

  Archive archive_;
  ThreeMfFacts facts_;
};

}  // namespace pf
