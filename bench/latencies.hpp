// How long things took, in buckets of a tenth of a millisecond: any number of samples in the same
// memory, and no sorting at the end.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

namespace pf::bench {

inline constexpr std::int64_t bucket_us = 100;
inline constexpr std::int64_t latency_us_max = 30'000'000;  // Longer ones count as this long.

class Latencies {
 public:
  Latencies() : buckets_(latency_us_max / bucket_us + 1) {}

  void add(std::int64_t microseconds);
  std::int64_t count() const { return count_; }
  // The time within which this share (0 to 1) of the samples stayed, rounded up to a bucket's end.
  // Absent without samples.
  std::optional<double> percentile_ms(double share) const;

 private:
  std::vector<std::uint32_t> buckets_;
  std::int64_t count_ = 0;
};

}  // namespace pf::bench
