#include "cloud/domain/auth/caller_cache.hpp"

namespace pf {

std::uint64_t CallerCache::generation() const {
  const std::lock_guard lock(mutex_);
  return generation_;
}

std::optional<Role> CallerCache::find(const std::string& session_id, Instant now) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(session_id);
  if (found == entries_.end()) return std::nullopt;
  if (now - found->second.read_at >= role_remembered_for) return std::nullopt;
  return found->second.role;
}

void CallerCache::remember(const std::string& session_id, Role role, Instant read_at,
                           std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return;
  if (entries_.size() >= roles_remembered_max) entries_.clear();
  entries_[session_id] = {role, read_at};
}

void CallerCache::forget_all() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  ++generation_;
}

}  // namespace pf
