#include "bench/status_report.hpp"

#include <cmath>
#include <cstdarg>
#include <cstdio>

namespace pf::bench {
namespace {

// As many decimals as the measuring is worth.
double rounded(double value, double steps) { return std::round(value * steps) / steps; }

double ratio(double a, double b) { return b > 0 ? a / b : 0; }

double mebibytes(std::int64_t bytes) { return static_cast<double>(bytes) / (1024 * 1024); }

__attribute__((format(printf, 2, 3))) void append(std::string& out, const char* format, ...) {
  char line[512];
  va_list values;
  va_start(values, format);
  std::vsnprintf(line, sizeof line, format, values);
  va_end(values);
  out += line;
}

void append_phase(std::string& out, const char* name, const Phase& phase) {
  append(out, "%s, %lld messages/s asked for\n", name,
         static_cast<long long>(phase.asked_per_second));
  append(out, "  sent          %lld messages in %.2f s, %.0f/s\n",
         static_cast<long long>(phase.messages), phase.seconds, phase.messages_per_second());
  append(out, "  server        %.2f CPU s, %.0f messages a core-second, %.2f us a message\n",
         phase.server_cpu_seconds, phase.messages_per_core_second(),
         ratio(1e6, phase.messages_per_core_second()));
  append(out, "  load          %.2f CPU s\n", phase.load_cpu_seconds);
  append(out, "  hub to page   p50 %.1f ms, p99 %.1f ms\n", phase.p50_ms.value_or(NAN),
         phase.p99_ms.value_or(NAN));
  append(out, "  lost          %lld, newest status not shown: %lld\n",
         static_cast<long long>(phase.lost), static_cast<long long>(phase.unseen));
}

}  // namespace

double Phase::messages_per_second() const { return ratio(static_cast<double>(messages), seconds); }

double Phase::messages_per_core_second() const {
  return ratio(static_cast<double>(messages), server_cpu_seconds);
}

StatusFigures StatusReport::figures() const {
  StatusFigures figures;
  figures.messages = throughput.messages;
  figures.seconds = rounded(throughput.seconds, 1000);
  figures.messages_per_core_second = std::round(throughput.messages_per_core_second());
  figures.p50_ms = rounded(latency.p50_ms.value_or(NAN), 10);
  figures.p99_ms = rounded(latency.p99_ms.value_or(NAN), 10);
  figures.bytes_per_hub = hubs > 0 ? (resident_idle - resident_before) / hubs : 0;
  figures.server_cpu_seconds = rounded(throughput.server_cpu_seconds, 100);
  figures.load_cpu_seconds = rounded(throughput.load_cpu_seconds, 100);
  figures.hubs = hubs;
  figures.printers = printers;
  figures.machine = machine;
  figures.commit = commit;
  return figures;
}

std::string StatusReport::text() const {
  std::string out;
  append(out, "commit %s on %s\n", commit.c_str(), machine.c_str());
  append(out, "%lld hubs, %lld printers, %lld organisations, %lld dashboards\n",
         static_cast<long long>(hubs), static_cast<long long>(printers),
         static_cast<long long>(organizations), static_cast<long long>(dashboards));
  append(out,
         "memory          %lld bytes a hub; server %.1f MiB without hubs, %.1f with, "
         "%.1f after the load\n",
         static_cast<long long>(figures().bytes_per_hub), mebibytes(resident_before),
         mebibytes(resident_idle), mebibytes(resident_after));
  append_phase(out, "latency", latency);
  append_phase(out, "throughput", throughput);
  return out;
}

bool StatusReport::is_complete() const {
  return latency.lost == 0 && latency.unseen == 0 && throughput.lost == 0 && throughput.unseen == 0;
}

}  // namespace pf::bench
