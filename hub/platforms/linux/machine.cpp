#include "hub/platforms/linux/machine.hpp"

#include <utility>

#include "process/settings.hpp"

namespace pf::hub {

Result<std::unique_ptr<Machine>, MachineFault> Machine::open(const MachineSettings& settings,
                                                             Log& log) {
  auto storage = Storage::open(settings.data_dir);
  if (!storage) return MachineFault{storage.error().says};
  auto printer_tls = TlsClient::for_printers(settings.printer_roots);
  if (!printer_tls) return MachineFault{printer_tls.error().says};
  auto cloud_tls = TlsClient::for_cloud(settings.ca_file);
  if (!cloud_tls) return MachineFault{cloud_tls.error().says};
  return std::unique_ptr<Machine>(new Machine(settings, std::move(*storage),
                                              std::move(*printer_tls), std::move(*cloud_tls), log));
}

Machine::Machine(const MachineSettings& settings, Storage storage, TlsClient printer_tls,
                 TlsClient cloud_tls, Log& log)
    : log_(log, clock_),
      settings_(settings),
      storage_(std::move(storage)),
      printer_tls_(std::move(printer_tls)),
      cloud_tls_(std::move(cloud_tls)) {}

Result<StoredBytes, MachineFault> Machine::read() const {
  const auto state = storage_.read_state();
  if (!state) return MachineFault{state.error().says};
  const auto journal = storage_.read_journal();
  if (!journal) return MachineFault{journal.error().says};
  return StoredBytes{state->value_or(""), journal->value_or("")};
}

Result<StoredState, MachineFault> Machine::state_in(const StoredBytes& stored) {
  if (stored.state.empty()) return new_state(random_);
  auto state = decode_state(stored.state);
  if (!state) return MachineFault{state.error().says};
  return std::move(*state);
}

Result<Nothing, MachineFault> Machine::start(const StoredBytes& stored) {
  HubSettings settings;
  settings.firmware_version = process::program_version;
  settings.hardware_revision = settings_.hardware_revision;
  settings.cloud_host = settings_.cloud.authority();
  auto hub = Hub::open(settings, stored, drivers_, crypto_, random_, log_);
  if (!hub) return MachineFault{hub.error().says};
  hub_ = std::move(*hub);
  loop_.emplace(*hub_, storage_, Network{printer_tls_, cloud_tls_, settings_.cloud}, clock_, log_);
  return Nothing{};
}

}  // namespace pf::hub
