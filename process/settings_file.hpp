// The TOML file of a program's settings, reduced to what settings can be: one flat table.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "process/setting.hpp"

namespace pf::process {

struct FileValue {
  std::string key;
  WrittenAs kind = WrittenAs::other;
  std::vector<std::string> texts;
  unsigned line = 0;
};

struct SettingsFileFault {
  std::string says;  // A sentence that names the file, and the line where there is one.
};

Result<std::vector<FileValue>, SettingsFileFault> read_settings_file(const std::string& path);

}  // namespace pf::process
