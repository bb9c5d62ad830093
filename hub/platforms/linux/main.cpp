// printfarm-hub: connects the printers beside it to the cloud.
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <string_view>

#include "hub/platforms/linux/programs.hpp"

namespace pf::hub {
namespace {

constexpr int exit_well = 0, exit_failed = 1;

int complain(const ConfigFault& fault) {
  std::cerr << "printfarm-hub: " << fault.says << std::endl;
  return exit_failed;
}

int claim(int argc, char** argv) {
  HubConfig config;
  std::string token;
  process::Settings settings("printfarm-hub claim",
                             "Makes this hub known to an organization. The web app shows a token.",
                             "PRINTFARM_HUB_");
  settings.add_argument("TOKEN", token, "The claim token that the web app shows.", true);
  config.declare(settings);
  if (const auto code = settings.parse(argc, argv)) return *code;
  process::ConsoleLog log(config.format(), config.level());
  const auto claimed = claim_hub(config, token, std::cout, log);
  return claimed ? exit_well : complain(claimed.error());
}

int run(int argc, char** argv, char** whole_argv) {
  HubConfig config;
  process::Settings settings("printfarm-hub run",
                             "Connects the printers in this network to the cloud ('run' may be "
                             "left out). First: printfarm-hub claim TOKEN --cloud URL.",
                             "PRINTFARM_HUB_");
  config.declare(settings);
  if (const auto code = settings.parse(argc, argv)) return *code;
  process::ConsoleLog log(config.format(), config.level());
  const auto ending = run_hub(config, log);
  if (!ending) return complain(ending.error());
  if (*ending == Ending::reboot) {
    log.info("starting anew");
    ::execv("/proc/self/exe", whole_argv);
    log.error("cannot start anew; stopping instead");
  }
  return *ending == Ending::stopped ? exit_well : exit_failed;
}

}  // namespace
}  // namespace pf::hub

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // A printer that hangs up is an error code, not the end of us.
  const std::string_view word = argc > 1 ? argv[1] : "";
  if (word == "claim") return pf::hub::claim(argc - 1, argv + 1);
  const bool said_run = word == "run";
  return pf::hub::run(argc - said_run, argv + said_run, argv);
}
