// One event loop and everything that lives on it. A connection is born on one thread and never
// leaves it, so that nothing of it needs a lock but what others may call.
#pragma once
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/time.hpp"
#include "cloud/adapters/http/asio.hpp"
#include "cloud/adapters/http/metrics.hpp"

namespace pf {

// Whatever holds a connection open. All calls come on its own thread.
class Resident {
 public:
  virtual ~Resident() = default;
  virtual void on_tick(Instant now) = 0;  // A few times a second: deadlines, pings.
  virtual void on_drain() = 0;            // End soon, in good order.
  virtual void on_stop() = 0;             // End now.
};

// How many connections are open on all threads.
class Occupancy {
 public:
  void enter();
  void leave();
  std::size_t size() const;
  // Whether all had left before the time was over.
  bool wait_until_empty(Milliseconds at_most);

 private:
  mutable std::mutex mutex_;
  std::condition_variable emptied_;
  std::size_t size_ = 0;
};

class WebSocket;

class IoThread {
 public:
  IoThread(const Clock& clock, MetricShard& metrics, Occupancy& occupancy);
  ~IoThread() { stop(); }
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  void start();
  void drain();  // Returns at once.
  void stop();   // Returns when the loop has ended.

  // Only on this thread:
  using Place = std::list<Resident*>::iterator;
  Place enter(Resident& resident);
  void leave(Place place);
  bool is_draining() const { return draining_; }
  // For one read at a time: what is to be kept must be copied out before the next.
  std::span<char> read_buffer() { return read_buffer_; }
  MetricShard& metrics() { return metrics_; }

  const Clock& clock() const { return clock_; }
  asio::io_context& context() { return context_; }

  // From any thread. Sockets that asked since the last time are flushed together: what is sent to
  // one of them in between leaves in one write.
  void request_flush(std::shared_ptr<WebSocket> socket);

 private:
  void tick_later();
  void flush_requested();
  template <class Visit>
  void visit_residents(Visit&& visit);

  const Clock& clock_;
  MetricShard& metrics_;
  Occupancy& occupancy_;
  std::vector<char> read_buffer_;
  std::list<Resident*> residents_;
  bool draining_ = false;
  struct FlushRequests {
    std::mutex mutex;
    std::vector<std::shared_ptr<WebSocket>> sockets;
  };
  FlushRequests flush_requests_;
  std::vector<std::shared_ptr<WebSocket>> flushing_;
  // Last, so that it is destroyed first: unfinished connections leave the list above as they go.
  asio::io_context context_{1};
  Timer tick_{context_};
  std::thread thread_;
};

}  // namespace pf
