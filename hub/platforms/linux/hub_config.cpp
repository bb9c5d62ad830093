#include "hub/platforms/linux/hub_config.hpp"

#include <unistd.h>

#include <cstdlib>

#include "process/files.hpp"

namespace pf::hub {
namespace {

constexpr std::size_t cloud_file_bytes_max = 1024;

std::string default_data_dir() {
  if (::geteuid() == 0) return "/var/lib/printfarm-hub";
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data) {
    return std::string(data) + "/printfarm-hub";
  }
  const char* home = std::getenv("HOME");
  return std::string(home ? home : ".") + "/.local/share/printfarm-hub";
}

std::string cloud_file(const HubConfig& config) { return config.data_dir + "/cloud"; }

}  // namespace

HubConfig::HubConfig() : data_dir(default_data_dir()) {}

void HubConfig::declare(process::Settings& settings) {
  settings.add("cloud", cloud, "Address of the cloud; without it the one claimed with.");
  settings.add("data_dir", data_dir, "Where the hub keeps its identity, printers and journal.");
  settings.add("ca_file", ca_file,
               "Certificates (PEM) that may vouch for the cloud; without it the system's.");
  settings.add("printer_roots", printer_roots,
               "Certificates (PEM file or directory) that may vouch for printers.");
  settings.add_choice("log_format", log_format, "How log lines look.", {"text", "json"});
  settings.add_choice("log_level", log_level, "The least that is logged.",
                      {"debug", "info", "warning", "error"});
}

process::LogFormat HubConfig::format() const {
  return log_format == "json" ? process::LogFormat::json : process::LogFormat::text;
}

LogLevel HubConfig::level() const {
  if (log_level == "debug") return LogLevel::debug;
  if (log_level == "warning") return LogLevel::warning;
  return log_level == "error" ? LogLevel::error : LogLevel::info;
}

Result<Origin, ConfigFault> find_cloud(const HubConfig& config) {
  std::string url = config.cloud;
  if (url.empty()) {
    const auto stored = process::read_file(cloud_file(config), cloud_file_bytes_max);
    if (!stored && !stored.error().missing) return ConfigFault{stored.error().says};
    if (stored) url = *stored;
  }
  if (url.empty()) {
    return ConfigFault{
        "No cloud is known yet: claim this hub with 'printfarm-hub claim TOKEN --cloud URL', or "
        "give --cloud."};
  }
  const auto origin = parse_origin(url);
  if (!origin) return ConfigFault{"The cloud's address: " + origin.error().says + "."};
  return *origin;
}

Result<Nothing, ConfigFault> remember_cloud(const HubConfig& config, const Origin& cloud) {
  const auto written =
      process::write_file_durably(cloud_file(config), to_text(cloud), process::private_mode);
  if (!written) return ConfigFault{written.error().says};
  return Nothing{};
}

}  // namespace pf::hub
