// printfarm-measure: what the real programs cost, measured from outside.
#include <sys/resource.h>

#include <climits>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string_view>

#include "bench/poller.hpp"
#include "bench/status_bench.hpp"
#include "bench/transfer_bench.hpp"
#include "process/scratch_directory.hpp"
#include "process/settings.hpp"
#include "protocol/json.hpp"

namespace {

using namespace pf;
using namespace pf::bench;

constexpr int exit_failed = 1, exit_usage = 2;
constexpr std::int64_t hubs_max = 15'000;  // Sockets of one process, with room to spare.
constexpr rlim_t other_files = 500;
// The server lets one address sign up sixty times in a minute.
constexpr std::int64_t organizations_max = 60;
constexpr std::int64_t hubs_per_organization_max = 2'000;  // The server's own limit.

// Of file systems and of the server's own limit for a file.
constexpr std::int64_t transfer_megabytes_max = 500;

std::string programs_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

std::optional<int> read_settings(int argc, const char* const* argv, StatusSettings& status,
                                 bool& json) {
  status.server = programs_folder() + "/printfarm";
  process::Settings settings(
      "printfarm-measure status",
      "Statuses of many hubs through a real server to dashboards, on this machine's loopback.",
      "PRINTFARM_BENCH_");
  settings.add("server", status.server, "The printfarm program to measure");
  settings.add("hubs", status.hubs, "Hubs, with five printers each", 1, hubs_max);
  settings.add("hubs_per_organization", status.hubs_per_organization,
               "Hubs that share an organisation and its dashboards", 1, hubs_per_organization_max);
  settings.add("dashboards", status.dashboards, "Open browsers, spread over the organisations", 1,
               2'000);
  settings.add("rate", status.rate, "Statuses a second while latency is measured", 5, 1'000'000);
  settings.add("throughput_rate", status.throughput_rate,
               "Statuses a second while throughput is measured", 5, 1'000'000);
  settings.add("seconds", status.seconds, "Length of each of the two phases", 1, 600);
  settings.add("json", json, "Print one flat JSON object");
  settings.add("commit", status.commit, "What is measured, for the report");
  return settings.parse(argc, argv);
}

std::optional<int> read_settings(int argc, const char* const* argv, TransferSettings& transfer,
                                 bool& json) {
  transfer.programs = programs_folder();
  transfer.file = "tests/fixtures/cube_a1mini.gcode.3mf";
  process::Settings settings("printfarm-measure transfer",
                             "A big file from a real server through a real hub to a simulated "
                             "printer, on this machine's loopback.",
                             "PRINTFARM_BENCH_");
  settings.add("programs", transfer.programs, "Folder of the programs to measure");
  settings.add("file", transfer.file, "A sliced file for the A1 mini, padded to the size");
  settings.add("megabytes", transfer.megabytes, "Size of the padding in MiB", 1,
               transfer_megabytes_max);
  settings.add("json", json, "Print one flat JSON object");
  settings.add("commit", transfer.commit, "What is measured, for the report");
  return settings.parse(argc, argv);
}

// A sentence about what cannot be done; none when all can.
std::optional<std::string> impossible(const StatusSettings& settings) {
  const auto organizations = organizations_of(settings);
  if (organizations > organizations_max) {
    return "At most 60 organisations can sign up in a minute: raise --hubs-per-organization.";
  }
  if (settings.hubs > organizations * hubs_per_organization_max) {
    return "An organisation holds at most 2000 hubs, and each needs a dashboard: raise "
           "--dashboards.";
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  const auto wanted = static_cast<rlim_t>(settings.hubs + settings.dashboards) + other_files;
  if (files.rlim_cur < wanted && files.rlim_max >= wanted) {
    files.rlim_cur = wanted;  // The server inherits it.
    setrlimit(RLIMIT_NOFILE, &files);
  }
  if (files.rlim_cur >= wanted) return std::nullopt;
  return "This shell allows " + std::to_string(files.rlim_max) + " open files, and " +
         std::to_string(wanted) + " are needed: raise it with 'ulimit -n' or lower --hubs.";
}

int complain(const std::string& says) {
  std::fprintf(stderr, "printfarm-measure: %s\n", says.c_str());
  return exit_failed;
}

template <class Figures>
void print(const Figures& figures, const std::string& text, bool json) {
  const auto out = json ? pf::json::encode(figures) + "\n" : text;
  std::fputs(out.c_str(), stdout);
  if (json) std::fputs(text.c_str(), stderr);
}

int measure_status(int argc, const char* const* argv, const std::string& folder) {
  StatusSettings settings;
  bool json = false;
  if (const auto code = read_settings(argc, argv, settings, json)) return *code;
  if (const auto reason = impossible(settings)) return complain(*reason);
  const auto report = StatusBench(settings, folder).run();
  print(report.figures(), report.text(), json);
  if (!report.is_complete()) return complain("Statuses were lost.");
  return 0;
}

int measure_transfer(int argc, const char* const* argv, const std::string& folder) {
  TransferSettings settings;
  bool json = false;
  if (const auto code = read_settings(argc, argv, settings, json)) return *code;
  const auto figures = TransferBench(settings, folder).run();
  print(figures, "commit " + settings.commit + " on " + machine_name() + "\n" + figures.text(),
        json);
  return 0;
}

int usage(bool asked) {
  std::fprintf(asked ? stdout : stderr,
               "usage: printfarm-measure status [settings]     statuses of many hubs to browsers\n"
               "       printfarm-measure transfer [settings]   a big file to a printer\n"
               "--help after it lists the settings.\n");
  return asked ? 0 : exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc >= 2 ? argv[1] : "";
  const bool known = name == "status" || name == "transfer";
  if (!known) return usage(argc == 2 && name == "--help");
  std::signal(SIGPIPE, SIG_IGN);
  end_on_signals();
  const process::ScratchDirectory folder;
  if (folder.path().empty()) return complain("The temporary folder cannot be written.");
  try {
    return name == "status" ? measure_status(argc - 1, argv + 1, folder.path())
                            : measure_transfer(argc - 1, argv + 1, folder.path());
  } catch (const std::exception& broken) {
    return complain(broken.what());
  }
}
