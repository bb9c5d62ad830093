// One declaration for a program's settings: command-line flag, environment variable and TOML key of
// the same name. Precedence: flag, then environment, then file, then default. A wrong value or an
// unknown key is one clear sentence and exit code 2.
//
//   Settings settings("printfarm serve", "The cloud: API, web app, hub and browser sockets.");
//   settings.add("listen", config.listen, "Address to listen on");   // --listen PF_LISTEN listen=
//   if (auto code = settings.parse(argc, argv)) return *code;
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pf::process {

class Settings {
 public:
  // environment_prefix: "PRINTFARM_" makes data_dir PRINTFARM_DATA_DIR.
  Settings(std::string program, std::string purpose, std::string environment_prefix);
  ~Settings();

  // Names are snake_case; the flag is written --data-dir. The target holds the default.
  void add(std::string name, std::string& target, std::string help);
  void add(std::string name, std::int64_t& target, std::string help, std::int64_t min,
           std::int64_t max);
  void add(std::string name, double& target, std::string help, double min, double max);
  void add(std::string name, bool& target, std::string help);
  void add(std::string name, std::vector<std::string>& target, std::string help);
  void add_choice(std::string name, std::string& target, std::string help,
                  std::vector<std::string> choices);
  // A positional argument, flag-less and without environment or file (claim TOKEN).
  void add_argument(std::string name, std::string& target, std::string help, bool required);

  // Reads flags, environment and the file named by --config. Returns an exit code when the program
  // is to end now (help, version, or a mistake that has been printed).
  std::optional<int> parse(int argc, const char* const* argv);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr std::string_view program_version = "0.1.0";

}  // namespace pf::process
