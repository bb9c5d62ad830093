// One epoll loop for all sockets of the load: one thread, so that its own cost is easy to see.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"

namespace pf::bench {

inline constexpr std::size_t read_buffer_bytes = 256 * 1024;

class Pollable {
 public:
  virtual ~Pollable() = default;
  virtual void on_ready(bool readable, bool writable) = 0;
};

enum class Interest { reading, writing, both };

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void add(int socket, Pollable& pollable, Interest interest);
  void change(int socket, Pollable& pollable, Interest interest);
  // Waits until something is ready, but no longer than this, and handles it. Throws when the
  // program was told to end.
  void poll(Milliseconds at_most);
  // For one read at a time, shared by all sockets.
  std::span<char> read_buffer() { return read_buffer_; }

 private:
  int epoll_;
  std::vector<char> read_buffer_;
};

// From now on SIGINT and SIGTERM end the next poll() with an exception, so that everything that was
// started is stopped in order.
void end_on_signals();

}  // namespace pf::bench
