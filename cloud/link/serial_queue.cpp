#include "cloud/link/serial_queue.hpp"

namespace pf {

bool SerialQueue::post(std::function<void()> task) {
  {
    const std::lock_guard lock(waiting_.mutex);
    if (waiting_.tasks.size() >= serial_queue_tasks_max) return false;
    waiting_.tasks.push_back(std::move(task));
    if (waiting_.running) return true;
    waiting_.running = true;
  }
  if (workers_.post([self = shared_from_this()] { self->run(); })) return true;
  const std::lock_guard lock(waiting_.mutex);
  waiting_.running = false;
  waiting_.tasks.clear();
  return false;
}

void SerialQueue::run() {
  for (;;) {
    std::function<void()> task;
    {
      const std::lock_guard lock(waiting_.mutex);
      if (waiting_.tasks.empty()) {
        waiting_.running = false;
        return;
      }
      task = std::move(waiting_.tasks.front());
      waiting_.tasks.pop_front();
    }
    task();
  }
}

}  // namespace pf
