// What a process has used so far, as the kernel counts it.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pf::bench {

struct ProcessUsage {
  double cpu_seconds = 0;  // User and system, of all its threads.
  std::int64_t resident_bytes = 0;
  std::int64_t peak_bytes = 0;  // The most that was resident since forget_peak().
};

// Throws when there is no such process.
ProcessUsage usage_of(pid_t pid);

// Lets the kernel count the peak anew (proc(5), clear_refs).
void forget_peak(pid_t pid);

// Such as "AMD EPYC 9654, 2 cores".
std::string machine_name();

// ---- of the files' contents ----
std::optional<double> cpu_seconds_in(std::string_view stat, double ticks_per_second);
std::optional<std::int64_t> resident_bytes_in(std::string_view status);
std::optional<std::int64_t> peak_bytes_in(std::string_view status);

}  // namespace pf::bench
