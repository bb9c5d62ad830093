// Sliced 3MF files for tests, good ones and broken ones, written with libzip.
#pragma once
#include <openssl/evp.h>
#include <zip.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace pf::sim::testing {

// A folder that is gone with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pf-sim-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

struct SlicedFile {
  std::string gcode =
      "; HEADER_BLOCK_START\n; total layer number: 12\n; HEADER_BLOCK_END\n"
      "; nozzle_temperature = 215\nM140 S60\nM190 S65\nM109 S140\nM109 S215\nG1 X1 Y1 E1\n";
  std::optional<std::string> checksum;  // Instead of the right one.
  bool with_checksum = true;
  std::string plates =
      "<plate><metadata key=\"index\" value=\"1\"/><metadata key=\"prediction\" value=\"300\"/>"
      "<metadata key=\"weight\" value=\"2.5\"/></plate>";
};

inline std::string md5_upper(const std::string& text) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned count = 0;
  EVP_Digest(text.data(), text.size(), bytes, &count, EVP_md5(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < count; ++i) {
    char two[3];
    std::snprintf(two, sizeof two, "%02X", bytes[i]);
    hex += two;
  }
  return hex;
}

inline void write_zip(const std::string& path, const std::map<std::string, std::string>& entries) {
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const auto& [name, text] : entries) {
    zip_source_t* source = zip_source_buffer(archive, text.data(), text.size(), 0);
    zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  }
  zip_close(archive);
}

inline void write_sliced(const std::string& path, const SlicedFile& file = {}) {
  std::map<std::string, std::string> entries{
      {"Metadata/plate_1.gcode", file.gcode},
      {"Metadata/slice_info.config",
       "<?xml version=\"1.0\"?><config><header/>" + file.plates + "</config>"}};
  if (file.with_checksum) {
    entries["Metadata/plate_1.gcode.md5"] = file.checksum.value_or(md5_upper(file.gcode));
  }
  write_zip(path, entries);
}

}  // namespace pf::sim::testing
