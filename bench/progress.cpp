#include "bench/progress.hpp"

#include <cstdio>
#include <stdexcept>

#include "bench/stopwatch.hpp"

namespace pf::bench {
namespace {

constexpr std::int64_t said_every_us = 1'000'000, standstill_us_max = 60'000'000;

}  // namespace

void Progress::reached(std::size_t done, std::size_t of) {
  const auto now_us = monotonic_us();
  if (done != done_ || moved_us_ == 0) moved_us_ = now_us;
  const bool just_finished = done == of && done_ != of;
  done_ = done;
  if (just_finished || now_us - said_us_ >= said_every_us) {
    said_us_ = now_us;
    std::fprintf(stderr, "%s: %zu of %zu\n", what_.c_str(), done, of);
  }
  if (done < of && now_us - moved_us_ > standstill_us_max) {
    throw std::runtime_error("Nothing has moved for a minute at " + what_ + ", at " +
                             std::to_string(done) + " of " + std::to_string(of) + ".");
  }
}

}  // namespace pf::bench
