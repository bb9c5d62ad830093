// printfarm-sim: printers that pretend, for trying out and testing everything else.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>

#include "crypto/secure_random.hpp"
#include "process/console_log.hpp"
#include "process/file_limit.hpp"
#include "process/files.hpp"
#include "process/settings.hpp"
#include "sim/simulator.hpp"

namespace {

using namespace pf;
using namespace pf::sim;

std::vector<std::string> all_models() {
  std::vector<std::string> codes;
  for (const auto* model : models()) codes.emplace_back(model->code);
  return codes;
}

struct Choices {
  std::int64_t printers = 8;
  std::string data_dir = "printfarm-sim-data";
  double speed = 60;
  std::string base_address = "127.77.0.1";
  std::vector<std::string> models = all_models();
  std::int64_t mqtt_port = 8883, ftps_port = 0, detect_port = 3000;
  std::string notify_target = "127.255.255.255";
  std::int64_t upload_bytes_per_second = 0;
  std::string scenario;
  bool control = false;
  std::string log_format = "text";
};

std::optional<int> read_choices(int argc, const char* const* argv, Choices& choices) {
  process::Settings settings("printfarm-sim", "Many simulated Bambu Lab printers in one process.",
                             "PRINTFARM_SIM_");
  settings.add("printers", choices.printers, "How many printers", 1, printers_max);
  settings.add("data_dir", choices.data_dir, "Folder for keys, access codes and cards");
  settings.add("speed", choices.speed, "How many times faster than real a print runs", 0.1, 10'000);
  settings.add("base_address", choices.base_address,
               "Address of the first printer; the others get the next ones");
  settings.add("models", choices.models, "Model codes, given to the printers in turn");
  settings.add("mqtt_port", choices.mqtt_port, "TCP port for MQTT", 1, 65'535);
  settings.add("ftps_port", choices.ftps_port,
               "TCP port for FTPS; 0 is 990 where that is allowed, else 10990", 0, 65'535);
  settings.add("detect_port", choices.detect_port,
               "TCP port for the detect exchange; its TLS form is two above", 1, 65'533);
  settings.add("notify_target", choices.notify_target,
               "Address that NOTIFY is sent to; beyond 127.0.0.0/8 it leaves this machine");
  settings.add("upload_bytes_per_second", choices.upload_bytes_per_second,
               "How fast the printers' cards write; 0 is as fast as they can. Real ones: 190000", 0,
               1'000'000'000);
  settings.add("scenario", choices.scenario,
               "A file that says what befalls the printers (see sim/scenarios)");
  settings.add("control", choices.control,
               "Take requests on standard input and answer them on standard output");
  settings.add_choice("log_format", choices.log_format, "How log lines look", {"text", "json"});
  return settings.parse(argc, argv);
}

Fault no_such_model(const std::string& code) {
  std::string says = "There is no simulated model '" + code + "': choose among";
  for (const auto* one : models()) says.append(" ").append(one->code);
  return {says + "."};
}

// "N1,BL-P001" and "N1 BL-P001" name the same two.
Result<std::vector<const Model*>, Fault> models_of(const std::vector<std::string>& words) {
  std::vector<const Model*> chosen;
  for (const auto& word : words) {
    for (std::size_t at = 0; at <= word.size();) {
      const auto end = std::min(word.find(',', at), word.size());
      const auto code = word.substr(at, end - at);
      at = end + 1;
      const Model* model = find_model(code);
      if (!model) return no_such_model(code);
      chosen.push_back(model);
    }
  }
  return chosen;
}

Result<Scenario, Fault> scenario_of(const std::string& path) {
  const auto text = process::read_file(path, scenario_bytes_max);
  if (!text) return Fault{text.error().says};
  auto scenario = parse_scenario(*text);
  if (!scenario) return Fault{path + ": " + scenario.error().says};
  return scenario;
}

Result<SimulatorOptions, Fault> options_of(const Choices& choices) {
  const auto models = models_of(choices.models);
  if (!models) return models.error();
  SimulatorOptions options;
  options.farm = {choices.data_dir, static_cast<std::size_t>(choices.printers), *models,
                  choices.base_address};
  options.speed = choices.speed;
  options.ports = {.mqtt = static_cast<std::uint16_t>(choices.mqtt_port),
                   .ftps = static_cast<std::uint16_t>(choices.ftps_port),
                   .detect = static_cast<std::uint16_t>(choices.detect_port)};
  options.notify.ip_address = choices.notify_target;
  options.upload_bytes_per_second = static_cast<std::uint64_t>(choices.upload_bytes_per_second);
  if (choices.scenario.empty()) return options;
  auto scenario = scenario_of(choices.scenario);
  if (!scenario) return scenario.error();
  options.scenario = std::move(*scenario);
  return options;
}

int complain(const std::string& says) {
  std::fprintf(stderr, "printfarm-sim: %s\n", says.c_str());
  return 1;
}

// Until it is told to end.
int run(const SimulatorOptions& options, bool control, process::LogFormat format,
        const sigset_t& ends) {
  process::ConsoleLog log(format, LogLevel::info);
  SystemClock clock;
  crypto::SecureRandom random;
  Simulator simulator(options, clock, random, log);
  if (const auto started = simulator.start(); !started) return complain(started.error().says);
  std::printf("ready\n");
  std::fflush(stdout);
  if (control) simulator.serve_control(STDIN_FILENO, STDOUT_FILENO);
  int which = 0;
  sigwait(&ends, &which);
  simulator.stop();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Choices choices;
  if (const auto code = read_choices(argc, argv, choices)) return *code;
  const auto options = options_of(choices);
  if (!options) return complain(options.error().says);

  // Blocked before any thread starts, so that sigwait() is the only one to see them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  process::raise_file_limit();

  const auto format =
      choices.log_format == "json" ? process::LogFormat::json : process::LogFormat::text;
  try {
    return run(*options, choices.control, format, ends);
  } catch (const std::exception& error) {
    return complain(std::string("cannot go on: ") + error.what());
  }
}
