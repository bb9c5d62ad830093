#include "bench/poller.hpp"

#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace pf::bench {
namespace {

constexpr int events_per_poll_max = 1024;

volatile sig_atomic_t told_to_end = 0;

std::uint32_t events_of(Interest interest) {
  switch (interest) {
    case Interest::reading: return EPOLLIN;
    case Interest::writing: return EPOLLOUT;
    case Interest::both: return EPOLLIN | EPOLLOUT;
  }
  return 0;
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void control(int epoll, int operation, int socket, Pollable& pollable, Interest interest) {
  epoll_event event{};
  event.events = events_of(interest);
  event.data.ptr = &pollable;
  if (epoll_ctl(epoll, operation, socket, &event) != 0) fail("epoll_ctl");
}

}  // namespace

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)), read_buffer_(read_buffer_bytes) {
  if (epoll_ < 0) fail("epoll_create1");
}

Poller::~Poller() { ::close(epoll_); }

void Poller::add(int socket, Pollable& pollable, Interest interest) {
  control(epoll_, EPOLL_CTL_ADD, socket, pollable, interest);
}

void Poller::change(int socket, Pollable& pollable, Interest interest) {
  control(epoll_, EPOLL_CTL_MOD, socket, pollable, interest);
}

void Poller::poll(Milliseconds at_most) {
  std::array<epoll_event, events_per_poll_max> events;
  const int count =
      epoll_wait(epoll_, events.data(), events_per_poll_max, static_cast<int>(at_most.count()));
  if (told_to_end) throw std::runtime_error("Told to end before the figures were complete.");
  if (count < 0 && errno != EINTR) fail("epoll_wait");
  for (int i = 0; i < count; ++i) {
    const auto ready = events[static_cast<std::size_t>(i)].events;
    const bool broken = ready & (EPOLLERR | EPOLLHUP);
    static_cast<Pollable*>(events[static_cast<std::size_t>(i)].data.ptr)
        ->on_ready(broken || ready & EPOLLIN, broken || ready & EPOLLOUT);
  }
}

void end_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { told_to_end = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace pf::bench
