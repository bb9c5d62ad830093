// Slows down whoever guesses passwords or codes: after five failures each further try has to wait,
// from 1 s doubling to 15 minutes, counted per account and per network (IPv4 /24, IPv6 /64).
//
// A try counts as failed from its beginning until it is known to have succeeded, so that a hundred
// tries at once are a hundred tries. Unknown accounts are delayed like known ones.
#pragma once
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"
#include "cloud/kit/fault.hpp"

namespace pf {

inline constexpr int free_failures = 5;
inline constexpr Minutes sign_in_delay_max{15};
inline constexpr Minutes failures_remembered_for{60};
inline constexpr std::size_t delayed_keys_max = 20'000;

class SignInDelay {
 public:
  explicit SignInDelay(const Clock& clock) : clock_(clock) {}

  // Nothing: go on, and say succeeded() if it was the right one. A fault: not yet.
  std::optional<Fault> begin(std::string_view account, std::string_view address);
  // Takes the account's failures back, also from its network: honest typing errors are forgotten,
  // guesses at other accounts are not.
  void succeeded(std::string_view account, std::string_view address);

 private:
  struct Failures {
    std::string key;
    int count = 0;
    Instant last;
    Instant blocked_until;
  };
  using Recent = std::list<Failures>;  // The most recently used first.

  Failures* find(const std::string& key, Instant now);
  Failures& find_or_add(const std::string& key, Instant now);
  void forget(const std::string& key);

  const Clock& clock_;
  struct Table {
    std::mutex mutex;
    Recent recent;
    std::unordered_map<std::string, Recent::iterator> by_key;
  };
  Table table_;
};

}  // namespace pf
