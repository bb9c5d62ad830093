#include "cloud/adapters/http/io_thread.hpp"

#include <signal.h>

#include "cloud/adapters/http/web_socket.hpp"

namespace pf {
namespace {

// Large enough for the statuses of many printers in one read; one per thread, not per connection.
constexpr std::size_t read_buffer_bytes = 256 * 1024;
constexpr Milliseconds tick_interval{250};

}  // namespace

void Occupancy::enter() {
  const std::lock_guard lock(mutex_);
  ++size_;
}

void Occupancy::leave() {
  const std::lock_guard lock(mutex_);
  if (--size_ == 0) emptied_.notify_all();
}

std::size_t Occupancy::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

bool Occupancy::wait_until_empty(Milliseconds at_most) {
  std::unique_lock lock(mutex_);
  return emptied_.wait_for(lock, at_most, [this] { return size_ == 0; });
}

IoThread::IoThread(const Clock& clock, MetricShard& metrics, Occupancy& occupancy)
    : clock_(clock), metrics_(metrics), occupancy_(occupancy), read_buffer_(read_buffer_bytes) {}

void IoThread::start() {
  tick_later();  // Also what keeps the loop from running out of work.
  thread_ = std::thread([this] {
    // OpenSSL writes without saying MSG_NOSIGNAL; a peer that is gone is an error, not a signal.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    context_.run();
  });
}

void IoThread::drain() {
  asio::post(context_, [this] {
    draining_ = true;
    visit_residents([](Resident& resident) { resident.on_drain(); });
  });
}

void IoThread::stop() {
  if (!thread_.joinable()) return;
  asio::post(context_, [this] {
    visit_residents([](Resident& resident) { resident.on_stop(); });
    context_.stop();
  });
  thread_.join();
}

IoThread::Place IoThread::enter(Resident& resident) {
  occupancy_.enter();
  return residents_.insert(residents_.end(), &resident);
}

void IoThread::leave(Place place) {
  residents_.erase(place);
  occupancy_.leave();
}

// A resident may leave, and others may enter, while it is visited.
template <class Visit>
void IoThread::visit_residents(Visit&& visit) {
  for (auto next = residents_.begin(); next != residents_.end();) {
    Resident& resident = **next++;
    visit(resident);
  }
}

void IoThread::tick_later() {
  tick_.expires_after(tick_interval);
  tick_.async_wait([this](error_code error) {
    if (error) return;
    const auto now = clock_.now();
    visit_residents([now](Resident& resident) { resident.on_tick(now); });
    tick_later();
  });
}

void IoThread::request_flush(std::shared_ptr<WebSocket> socket) {
  const std::lock_guard lock(flush_requests_.mutex);
  flush_requests_.sockets.push_back(std::move(socket));
  if (flush_requests_.sockets.size() == 1) {
    asio::post(context_, [this] { flush_requested(); });
  }
}

void IoThread::flush_requested() {
  {
    const std::lock_guard lock(flush_requests_.mutex);
    flushing_.swap(flush_requests_.sockets);
  }
  for (const auto& socket : flushing_) socket->flush();
  flushing_.clear();
}

}  // namespace pf
