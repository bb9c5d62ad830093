// The threads on which handlers run: what may block (database, disk, password hashing) runs here
// and never on an I/O thread.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/time.hpp"

namespace pf {

class WorkerPool {
 public:
  // The next step of what was admitted before is never refused: each connection has at most one.
  enum class Admission { new_work, next_step };

  explicit WorkerPool(std::size_t queue_max) : queue_max_(queue_max) {}
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void start(int threads);
  // False: too much is waiting, or the pool has stopped. `work` must not throw.
  bool submit(Admission admission, std::function<void()> work);
  std::size_t waiting() const;
  // Lets what waits be done, and what that still submits. False: the time was over before.
  bool finish(Milliseconds at_most);
  // Returns when what is running has ended; what was waiting is dropped.
  void stop();

 private:
  void run();

  const std::size_t queue_max_;
  struct Queue {
    mutable std::mutex mutex;
    std::condition_variable changed, became_idle;
    std::deque<std::function<void()>> work;
    std::size_t running = 0;
    bool stopping = false;
  };
  Queue queue_;
  std::vector<std::thread> threads_;
};

}  // namespace pf
