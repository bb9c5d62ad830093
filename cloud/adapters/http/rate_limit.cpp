#include "cloud/adapters/http/rate_limit.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>

namespace pf {

RateLimit::RateLimit(int burst, int per_minute)
    : burst_(burst), per_millisecond_(per_minute / 60'000.0) {}

double RateLimit::filled(const Bucket& bucket, Instant now) const {
  const auto passed = static_cast<double>((now - bucket.filled_at).count());
  return std::min(burst_, bucket.tokens + passed * per_millisecond_);
}

Milliseconds RateLimit::take(std::string_view address, Instant now) {
  auto network = network_of(address);
  const std::lock_guard lock(table_.mutex);
  auto found = table_.buckets.find(network);
  if (found == table_.buckets.end()) {
    if (table_.buckets.size() >= limited_addresses_max) make_room(now);
    found = table_.buckets.emplace(std::move(network), Bucket{burst_, now}).first;
  }
  auto& bucket = found->second;
  bucket = {filled(bucket, now), now};
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return Milliseconds{0};
  }
  const auto wait = std::ceil((1 - bucket.tokens) / per_millisecond_);
  return Milliseconds{std::max<std::int64_t>(1, static_cast<std::int64_t>(wait))};
}

// Forgetting a full bucket changes nothing. Only a flood from ten thousand networks gets further,
// and then somebody's count is lost rather than everybody kept out.
void RateLimit::make_room(Instant now) {
  std::erase_if(table_.buckets,
                [&](const auto& entry) { return filled(entry.second, now) >= burst_; });
  if (table_.buckets.size() >= limited_addresses_max) table_.buckets.erase(table_.buckets.begin());
}

std::string network_of(std::string_view address) {
  in6_addr parsed;
  if (inet_pton(AF_INET6, std::string(address).c_str(), &parsed) != 1) return std::string(address);
  std::fill(std::begin(parsed.s6_addr) + 8, std::end(parsed.s6_addr), std::uint8_t{0});
  char text[INET6_ADDRSTRLEN];
  inet_ntop(AF_INET6, &parsed, text, sizeof text);
  return text;
}

}  // namespace pf
