// The settings of printfarm-hub, and what follows from them.
#pragma once
#include <optional>
#include <string>

#include "base/result.hpp"
#include "hub/platforms/linux/origin.hpp"
#include "process/console_log.hpp"
#include "process/settings.hpp"

namespace pf::hub {

struct HubConfig {
  std::string cloud;  // Empty: the one that was claimed with.
  std::string data_dir;
  std::string ca_file;
  std::string printer_roots;
  std::string log_format = "text";
  std::string log_level = "info";

  HubConfig();  // Knows where data belongs on this machine.
  void declare(process::Settings& settings);
  process::LogFormat format() const;
  LogLevel level() const;
};

struct ConfigFault {
  std::string says;
};

// The cloud of this run: the configured one, else the one this data directory was claimed with.
Result<Origin, ConfigFault> find_cloud(const HubConfig& config);
Result<Nothing, ConfigFault> remember_cloud(const HubConfig& config, const Origin& cloud);

}  // namespace pf::hub
