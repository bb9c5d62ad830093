#include "process/settings_file.hpp"

#define TOML_HEADER_ONLY 0  // Debian's library is compiled; parsing its headers' bodies costs 5 s.
#include <toml++/toml.h>

#include "process/files.hpp"
#include "protocol/json.hpp"

namespace pf::process {
namespace {

constexpr std::size_t settings_file_bytes_max = 1024 * 1024;

void read_list(const toml::array& list, FileValue& value) {
  for (const auto& item : list) {
    const auto text = item.value_exact<std::string>();
    if (!text) return;
    value.texts.push_back(*text);
  }
  value.kind = WrittenAs::list_of_texts;
}

FileValue read_value(const toml::key& key, const toml::node& node) {
  FileValue value{std::string(key.str()), WrittenAs::other, {}, node.source().begin.line};
  if (const auto text = node.value_exact<std::string>()) {
    value.kind = WrittenAs::text;
    value.texts = {*text};
  } else if (const auto whole = node.value_exact<std::int64_t>()) {
    value.kind = WrittenAs::whole;
    value.texts = {json::encode(*whole)};
  } else if (const auto number = node.value_exact<double>()) {
    value.kind = WrittenAs::number;
    value.texts = {json::encode(*number)};
  } else if (const auto boolean = node.value_exact<bool>()) {
    value.kind = WrittenAs::boolean;
    value.texts = {*boolean ? "true" : "false"};
  } else if (const auto* list = node.as_array()) {
    read_list(*list, value);
  }
  return value;
}

}  // namespace

Result<std::vector<FileValue>, SettingsFileFault> read_settings_file(const std::string& path) {
  const auto text = read_file(path, settings_file_bytes_max);
  if (!text) return SettingsFileFault{text.error().says};
  try {
    std::vector<FileValue> values;
    for (const auto& [key, node] : toml::parse(*text, path)) {
      values.push_back(read_value(key, node));
    }
    return values;
  } catch (const toml::parse_error& error) {
    return SettingsFileFault{path + ", line " + json::encode(error.source().begin.line) +
                             ", is not valid TOML: " + std::string(error.description())};
  }
}

}  // namespace pf::process
