// One thread that calls things again and again. What may block is handed to the workers, so that a
// slow disk delays no tick.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/time.hpp"

namespace pf {

class Schedule {
 public:
  explicit Schedule(const Clock& clock) : clock_(clock) {}
  ~Schedule() { stop(); }

  void every(Milliseconds period, std::function<void()> call);
  void start();
  void stop();

 private:
  struct Entry {
    Milliseconds period;
    std::function<void()> call;
    Instant next;
  };
  void run();

  const Clock& clock_;
  std::vector<Entry> entries_;  // Complete before start().
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace pf
