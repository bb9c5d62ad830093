// The real `printfarm serve` as a process of its own, on a port that the system chose, with
// everything it writes in one folder.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/process_usage.hpp"

namespace pf::bench {

class ServerProcess {
 public:
  ServerProcess(std::string program, std::string folder);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Returns when it listens; throws with its last words when it ends or says nothing.
  void start();
  // Lets it drain, as an operator would.
  void stop();

  std::uint16_t port() const { return port_; }
  ProcessUsage usage() const { return usage_of(pid_); }
  // WebSocket messages that it counted from hubs since it started.
  std::int64_t counted_hub_messages() const;
  std::string last_words() const;

 private:
  [[noreturn]] void run() const;
  bool has_ended();

  const std::string program_, folder_, log_file_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

// ---- of what it says ----
// The port, once its log says that it listens.
std::optional<std::uint16_t> listening_port_in(std::string_view log);
std::optional<std::int64_t> hub_messages_in(std::string_view metrics);

}  // namespace pf::bench
