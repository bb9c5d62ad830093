// A token bucket per network address.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace pf {

inline constexpr std::size_t limited_addresses_max = 10'000;

class RateLimit {
 public:
  RateLimit(int burst, int per_minute);

  // Zero: go on. Otherwise how long to wait before the next try.
  Milliseconds take(std::string_view address, Instant now);

 private:
  struct Bucket {
    double tokens = 0;
    Instant filled_at;
  };
  void make_room(Instant now);
  double filled(const Bucket& bucket, Instant now) const;

  const double burst_;
  const double per_millisecond_;
  struct Table {
    std::mutex mutex;
    std::map<std::string, Bucket, std::less<>> buckets;
  };
  Table table_;
};

// An IPv6 customer holds 2^64 addresses: what counts is the /64. IPv4 addresses stay as they are.
std::string network_of(std::string_view address);

}  // namespace pf
