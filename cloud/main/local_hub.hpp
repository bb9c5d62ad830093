// `printfarm serve --local-hub`: the hub of those whose server stands beside their printers, with
// no further program or hardware. It is the very hub of the hub program, on a thread of its own,
// and it speaks with the server over a loopback socket as any other does, so that nothing it does
// is a second way of doing it. Only its claim differs: who runs the server need not prove to it
// that the hub is theirs.
#pragma once
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/log.hpp"
#include "cloud/domain/hubs/hubs.hpp"
#include "cloud/domain/tenants/tenants.hpp"
#include "cloud/main/config.hpp"

namespace pf::hub {
class Loop;
class Machine;
enum class Ending;
struct StoredBytes;
}  // namespace pf::hub

namespace pf {

inline constexpr Milliseconds organization_poll{1'000};
inline constexpr Milliseconds local_hub_retry{30'000};

struct LocalHubSettings {
  std::string data_dir;
  std::string cloud;         // How the server is reached from here: "http://127.0.0.1:8080".
  std::string ca_file;       // Vouches for it where it speaks TLS with a certificate of its own.
  std::string organization;  // An id; empty: the only one there is.
};

// port: on which the server listens now.
LocalHubSettings local_hub_settings(const Config& config, std::uint16_t port);

class LocalHub {
 public:
  struct Rooms {
    Tenants& tenants;
    Hubs& hubs;
  };
  LocalHub(LocalHubSettings settings, Rooms rooms, Log& log)
      : settings_(std::move(settings)), rooms_(rooms), log_(log) {}
  ~LocalHub() { stop(); }

  // The server must be listening.
  void start();
  // Says goodbye to the server and waits for the end of the thread.
  void stop();

  // Which organisation the hub is for, if that is known by now: the one of the settings, else the
  // only one there is.
  std::optional<TenantId> organization();

 private:
  void run();
  // Throws std::runtime_error where it cannot run.
  hub::Ending run_once(const TenantId& tenant);
  hub::StoredBytes claimed_bytes(hub::Machine& machine, const TenantId& tenant);
  class Stoppable;
  // True: the time is over; false: stop.
  bool wait(Milliseconds time);
  std::optional<TenantId> wait_for_organization();

  const LocalHubSettings settings_;
  Rooms rooms_;
  Log& log_;
  std::thread thread_;
  struct Running {
    std::mutex mutex;
    std::condition_variable changed;
    bool stopping = false;
    hub::Loop* loop = nullptr;
  } running_;
};

}  // namespace pf
