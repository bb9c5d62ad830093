// When a file was last seen moving towards a printer: progress is telemetry and never stored, but
// a transfer that moves is not overdue.
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "cloud/kit/caller.hpp"

namespace pf {

class Transfers {
 public:
  void moved(const TenantId& tenant, const std::string& job_id, Millis now) {
    const std::lock_guard lock(mutex_);
    if (moved_at_.size() >= transfers_max) moved_at_.clear();  // At worst a hub is asked in vain.
    moved_at_[{tenant, job_id}] = now;
  }
  std::optional<Millis> moved_at(const TenantId& tenant, const std::string& job_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = moved_at_.find({tenant, job_id});
    if (found == moved_at_.end()) return std::nullopt;
    return found->second;
  }
  void forget(const TenantId& tenant, const std::string& job_id) {
    const std::lock_guard lock(mutex_);
    moved_at_.erase({tenant, job_id});
  }

 private:
  static constexpr std::size_t transfers_max = 100'000;

  mutable std::mutex mutex_;
  std::map<std::pair<TenantId, std::string>, Millis> moved_at_;
};

}  // namespace pf
