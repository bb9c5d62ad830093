// The printers of this hub: the cloud's list as it is stored, and one driver for each. A changed
// entry gets a new driver, but never between the start of a print and its evidence.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/random.hpp"
#include "hub/core/ledger.hpp"
#include "hub/core/output.hpp"
#include "hub/core/printer.hpp"
#include "hub/core/refusal.hpp"
#include "hub/core/stored_state.hpp"

namespace pf::hub {

class Printers {
 public:
  Printers(StoredState& state, Ledger& ledger, DriverFactory& drivers, Random& random, Log& log)
      : state_(state), ledger_(ledger), drivers_(drivers), random_(random), log_(log) {}

  void start(Instant now, Output& out);
  void tick(Instant now, Output& out);

  Printer* find(std::string_view serial);
  Printer* in_slot(std::uint8_t slot);
  const std::vector<std::unique_ptr<Printer>>& all() const { return printers_; }

  // Each changes what is stored, then the drivers.
  void replace(const PrintersConfig& config, Instant now, Output& out);
  Acceptance change(const ConfigurePrinter& command, Instant now, Output& out);
  Acceptance accept_pin(const PinAccept& command, Instant now, Output& out);
  void remember_pin(Printer& printer, std::string_view fingerprint, Output& out);
  // Seen at an address: where we cannot reach it at the one we know, it is tried there.
  void heard(const DiscoveredPrinter& found, Instant now, Output& out);
  void forget_all(Output& out);  // A wipe; storing that is left to the caller.

 private:
  void put(const ConfiguredPrinter& settings, Instant now, Output& out);
  void remove(std::string_view serial, Output& out);
  void give_driver(Printer& printer, Instant now, Output& out);
  void save(Output& out);
  std::uint8_t free_slot();

  StoredState& state_;
  Ledger& ledger_;
  DriverFactory& drivers_;
  Random& random_;
  Log& log_;
  std::vector<std::unique_ptr<Printer>> printers_;  // At most printers_per_hub_max.
  std::uint8_t next_slot_ = 0;
};

}  // namespace pf::hub
