#include "cloud/main/schedule.hpp"

#include <algorithm>

namespace pf {

void Schedule::every(Milliseconds period, std::function<void()> call) {
  entries_.push_back({period, std::move(call), clock_.now() + period});
}

void Schedule::start() {
  thread_ = std::thread([this] { run(); });
}

void Schedule::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Schedule::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = clock_.now();
    auto nearest = now + Seconds{1};
    for (auto& entry : entries_) {
      if (entry.next <= now) {
        entry.call();
        // A tick that was missed is not made up for: the next one does its work too.
        entry.next = std::max(entry.next + entry.period, now);
      }
      nearest = std::min(nearest, entry.next);
    }
    wake_.wait_for(lock, std::max(nearest - clock_.now(), Milliseconds{1}));
  }
}

}  // namespace pf
