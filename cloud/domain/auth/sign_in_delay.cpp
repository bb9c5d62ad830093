#include "cloud/domain/auth/sign_in_delay.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace pf {
namespace {

constexpr int doublings_max = 20;

std::string account_key(std::string_view account) { return "account " + std::string(account); }

std::string network_key(std::string_view address) {
  const std::string text(address);
  std::array<unsigned char, 16> bytes{};
  std::size_t prefix = 0;
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    prefix = 3;
  } else if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    prefix = 8;
  } else {
    return "network " + text;
  }
  return "network " + std::string(bytes.begin(), bytes.begin() + static_cast<long>(prefix));
}

Milliseconds delay_after(int failures) {
  if (failures < free_failures) return Milliseconds{0};
  const int doublings = std::min(failures - free_failures, doublings_max);
  const auto delay = Milliseconds(Seconds{1}).count() << doublings;
  return std::min(Milliseconds{delay}, Milliseconds(sign_in_delay_max));
}

Fault too_many(Milliseconds wait) {
  const auto seconds = std::chrono::ceil<Seconds>(wait);
  const auto shown =
      std::to_string(seconds.count()) + (seconds.count() == 1 ? " second" : " seconds");
  Fault fault{429, "There were too many failed tries. Wait " + shown +
                       ", then try again, or reset your password."};
  fault.type = "too_many_failures";
  fault.retry_after = seconds;
  return fault;
}

}  // namespace

std::optional<Fault> SignInDelay::begin(std::string_view account, std::string_view address) {
  const auto now = clock_.now();
  const auto keys = {account_key(account), network_key(address)};
  const std::lock_guard lock(table_.mutex);
  Milliseconds wait{0};
  for (const auto& key : keys) {
    if (const auto* known = find(key, now)) wait = std::max(wait, known->blocked_until - now);
  }
  if (wait > Milliseconds{0}) return too_many(wait);
  for (const auto& key : keys) {
    auto& failures = find_or_add(key, now);
    ++failures.count;
    failures.last = now;
    failures.blocked_until = now + delay_after(failures.count);
  }
  return std::nullopt;
}

void SignInDelay::succeeded(std::string_view account, std::string_view address) {
  const auto now = clock_.now();
  const std::lock_guard lock(table_.mutex);
  const auto key = account_key(account);
  const auto* known = find(key, now);
  const int taken_back = known ? known->count : 0;
  forget(key);
  const auto network = network_key(address);
  if (auto* failures = find(network, now)) {
    failures->count -= taken_back;
    failures->blocked_until = now;
    if (failures->count <= 0) forget(network);
  }
}

SignInDelay::Failures* SignInDelay::find(const std::string& key, Instant now) {
  const auto found = table_.by_key.find(key);
  if (found == table_.by_key.end()) return nullptr;
  if (now - found->second->last >= failures_remembered_for) {
    forget(key);
    return nullptr;
  }
  return &*found->second;
}

SignInDelay::Failures& SignInDelay::find_or_add(const std::string& key, Instant now) {
  if (find(key, now)) {
    const auto entry = table_.by_key.at(key);
    table_.recent.splice(table_.recent.begin(), table_.recent, entry);
    return *entry;
  }
  if (table_.recent.size() >= delayed_keys_max) {
    table_.by_key.erase(table_.recent.back().key);
    table_.recent.pop_back();
  }
  table_.recent.push_front({key, 0, now, now});
  table_.by_key[key] = table_.recent.begin();
  return table_.recent.front();
}

void SignInDelay::forget(const std::string& key) {
  const auto found = table_.by_key.find(key);
  if (found == table_.by_key.end()) return;
  table_.recent.erase(found->second);
  table_.by_key.erase(found);
}

}  // namespace pf
