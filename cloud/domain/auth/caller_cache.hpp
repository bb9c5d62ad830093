// The roles of sessions that were looked up a moment ago, so that a page's dozen requests cost one
// look into the database.
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.hpp"
#include "cloud/kit/caller.hpp"

namespace pf {

// For as long may another process's revocation or demotion go unnoticed; this one's empties it.
inline constexpr Seconds role_remembered_for{5};
inline constexpr std::size_t roles_remembered_max = 10'000;

class CallerCache {
 public:
  // Counts the emptyings. Take it before reading the database and give it to remember(), so that
  // what was read before a revocation is not remembered after it.
  std::uint64_t generation() const;
  std::optional<Role> find(const std::string& session_id, Instant now) const;
  void remember(const std::string& session_id, Role role, Instant read_at,
                std::uint64_t generation);
  void forget_all();

 private:
  struct Entry {
    Role role = Role::viewer;
    Instant read_at;
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::uint64_t generation_ = 0;
};

}  // namespace pf
