// printfarm-measure: what the real programs cost, measured from outside.
#include <sys/resource.h>

#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>

#include "bench/poller.hpp"
#include "bench/status_bench.hpp"
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

struct Choices {
  StatusSettings status;
  bool json = false;
};

std::optional<int> read_choices(int argc, const char* const* argv, Choices& choices) {
  auto& status = choices.status;
  status.server = (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "printfarm");
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
  settings.add("json", choices.json, "Print one flat JSON object");
  settings.add("commit", status.commit, "What is measured, for the report");
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

int measure_status(const Choices& choices) {
  if (const auto reason = impossible(choices.status)) return complain(*reason);
  const process::ScratchDirectory folder;
  if (folder.path().empty()) return complain("The temporary folder cannot be written.");
  StatusBench bench(choices.status, folder.path());
  const auto report = bench.run();
  const auto out = choices.json ? json::encode(report.figures()) + "\n" : report.text();
  std::fputs(out.c_str(), stdout);
  if (choices.json) std::fputs(report.text().c_str(), stderr);
  if (!report.is_complete()) return complain("Statuses were lost.");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || std::strcmp(argv[1], "status") != 0) {
    const bool help = argc == 2 && std::strcmp(argv[1], "--help") == 0;
    std::fprintf(help ? stdout : stderr,
                 "usage: printfarm-measure status [settings]   --help after it lists them\n");
    return help ? 0 : exit_usage;
  }
  Choices choices;
  if (const auto code = read_choices(argc - 1, argv + 1, choices)) return *code;
  std::signal(SIGPIPE, SIG_IGN);
  end_on_signals();
  try {
    return measure_status(choices);
  } catch (const std::exception& broken) {
    return complain(broken.what());
  }
}
