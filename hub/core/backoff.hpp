// How long to wait before the next connection to the cloud: full jitter, so that ten thousand hubs
// do not come back in the same second.
#pragma once
#include "base/random.hpp"
#include "base/time.hpp"

namespace pf::hub {

inline constexpr Milliseconds reconnect_delay_max{300'000};

class Backoff {
 public:
  void restart() { failures_ = 0; }

  // Between nothing and 2, 4, 8 ... 300 seconds.
  Milliseconds next(Random& random) {
    if (failures_ < 9) ++failures_;
    const std::int64_t most =
        std::min<std::int64_t>(reconnect_delay_max.count(), 1000LL << failures_);
    return Milliseconds{
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most) + 1))};
  }
  // After a refusal that will not be another one soon: the longer half of the longest wait.
  Milliseconds longest(Random& random) {
    failures_ = 9;
    const std::int64_t half = reconnect_delay_max.count() / 2;
    return Milliseconds{
        half + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(half) + 1))};
  }

 private:
  int failures_ = 0;
};

}  // namespace pf::hub
