#include "cloud/domain/files/project_settings.hpp"

#include <array>
#include <string>
#include <utility>

#include "cloud/domain/files/numbers.hpp"
#include "cloud/domain/files/shown_text.hpp"
#include "protocol/reader.hpp"

namespace pf {
namespace {

constexpr std::size_t settings_keys_max = 4096;  // Today's slicers write about 500.
constexpr json::ReaderOptions lenient{.bad_utf8 = json::BadUtf8::replace,
                                      .keys_max = settings_keys_max};

// The settings name a plate for people, everything else by the printers' word.
constexpr auto bed_type_words = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"Cool Plate", "cool_plate"},
    {"Textured Cool Plate", "textured_cool_plate"},
    {"Supertack Plate", "supertack_plate"},
    {"Engineering Plate", "eng_plate"},
    {"High Temp Plate", "hot_plate"},
    {"Textured PEI Plate", "textured_plate"},
});

std::optional<BedType> bed_type_of(std::string_view shown_name) {
  for (const auto& [name, word] : bed_type_words) {
    if (name == shown_name) return BedType(word);
  }
  return std::nullopt;
}

// A text, or the texts of a list joined by commas. False ends the reading.
bool read_setting(json::Reader& reader, std::string& value) {
  if (reader.peek() == json::ValueKind::text) return reader.text(value);
  if (reader.peek() != json::ValueKind::list) return reader.skip();
  return reader.list([&](std::size_t index) {
    if (reader.peek() != json::ValueKind::text) return reader.skip();
    std::string one;
    if (!reader.text(one)) return false;
    if (index > 0) value += ',';
    value += one;
    return true;
  });
}

}  // namespace

ProjectSettings read_project_settings(std::string_view document) {
  json::Reader reader(document, lenient);
  std::string printer_model, nozzle_diameter, bed_type;
  const bool whole = reader.object([&](std::string_view key) {
    if (key == "printer_model") return read_setting(reader, printer_model);
    if (key == "nozzle_diameter") return read_setting(reader, nozzle_diameter);
    if (key == "curr_bed_type") return read_setting(reader, bed_type);
    return reader.skip();
  });
  if (!whole || !reader.finish()) return {};
  ProjectSettings settings;
  if (auto name = shown<Text<0, 100>>(printer_model); !name.empty()) {
    settings.printer_model_name = std::move(name);
  }
  settings.nozzle_diameter = shared_amount_in(nozzle_diameter);
  settings.bed_type = bed_type_of(bed_type);
  return settings;
}

std::optional<BedType> read_plate_bed_type(std::string_view document) {
  json::Reader reader(document, lenient);
  std::string word;
  const bool whole = reader.object([&](std::string_view key) {
    if (key == "bed_type") return read_setting(reader, word);
    return reader.skip();
  });
  if (!whole || !reader.finish()) return std::nullopt;
  for (const auto& [name, known_word] : bed_type_words) {
    if (known_word == word) return BedType(known_word);
  }
  return std::nullopt;
}

}  // namespace pf
