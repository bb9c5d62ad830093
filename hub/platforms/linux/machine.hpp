// Everything a hub needs on this machine, in the order in which it is opened. The hub's own program
// makes one, and so does a server with a hub inside.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/log.hpp"
#include "crypto/secure_random.hpp"
#include "hub/core/hub.hpp"
#include "hub/drivers/bambu/factory.hpp"
#include "hub/platforms/linux/loop.hpp"
#include "hub/platforms/linux/openssl_crypto.hpp"
#include "hub/platforms/linux/recent_log.hpp"
#include "hub/platforms/linux/storage.hpp"
#include "hub/platforms/linux/tls_client.hpp"

namespace pf::hub {

struct MachineFault {
  std::string says;
};

struct MachineSettings {
  std::string data_dir;
  std::string ca_file;        // Empty: the system's certificates vouch for the cloud.
  std::string printer_roots;  // Empty: a printer's certificate is remembered when first seen.
  std::string hardware_revision = "linux";
  Origin cloud;
};

class Machine {
 public:
  // Locks the data directory: no second hub can use it meanwhile.
  static Result<std::unique_ptr<Machine>, MachineFault> open(const MachineSettings& settings,
                                                             Log& log);

  Result<StoredBytes, MachineFault> read() const;
  // Makes hub() and loop() of what was read.
  Result<Nothing, MachineFault> start(const StoredBytes& stored);

  // Who the stored bytes say this hub is; a new identity where there are none.
  Result<StoredState, MachineFault> state_in(const StoredBytes& stored);

  Storage& storage() { return storage_; }
  Hub& hub() { return *hub_; }
  Loop& loop() { return *loop_; }
  const Clock& clock() const { return clock_; }

 private:
  Machine(const MachineSettings& settings, Storage storage, TlsClient printer_tls,
          TlsClient cloud_tls, Log& log);

  SystemClock clock_;
  RecentLog log_;
  const MachineSettings settings_;
  Storage storage_;
  TlsClient printer_tls_, cloud_tls_;
  crypto::SecureRandom random_;
  OpensslCrypto crypto_;
  bambu::BambuFactory drivers_;
  std::unique_ptr<Hub> hub_;
  std::optional<Loop> loop_;
};

}  // namespace pf::hub
