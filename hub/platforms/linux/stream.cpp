#include "hub/platforms/linux/stream.hpp"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <cassert>

namespace pf::hub {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t piece_bytes = 16 * 1024;  // One TLS record.
// Small, so that "written" means that the network took it: upload progress and stalls show early.
constexpr int send_buffer_bytes = 128 * 1024;
constexpr Milliseconds close_deadline{10'000};
// After our FIN: what the peer still sends is thrown away, since closing a socket with unread bytes
// resets the connection, and with it the end of the file that the peer is still reading.
constexpr Milliseconds linger_deadline{5'000};

CloseReason connect_failure(const error_code& error) {
  if (error == asio::error::connection_refused) return CloseReason::refused;
  if (error == asio::error::timed_out) return CloseReason::timed_out;
  return CloseReason::unreachable;
}

}  // namespace

Stream::Stream(asio::io_context& loop, StreamId id, StreamEventSink& sink)
    : id_(id), sink_(sink), socket_(loop), resolver_(loop), timer_(loop) {}

void Stream::open(const TcpOpen& wish) {
  host_ = wish.host;
  budget_ = wish.deadline;
  start_timer(budget_);
  error_code not_an_address;
  const auto address = asio::ip::make_address(wish.host, not_an_address);
  const std::string port = std::to_string(wish.port);
  if (!not_an_address) {
    connect(Tcp::resolver::results_type::create({address, wish.port}, wish.host, port));
    return;
  }
  resolver_.async_resolve(
      wish.host, port, [self = shared_from_this()](const error_code& error, const auto& endpoints) {
        if (self->state_ != State::connecting) return;
        if (error) {
          self->finish(CloseReason::unreachable, "cannot find the address of " + self->host_);
        } else {
          self->connect(endpoints);
        }
      });
}

void Stream::connect(const Tcp::resolver::results_type& endpoints) {
  asio::async_connect(socket_, endpoints,
                      [self = shared_from_this()](const error_code& error, const auto&) {
                        self->on_connected(error);
                      });
}

void Stream::on_connected(const error_code& error) {
  if (state_ != State::connecting) return;
  if (error) return finish(connect_failure(error), error.message());
  stop_timer();
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(Tcp::no_delay(true), ignored);
  socket_.set_option(Tcp::socket::send_buffer_size(send_buffer_bytes), ignored);
  channel_.attach(socket_.native_handle());
  state_ = State::open;
  sink_.deliver(StreamOpened{id_});
  advance();
}

void Stream::start_tls(const TlsClient& tls, const TlsStart& wish, const Stream* resume_from) {
  if (state_ != State::open || channel_.tls() != nullptr) return;
  ssl_st* offered = resume_from == nullptr ? nullptr : resume_from->channel_.tls();
  channel_.start_tls(tls.start(socket_.native_handle(), wish.server_name, wish.cap, offered));
  state_ = State::handshaking;
  start_timer(budget_);
  advance();
}

void Stream::write(std::string_view bytes) {
  if (state_ != State::open && state_ != State::handshaking) return;
  assert(outgoing_.size() + bytes.size() <= stream_unwritten_max);
  outgoing_ += bytes;
  advance();
}

void Stream::grant(std::uint32_t credit) {
  credit_ += std::min(credit, UINT32_MAX - credit_);
  advance();
}

void Stream::close(CloseKind kind) {
  if (kind == CloseKind::orderly && state_ == State::open) {
    state_ = State::closing;
    start_timer(close_deadline);
    return advance();
  }
  if (state_ == State::closing && kind == CloseKind::orderly) return;
  // A FIN in the middle of a file would look like its end: only a reset says that it is not.
  error_code ignored;
  if (socket_.is_open()) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  finish(CloseReason::closed_by_us, {});
}

void Stream::abandon() {
  state_ = State::closed;
  close_socket();
}

void Stream::advance() {
  if (state_ == State::handshaking) shake_hands();
  // Reading goes first: the peer's last words may stand before the reset that writing would meet.
  if (state_ == State::open) read();
  if (is_up()) flush();
  if (state_ == State::closing && outgoing_.empty()) say_goodbye();
  if (state_ == State::lingering) drain();
}

void Stream::shake_hands() {
  const Step step = channel_.shake_hands();
  if (step.kind == Step::Kind::failed) return finish(step.reason, step.detail);
  if (step.kind != Step::Kind::done) return wait_for(step);
  stop_timer();
  state_ = State::open;
  sink_.deliver(
      TlsReady{id_, peer_certificate(channel_.tls()), SSL_session_reused(channel_.tls()) == 1});
}

void Stream::read() {
  std::array<char, piece_bytes> piece;
  while (credit_ > 0) {
    const Step step = channel_.read(piece.data(), std::min<std::size_t>(credit_, piece.size()));
    if (step.kind == Step::Kind::ended) return finish(CloseReason::closed_by_peer, {});
    if (step.kind == Step::Kind::failed) return finish(step.reason, step.detail);
    if (step.kind != Step::Kind::done) return wait_for(step);
    credit_ -= static_cast<std::uint32_t>(step.bytes);
    sink_.deliver(StreamData{id_, std::string(piece.data(), step.bytes)});
  }
}

void Stream::flush() {
  std::size_t written = 0;
  Step step;
  while (written < outgoing_.size() && step.kind == Step::Kind::done) {
    step = channel_.write(std::string_view(outgoing_).substr(written, piece_bytes));
    written += step.bytes;
  }
  outgoing_.erase(0, written);
  if (written > 0) sink_.deliver(StreamWritten{id_, written});
  if (step.kind == Step::Kind::failed) return finish(step.reason, step.detail);
  if (step.kind == Step::Kind::ended) return finish(CloseReason::closed_by_peer, {});
  if (step.kind != Step::Kind::done) wait_for(step);
}

void Stream::say_goodbye() {
  const Step step = channel_.say_goodbye();
  if (step.kind != Step::Kind::done) return wait_for(step);
  state_ = State::lingering;
  start_timer(linger_deadline);
  sink_.deliver(StreamClosed{id_, CloseReason::closed_by_us, {}});
}

void Stream::drain() {
  std::array<char, piece_bytes> piece;
  ssize_t got = 0;
  do {
    got = ::recv(socket_.native_handle(), piece.data(), piece.size(), MSG_DONTWAIT);
  } while (got > 0);
  const bool more_may_come = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (more_may_come) return wait(Tcp::socket::wait_read, waiting_to_read_);
  state_ = State::closed;
  close_socket();
}

void Stream::wait_for(const Step& step) {
  if (step.kind == Step::Kind::wants_read) wait(Tcp::socket::wait_read, waiting_to_read_);
  if (step.kind == Step::Kind::wants_write) wait(Tcp::socket::wait_write, waiting_to_write_);
}

void Stream::wait(Tcp::socket::wait_type what, bool& waiting) {
  if (waiting) return;
  waiting = true;
  socket_.async_wait(what, [self = shared_from_this(), &waiting](const error_code& error) {
    waiting = false;
    if (error != asio::error::operation_aborted) self->advance();
  });
}

void Stream::start_timer(Milliseconds after) {
  timer_started_ = std::chrono::steady_clock::now();
  timer_.expires_after(after);
  timer_.async_wait([self = shared_from_this(), number = ++timer_number_](const error_code&) {
    if (number == self->timer_number_) self->on_timer();
  });
}

void Stream::stop_timer() {
  const auto used = std::chrono::steady_clock::now() - timer_started_;
  budget_ = std::max(budget_ - std::chrono::duration_cast<Milliseconds>(used), Milliseconds{0});
  ++timer_number_;
  timer_.cancel();
}

void Stream::on_timer() {
  switch (state_) {
    case State::connecting: return finish(CloseReason::timed_out, "no answer to the connection");
    case State::handshaking:
      return finish(CloseReason::timed_out, "no answer to the TLS handshake");
    case State::closing: return finish(CloseReason::timed_out, "the last bytes were not taken");
    case State::lingering: state_ = State::closed; return close_socket();
    case State::open:
    case State::closed: return;
  }
}

void Stream::finish(CloseReason reason, std::string detail) {
  if (state_ == State::lingering || state_ == State::closed) return;
  state_ = State::closed;
  close_socket();
  sink_.deliver(StreamClosed{id_, reason, std::move(detail)});
}

void Stream::close_socket() {
  ++timer_number_;
  timer_.cancel();
  resolver_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace pf::hub
