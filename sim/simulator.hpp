// Many printers in one process: what printfarm-sim runs, and what tests start in their own process.
// One thread serves all sockets, a second one reads the files that are printed.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/time.hpp"
#include "sim/card.hpp"
#include "sim/farm.hpp"
#include "sim/notifier.hpp"
#include "sim/scenario.hpp"

namespace pf::sim {

inline constexpr std::uint16_t ftps_port_standard = 990;
inline constexpr std::uint16_t ftps_port_unprivileged = 10990;

struct SimulatorOptions {
  FarmWishes farm;
  double speed = 60;
  PublishedPorts ports{
      .mqtt = 8883, .ftps = 0, .detect = 3000};  // ftps 0: 990, if that is allowed.
  NotifyTarget notify;
  CardLimits card;
  std::optional<Milliseconds> report_interval;  // Instead of the models' own.
  std::uint64_t upload_bytes_per_second = 0;    // 0: as fast as they come.
  std::optional<Scenario> scenario;
};

class Simulator {
 public:
  Simulator(SimulatorOptions options, const Clock& clock, Random& random, Log& log);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  // Opens every listener and writes printers.json, then serves until stop().
  Result<Nothing, Fault> start();
  void stop();

  const std::vector<FarmPrinter>& printers() const;
  const PublishedPorts& ports() const;
  // For every printer of that serial number or name; for all, where it is absent. Waits until it is
  // done. A fault says why it is not; printers before the one that refused have had it.
  Result<Nothing, Fault> befall(const std::optional<std::string>& printer, const Act& act);
  // Answers requests (sim/control.hpp) from one descriptor on the other until the first one ends.
  void serve_control(int input, int output);
  // Runs `act` with the printer on the simulator's own thread and waits for it: how a test presses
  // a button on the printer's screen.
  void with_printer(std::size_t index, const std::function<void(Printer&)>& act);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pf::sim
