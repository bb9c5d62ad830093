// The figures of `printfarm-measure status`, for machines and for people.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "protocol/describe.hpp"

namespace pf::bench {

// One flat object. messages, seconds and the CPU seconds are those of the throughput phase; the
// percentiles are those of the latency phase, from the hub's write to the dashboard's receipt.
struct StatusFigures {
  std::int64_t messages = 0;
  double seconds = 0;
  double messages_per_core_second = 0;  // Of the server.
  double p50_ms = 0;
  double p99_ms = 0;
  std::int64_t bytes_per_hub = 0;  // Resident memory of the server, a hub with its printers, idle.
  double server_cpu_seconds = 0;
  double load_cpu_seconds = 0;
  std::int64_t hubs = 0;
  std::int64_t printers = 0;
  std::string machine;
  std::string commit;
  FIELDS(messages, seconds, messages_per_core_second, p50_ms, p99_ms, bytes_per_hub,
         server_cpu_seconds, load_cpu_seconds, hubs, printers, machine, commit)
};

// One phase: from a server at rest to a server at rest.
struct Phase {
  std::int64_t asked_per_second = 0;
  std::int64_t messages = 0;
  std::int64_t lost = 0;    // Sent, but not counted by the server.
  std::int64_t unseen = 0;  // Printers whose newest status a dashboard does not show.
  double seconds = 0;
  double server_cpu_seconds = 0;
  double load_cpu_seconds = 0;
  std::optional<double> p50_ms, p99_ms;

  double messages_per_second() const;
  double messages_per_core_second() const;
};

struct StatusReport {
  std::int64_t hubs = 0, printers = 0, organizations = 0, dashboards = 0;
  std::int64_t resident_before = 0;  // The server with its dashboards, without a hub.
  std::int64_t resident_idle = 0;    // With all hubs, each printer having spoken once.
  std::int64_t resident_after = 0;   // After both phases.
  Phase latency, throughput;
  std::string machine, commit;

  StatusFigures figures() const;
  std::string text() const;
  bool is_complete() const;  // No status was lost.
};

}  // namespace pf::bench
