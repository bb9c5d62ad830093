// The two times of the house. Rules take them as arguments; only composition roots own a Clock.
#pragma once
#include <chrono>
#include <compare>
#include <cstdint>

namespace pf {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using Minutes = std::chrono::minutes;

// Time since this program or board started. Never jumps; means nothing to another program.
struct Instant {
  Milliseconds since_start{0};

  friend auto operator<=>(Instant, Instant) = default;
  friend Instant operator+(Instant at, Milliseconds by) { return {at.since_start + by}; }
  friend Milliseconds operator-(Instant a, Instant b) { return a.since_start - b.since_start; }
};

// Wall time: integer Unix milliseconds, as in every table and on every wire. May jump.
struct UnixTime {
  std::int64_t milliseconds = 0;

  friend auto operator<=>(UnixTime, UnixTime) = default;
  friend UnixTime operator+(UnixTime at, Milliseconds by) { return {at.milliseconds + by.count()}; }
  friend Milliseconds operator-(UnixTime a, UnixTime b) {
    return Milliseconds{a.milliseconds - b.milliseconds};
  }
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual UnixTime unix_now() const = 0;
};

// The machine's own clocks.
class SystemClock final : public Clock {
 public:
  Instant now() const override {
    return {std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start_)};
  }
  UnixTime unix_now() const override {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<Milliseconds>(since_epoch).count()};
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// For tests and simulations: stands still until told to move.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(UnixTime start = {1'700'000'000'000}) : start_(start) {}
  Instant now() const override { return {elapsed_}; }
  UnixTime unix_now() const override { return start_ + elapsed_; }
  void advance(Milliseconds by) { elapsed_ += by; }

 private:
  UnixTime start_;
  Milliseconds elapsed_{0};
};

}  // namespace pf
