// The load process's own clock, by which everything end to end is timed: one clock, no skew.
#pragma once
#include <chrono>
#include <cstdint>

namespace pf::bench {

inline std::int64_t monotonic_us() {
  const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since_boot).count();
}

}  // namespace pf::bench
