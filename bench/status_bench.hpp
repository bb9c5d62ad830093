// `printfarm-measure status`: what the server pays for a status on its way from a hub to the
// browsers.
//
// A real server, real WebSockets on loopback, one process on each side. Setting up is not measured;
// then the server is started anew on the same data, so that its memory tells of hubs and not of
// setting up. Each phase runs from rest to rest: every message that was sent and every CPU second
// that it cost falls inside.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/dashboard_client.hpp"
#include "bench/farm.hpp"
#include "bench/server_process.hpp"
#include "bench/status_report.hpp"
#include "crypto/secure_random.hpp"

namespace pf::bench {

struct StatusSettings {
  std::string server;
  std::int64_t hubs = 1000;
  std::int64_t hubs_per_organization = 100;
  std::int64_t dashboards = 50;
  std::int64_t rate = 10'000;
  std::int64_t throughput_rate = 60'000;
  std::int64_t seconds = 10;
  std::string commit = "unknown";
};

// One for so many hubs, but none without a dashboard.
std::int64_t organizations_of(const StatusSettings& settings);

class StatusBench {
 public:
  // `folder` is for the server's data and log.
  StatusBench(StatusSettings settings, std::string folder);

  // Throws when the server cannot be brought to work as it should.
  StatusReport run();

 private:
  void open_dashboards();
  void let_every_printer_speak();
  Phase measure(std::int64_t rate);
  std::int64_t send_for(std::int64_t rate, std::int64_t until_us);
  bool write_one(UnixTime now);
  void wait_until_shown();
  std::int64_t unseen() const;
  void come_to_rest();

  const StatusSettings settings_;
  const SystemClock clock_;
  crypto::SecureRandom random_;
  Poller poller_;
  ServerProcess server_;
  Farm farm_;
  Sightings sightings_;
  std::vector<std::unique_ptr<DashboardClient>> dashboards_;
  std::size_t next_hub_ = 0;
};

}  // namespace pf::bench
