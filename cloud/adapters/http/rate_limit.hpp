// How often somebody may ask. A bucket holds as many turns as may come at once, and fills up at a
// steady rate; the table keeps a bucket for each of those who asked last.
#pragma once
#include <array>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"
#include "cloud/adapters/http/http_settings.hpp"
#include "cloud/kit/route.hpp"

namespace pf {

// Of each class. Whoever has not asked for longest is forgotten first, which is to say forgiven.
inline constexpr std::size_t remembered_visitors_max = 10'000;

class TokenBucket {
 public:
  TokenBucket(std::int64_t burst, double per_second, Instant now)
      : burst_(static_cast<double>(burst)),
        per_millisecond_(per_second / 1000),
        tokens_(burst_),
        filled_at_(now) {}

  // Zero: go on. Otherwise how long to wait before the next try.
  Milliseconds take(Instant now);

 private:
  double burst_, per_millisecond_;
  double tokens_;
  Instant filled_at_;
};

// One bucket for all who come: keeps a crowd that comes at once from being served all at once.
class Admission {
 public:
  // per_second 0: everybody.
  Admission(std::int64_t burst, std::int64_t per_second, Instant now);
  Milliseconds take(Instant now);

 private:
  const std::int64_t per_second_;
  struct Guarded {
    std::mutex mutex;
    TokenBucket bucket;
  };
  Guarded guarded_;
};

// A bucket for each person, machine or network.
class RateLimit {
 public:
  // As many as fit into a minute may come at once; 0: as many as there are.
  explicit RateLimit(std::int64_t per_minute) : per_minute_(per_minute) {}

  Milliseconds take(std::string_view who, Instant now);
  std::size_t size() const;  // How many are remembered.

 private:
  struct Entry {
    std::string who;
    TokenBucket bucket;
  };
  const std::int64_t per_minute_;
  struct Table {
    mutable std::mutex mutex;
    std::list<Entry> entries;  // Who asked last stands first.
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_who;
  };
  Table table_;
};

// The limit of each class of routes.
class RateLimits {
 public:
  explicit RateLimits(const RatesPerMinute& rates);
  Milliseconds take(RateClass rate, std::string_view who, Instant now) {
    return limits_[static_cast<std::size_t>(rate)].take(who, now);
  }

 private:
  std::array<RateLimit, 5> limits_;  // In the order of RateClass.
};

// An IPv6 customer holds 2^64 addresses: what counts is the /64. IPv4 addresses stay as they are.
std::string network_of(std::string_view address);

}  // namespace pf
