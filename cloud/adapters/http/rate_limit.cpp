#include "cloud/adapters/http/rate_limit.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>

namespace pf {

Milliseconds TokenBucket::take(Instant now) {
  const auto passed = static_cast<double>((now - filled_at_).count());
  tokens_ = std::min(burst_, tokens_ + std::max(passed, 0.0) * per_millisecond_);
  filled_at_ = now;
  if (tokens_ >= 1) {
    tokens_ -= 1;
    return Milliseconds{0};
  }
  const auto wait = std::ceil((1 - tokens_) / per_millisecond_);
  return Milliseconds{std::max<std::int64_t>(1, static_cast<std::int64_t>(wait))};
}

Admission::Admission(std::int64_t burst, std::int64_t per_second, Instant now)
    : per_second_(per_second), guarded_{{}, {burst, static_cast<double>(per_second), now}} {}

Milliseconds Admission::take(Instant now) {
  if (per_second_ == 0) return Milliseconds{0};
  const std::lock_guard lock(guarded_.mutex);
  return guarded_.bucket.take(now);
}

Milliseconds RateLimit::take(std::string_view who, Instant now) {
  if (per_minute_ == 0) return Milliseconds{0};
  const std::lock_guard lock(table_.mutex);
  auto& entries = table_.entries;
  if (const auto found = table_.by_who.find(who); found != table_.by_who.end()) {
    entries.splice(entries.begin(), entries, found->second);
    return entries.front().bucket.take(now);
  }
  if (entries.size() >= remembered_visitors_max) {
    table_.by_who.erase(entries.back().who);
    entries.pop_back();
  }
  entries.push_front(
      {std::string(who), TokenBucket(per_minute_, static_cast<double>(per_minute_) / 60, now)});
  table_.by_who.emplace(entries.front().who, entries.begin());
  return entries.front().bucket.take(now);
}

std::size_t RateLimit::size() const {
  const std::lock_guard lock(table_.mutex);
  return table_.entries.size();
}

RateLimits::RateLimits(const RatesPerMinute& rates)
    : limits_{RateLimit(rates.sign_in), RateLimit(rates.ordinary), RateLimit(rates.bulk),
              RateLimit(rates.upload), RateLimit(rates.socket)} {
  static_assert(
      static_cast<int>(RateClass::sign_in) == 0 && static_cast<int>(RateClass::ordinary) == 1 &&
      static_cast<int>(RateClass::bulk) == 2 && static_cast<int>(RateClass::upload) == 3 &&
      static_cast<int>(RateClass::socket) == 4);
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
