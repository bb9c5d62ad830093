// How long to wait before the next connection to a printer: growing, and jittered, so that a shelf
// of printers does not get all its connections back in the same second.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/random.hpp"
#include "base/time.hpp"

namespace pf::hub::bambu {

inline constexpr Milliseconds retry_delay_min{5'000};
inline constexpr Milliseconds retry_delay_max{300'000};
// A refused code stays refused until a person enters another; a printer may lock out who insists.
inline constexpr Milliseconds refused_delay_min{60'000};
inline constexpr Milliseconds refused_delay_max{900'000};

class ReconnectDelay {
 public:
  int failures() const { return failures_; }
  void succeeded() { failures_ = 0; }

  Milliseconds after_failure(Random& random) {
    return next(random, retry_delay_min, retry_delay_max);
  }
  Milliseconds after_refusal(Random& random) {
    return next(random, refused_delay_min, refused_delay_max);
  }

 private:
  // Between the shortest delay and that one doubled with each failure after the first.
  Milliseconds next(Random& random, Milliseconds shortest, Milliseconds longest) {
    const int doublings = std::min(failures_, 10);
    failures_ = std::min(failures_ + 1, 1000);
    const auto most = std::min(longest, shortest * (1 << doublings));
    const auto spread = static_cast<std::uint64_t>((most - shortest).count()) + 1;
    return shortest + Milliseconds{static_cast<std::int64_t>(random.below(spread))};
  }

  int failures_ = 0;
};

}  // namespace pf::hub::bambu
