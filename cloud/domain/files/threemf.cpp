#include "cloud/domain/files/threemf.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include "cloud/domain/files/foreign_format.hpp"
#include "cloud/domain/files/gcode.hpp"
#include "cloud/domain/files/numbers.hpp"
#include "cloud/domain/files/project_settings.hpp"

namespace pf {
namespace {

constexpr std::string_view plate_prefix = "Metadata/plate_";
constexpr std::string_view gcode_suffix = ".gcode";

std::string plate_entry(int index, std::string_view suffix) {
  return std::string(plate_prefix) + std::to_string(index) + std::string(suffix);
}

// Of "Metadata/plate_7.gcode", exactly as the printer will be asked for it.
std::set<int> sliced_plates(const Archive& archive) {
  std::set<int> indexes;
  for (const auto& name : archive.names_under(plate_prefix)) {
    if (!name.ends_with(gcode_suffix)) continue;
    const auto digits = std::string_view(name).substr(
        plate_prefix.size(), name.size() - plate_prefix.size() - gcode_suffix.size());
    const auto index = count_in(digits);
    if (index && *index >= 1 && *index <= plate_index_max && std::to_string(*index) == digits) {
      indexes.insert(*index);
    }
  }
  return indexes;
}

Fault without_gcode(const Archive& archive) {
  if (archive.names_under("3D/").empty() && archive.names_under("Metadata/").empty()) {
    return {422,
            "This is a ZIP archive, but not a 3MF file. Upload the .gcode.3mf file that the "
            "slicer exports, without packing it."};
  }
  return {422,
          "This project is not sliced. Open it in Bambu Studio or OrcaSlicer, slice it, and "
          "export the sliced file (\"Export plate sliced file\"), then upload that."};
}

Fault wrong_checksum(int plate_index) {
  return {422, "The G-code of plate " + std::to_string(plate_index) +
                   " does not match its checksum: it was changed after slicing, and the printer "
                   "would stop with error 0500-4003. Slice it again and upload the new file."};
}

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// Signature and header of a picture that a browser can be asked to show.
bool is_showable_png(std::string_view bytes) {
  constexpr std::string_view signature{"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16};
  if (bytes.size() < 24 || !bytes.starts_with(signature)) return false;
  const auto width = big_endian(bytes, 16), height = big_endian(bytes, 20);
  return width >= 1 && width <= thumbnail_pixels_max && height >= 1 &&
         height <= thumbnail_pixels_max;
}

// Checksum files hold 32 digits in either case, some with a line end.
std::string checksum_in(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  std::string digits(text);
  std::transform(digits.begin(), digits.end(), digits.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return digits;
}

// What all plates agree on; where they differ, no one answer is right for the file.
template <class Value, class Get>
std::optional<Value> agreed(const SliceInfo& info, Get get) {
  std::optional<Value> value;
  for (const auto& plate : info.plates) {
    const std::optional<Value>& one = get(plate);
    if (one && value && !(*one == *value)) return std::nullopt;
    if (one) value = one;
  }
  return value;
}

}  // namespace

Answer<ThreeMf> ThreeMf::open(const std::string& path, std::string_view file_name,
                              const ArchiveLimits& limits) {
  std::string head(format_head_bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  if (!head.starts_with(zip_signature)) return foreign_format(file_name, head);
  auto archive = Archive::open(path, limits);
  if (!archive) return archive.error();
  ThreeMf threemf(std::move(*archive));
  auto read = threemf.read();
  if (!read) return read.error();
  return threemf;
}

Answer<Nothing> ThreeMf::read() {
  SliceInfo info;
  if (archive_.has("Metadata/slice_info.config")) {
    const auto text = archive_.read("Metadata/slice_info.config", config_bytes_max);
    if (!text) return text.error();
    auto parsed = read_slice_info(*text);
    if (!parsed) return parsed.error();
    info = std::move(*parsed);
  }
  PlateNames names;
  if (archive_.has("Metadata/model_settings.config")) {
    const auto text = archive_.read("Metadata/model_settings.config", config_bytes_max);
    if (!text) return text.error();
    auto parsed = read_plate_names(*text);
    if (!parsed) return parsed.error();
    names = std::move(*parsed);
  }
  const auto settings_text = document("Metadata/project_settings.config");
  const auto settings = settings_text ? read_project_settings(*settings_text) : ProjectSettings{};
  facts_.slicer_version = info.slicer_version;
  facts_.printer_model =
      agreed<Text<0, 40>>(info, [](const SlicedPlate& one) { return one.printer_model; });
  facts_.printer_model_name = settings.printer_model_name;
  facts_.nozzle_diameter =
      agreed<double>(info, [](const SlicedPlate& one) { return one.nozzle_diameter; });
  if (!facts_.nozzle_diameter) facts_.nozzle_diameter = settings.nozzle_diameter;
  return read_plates(info, names, settings.bed_type);
}

Answer<Nothing> ThreeMf::read_plates(const SliceInfo& info, const PlateNames& names,
                                     const std::optional<Text<0, 40>>& project_bed_type) {
  const auto indexes = sliced_plates(archive_);
  if (indexes.empty()) return without_gcode(archive_);
  if (indexes.size() > plates_per_file_max) {
    return Fault{422, "This file has more than " + std::to_string(plates_per_file_max) +
                          " sliced plates. Export fewer of them into one file."};
  }
  for (const int index : indexes) {
    const auto* sliced = info.find(index);
    Plate plate = sliced ? sliced->facts : Plate{};
    plate.index = index;
    if (const auto name = names.find(index); name != names.end()) plate.name = name->second;
    const auto layer_count = checked_layer_count(index);
    if (!layer_count) return layer_count.error();
    plate.layer_count = *layer_count;
    const auto plate_json = document(plate_entry(index, ".json"));
    if (plate_json) plate.bed_type = read_plate_bed_type(*plate_json);
    if (!plate.bed_type) plate.bed_type = project_bed_type;
    plate.has_thumbnail = thumbnail(index).has_value();
    facts_.plates.value.push_back(std::move(plate));
  }
  return Nothing{};
}

Answer<std::optional<int>> ThreeMf::checked_layer_count(int plate_index) {
  const auto name = plate_entry(plate_index, gcode_suffix);
  auto entry = archive_.open_entry(name);
  if (!entry) return entry.error();
  const auto gcode = read_gcode(*entry);
  if (!gcode) return gcode.error();
  const auto sidecar = name + ".md5";
  if (archive_.has(sidecar)) {
    constexpr std::uint64_t sidecar_bytes_max = 1024;
    const auto text = archive_.read(sidecar, sidecar_bytes_max);
    if (!text) return text.error();
    if (checksum_in(*text) != gcode->md5) return wrong_checksum(plate_index);
  }
  return gcode->layer_count;
}

std::optional<std::string> ThreeMf::thumbnail(int plate_index) {
  const auto name = plate_entry(plate_index, ".png");
  if (!archive_.has(name)) return std::nullopt;
  auto png = archive_.read(name, thumbnail_bytes_max);
  if (!png || !is_showable_png(*png)) return std::nullopt;
  return std::move(*png);
}

// An entry that only adds facts: one that is absent, too large or broken adds none.
std::optional<std::string> ThreeMf::document(const std::string& name) {
  if (!archive_.has(name)) return std::nullopt;
  auto text = archive_.read(name, config_bytes_max);
  if (!text) return std::nullopt;
  return std::move(*text);
}

}  // namespace pf
