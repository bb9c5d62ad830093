#include "bench/latencies.hpp"

#include <algorithm>
#include <cmath>

namespace pf::bench {

void Latencies::add(std::int64_t microseconds) {
  const auto kept = std::clamp<std::int64_t>(microseconds, 0, latency_us_max);
  ++buckets_[static_cast<std::size_t>(kept / bucket_us)];
  ++count_;
}

std::optional<double> Latencies::percentile_ms(double share) const {
  if (count_ == 0) return std::nullopt;
  const auto wanted =
      std::max<std::int64_t>(1, std::llround(std::ceil(share * static_cast<double>(count_))));
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= wanted) return static_cast<double>((i + 1) * bucket_us) / 1000;
  }
  return static_cast<double>(latency_us_max) / 1000;
}

}  // namespace pf::bench
