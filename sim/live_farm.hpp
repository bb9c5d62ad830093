// All printers of a simulator, with their sockets, and what befalls them: by the scenario or by
// whoever asks. Used by the simulator's I/O thread alone, once it runs.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/control.hpp"
#include "sim/live_printer.hpp"
#include "sim/stage_manager.hpp"

namespace pf::sim {

class LiveFarm {
 public:
  LiveFarm(std::string folder, std::vector<FarmPrinter> farm, const Clock& clock, Log& log);

  // In the order of the farm.
  void add(std::unique_ptr<LivePrinter> printer) { printers_.push_back(std::move(printer)); }
  Result<Nothing, Fault> start(const PublishedPorts& ports, const NotifyTarget& notify);
  Result<Nothing, Fault> play(const Scenario& scenario);  // From now on.
  void tick();

  // Of that serial number or name; absent: all of them, up to the first that it cannot befall.
  Result<Nothing, Fault> befall(const std::optional<std::string>& printer, const Act& act);
  ControlAnswer answer(const Result<ControlRequest, Fault>& request);
  // Writes down how to reach the printers.
  Result<Nothing, Fault> publish();

  LivePrinter& printer(std::size_t index) { return *printers_.at(index); }

 private:
  std::vector<std::size_t> named(const std::optional<std::string>& printer) const;
  Result<Nothing, Fault> befall(std::size_t index, const Act& act);
  PrinterTruth truth_of(std::size_t index) const;
  void follow_scenario();

  std::string folder_;
  std::vector<FarmPrinter> farm_;
  const Clock& clock_;
  Log& log_;
  PublishedPorts ports_;
  std::vector<std::unique_ptr<LivePrinter>> printers_;
  std::optional<StageManager> stage_manager_;
};

}  // namespace pf::sim
