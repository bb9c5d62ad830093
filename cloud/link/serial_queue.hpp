// Work of one connection on the shared workers: in order, never two at once, and not more than so
// much. This is what keeps a hub's events in their sequence while blocking SQL stays off the I/O
// threads.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "cloud/ports/workers.hpp"

namespace pf {

inline constexpr std::size_t serial_queue_tasks_max = 512;

class SerialQueue : public std::enable_shared_from_this<SerialQueue> {
 public:
  explicit SerialQueue(Workers& workers) : workers_(workers) {}

  // False: too much is waiting already, or the workers take nothing more. Then what was posted
  // meanwhile is given up too, since nothing may overtake: end the connection.
  bool post(std::function<void()> task);

 private:
  void run();

  Workers& workers_;
  struct Waiting {
    std::mutex mutex;
    std::deque<std::function<void()>> tasks;
    bool running = false;
  } waiting_;
};

}  // namespace pf
