// The real `printfarm serve` as a process of its own, on a port that the system chose, with
// everything it writes in one folder.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/child_process.hpp"

namespace pf::bench {

class ServerProcess {
 public:
  ServerProcess(std::string program, const std::string& folder);

  // Returns when it listens; throws with its last words when it ends or says nothing.
  void start();
  // Lets it drain, as an operator would.
  void stop() { process_.stop(); }

  std::uint16_t port() const { return port_; }
  ProcessUsage usage() const { return process_.usage(); }
  // WebSocket messages that it counted from hubs since it started.
  std::int64_t counted_hub_messages() const;

 private:
  ChildProcess process_;
  std::uint16_t port_ = 0;
};

// ---- of what it says ----
// The port, once its log says that it listens.
std::optional<std::uint16_t> listening_port_in(std::string_view log);
std::optional<std::int64_t> hub_messages_in(std::string_view metrics);

}  // namespace pf::bench
