#include "cloud/adapters/http/worker_pool.hpp"

namespace pf {

void WorkerPool::start(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

bool WorkerPool::submit(Admission admission, std::function<void()> work) {
  {
    const std::lock_guard lock(queue_.mutex);
    if (queue_.stopping) return false;
    if (admission == Admission::new_work && queue_.work.size() >= queue_max_) return false;
    queue_.work.push_back(std::move(work));
  }
  queue_.changed.notify_one();
  return true;
}

std::size_t WorkerPool::waiting() const {
  const std::lock_guard lock(queue_.mutex);
  return queue_.work.size();
}

bool WorkerPool::finish(Milliseconds at_most) {
  std::unique_lock lock(queue_.mutex);
  return queue_.became_idle.wait_for(lock, at_most,
                                     [this] { return queue_.running == 0 && queue_.work.empty(); });
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(queue_.mutex);
    queue_.stopping = true;
  }
  queue_.changed.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  queue_.work.clear();
}

void WorkerPool::run() {
  std::unique_lock lock(queue_.mutex);
  while (true) {
    queue_.changed.wait(lock, [this] { return queue_.stopping || !queue_.work.empty(); });
    if (queue_.stopping) return;
    auto work = std::move(queue_.work.front());
    queue_.work.pop_front();
    ++queue_.running;
    lock.unlock();
    work();
    work = nullptr;  // What it holds is let go before the lock is taken.
    lock.lock();
    --queue_.running;
    if (queue_.running == 0 && queue_.work.empty()) queue_.became_idle.notify_all();
  }
}

}  // namespace pf
