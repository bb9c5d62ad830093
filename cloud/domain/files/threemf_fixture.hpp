// A small sliced 3MF made by hand for tests, and the ways to break it.
#pragma once
#include <zip.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "crypto/hash.hpp"

namespace pf {

struct ThreeMfFixture {
  std::map<std::string, std::string> entries = sliced_cube();

  static std::string md5_of(std::string_view content) {
    crypto::Md5 md5;
    md5.add(content);
    return md5.finish_hex();
  }

  // The beginning of a PNG, which is all that is looked at.
  static std::string png(char width = 16, char height = 16) {
    std::string bytes("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16);
    bytes += std::string("\0\0\0", 3) + width + std::string("\0\0\0", 3) + height;
    return bytes + std::string("\x08\x06\0\0\0 and the rest of a picture", 30);
  }

  static std::string plate_xml(int index, std::string_view more = "") {
    return "<plate><metadata key=\"index\" value=\"" + std::to_string(index) +
           "\"/><metadata key=\"printer_model_id\" value=\"N1\"/>"
           "<metadata key=\"nozzle_diameters\" value=\"0.4\"/>"
           "<metadata key=\"prediction\" value=\"61\"/>"
           "<metadata key=\"weight\" value=\"1.50\"/>" +
           std::string(more) +
           "<object identify_id=\"7\" name=\"Cube &amp; co\" skipped=\"false\"/>"
           "<filament id=\"2\" type=\"PETG\" color=\"#00ae42\" used_m=\"0.50\" used_g=\"1.50\"/>"
           "</plate>";
  }
  static std::string slice_info_xml(std::string_view plates) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<config><header>"
           "<header_item key=\"X-BBL-Client-Version\" value=\"02.04.00.70\"/></header>" +
           std::string(plates) + "</config>";
  }
  static std::string gcode(std::string_view layers = "12") {
    return "; HEADER_BLOCK_START\n; total layer number: " + std::string(layers) +
           "\n; HEADER_BLOCK_END\nG28\nG1 X10 Y10\n";
  }
  static std::map<std::string, std::string> sliced_cube() {
    return {{"[Content_Types].xml", "<Types/>"},
            {"3D/3dmodel.model", "<model/>"},
            {"Metadata/plate_1.gcode", gcode()},
            {"Metadata/plate_1.gcode.md5", md5_of(gcode())},
            {"Metadata/plate_1.json", R"({"bed_type":"textured_plate","version":2})"},
            {"Metadata/plate_1.png", png()},
            {"Metadata/slice_info.config", slice_info_xml(plate_xml(1))},
            {"Metadata/model_settings.config",
             "<config><object id=\"1\"><metadata key=\"plater_name\" value=\"no\"/></object>"
             "<plate><metadata key=\"plater_id\" value=\"1\"/>"
             "<metadata key=\"plater_name\" value=\"Lids\"/></plate></config>"},
            {"Metadata/project_settings.config",
             R"({"printer_model":"Bambu Lab A1 mini","nozzle_diameter":["0.4"],)"
             R"("curr_bed_type":"Cool Plate","layer_height":"0.2"})"}};
  }

  void set_gcode(int plate, const std::string& content) {
    const auto name = "Metadata/plate_" + std::to_string(plate) + ".gcode";
    entries[name] = content;
    entries[name + ".md5"] = md5_of(content);
  }

  // Packs the entries; adjust(zip, index, name) may spoil each before it is written.
  template <class Adjust>
  void write(const std::string& path, Adjust adjust) const {
    int code = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (!archive) throw std::runtime_error("no archive can be made");
    for (const auto& [name, content] : entries) {
      zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
      const auto index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_RAW);
      if (index < 0) throw std::runtime_error("an entry cannot be added");
      // The same entries are the same bytes, also two seconds later.
      zip_file_set_mtime(archive, static_cast<zip_uint64_t>(index), 1'700'000'000, 0);
      adjust(archive, static_cast<zip_uint64_t>(index), name);
    }
    if (zip_close(archive) != 0) throw std::runtime_error("an archive cannot be written");
  }
  void write(const std::string& path) const {
    write(path, [](zip_t*, zip_uint64_t, const std::string&) {});
  }
  // The archive's bytes, by way of the path.
  std::string bytes(const std::string& path) const {
    write(path);
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

inline void write_bytes(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline void put_little_endian(std::string& bytes, std::size_t at, std::uint64_t value,
                              std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) bytes.at(at + i) = static_cast<char>(value >> (8 * i));
}

// Where the entry's record stands in the central directory.
inline std::size_t central_record(const std::string& bytes, const std::string& name) {
  constexpr std::size_t fixed_bytes = 46;
  for (auto at = bytes.find("PK\1\2"); at != std::string::npos; at = bytes.find("PK\1\2", at + 1)) {
    if (bytes.compare(at + fixed_bytes, name.size(), name) == 0) return at;
  }
  throw std::runtime_error("no such entry: " + name);
}

inline std::string renamed_everywhere(std::string bytes, std::string_view from,
                                      std::string_view to) {
  for (auto at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + 1)) {
    bytes.replace(at, from.size(), to);
  }
  return bytes;
}

// The same archive, closed by zip64 records as very large ones are.
inline std::string as_zip64(const std::string& bytes) {
  const auto end = bytes.rfind("PK\5\6");
  const auto number = [&](std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = count; i > 0; --i) {
      value = value << 8 | static_cast<unsigned char>(bytes[end + at + i - 1]);
    }
    return value;
  };
  std::string record(56, '\0'), locator(20, '\0'), last = bytes.substr(end, 22);
  record.replace(0, 4, "PK\6\6");
  put_little_endian(record, 4, 44, 8);
  put_little_endian(record, 12, 45, 2);
  put_little_endian(record, 14, 45, 2);
  put_little_endian(record, 24, number(8, 2), 8);
  put_little_endian(record, 32, number(10, 2), 8);
  put_little_endian(record, 40, number(12, 4), 8);
  put_little_endian(record, 48, number(16, 4), 8);
  locator.replace(0, 4, "PK\6\7");
  put_little_endian(locator, 8, end, 8);
  put_little_endian(locator, 16, 1, 4);
  put_little_endian(last, 8, 0xffff, 2);
  put_little_endian(last, 10, 0xffff, 2);
  put_little_endian(last, 12, 0xffffffff, 4);
  put_little_endian(last, 16, 0xffffffff, 4);
  return bytes.substr(0, end) + record + locator + last;
}

}  // namespace pf
