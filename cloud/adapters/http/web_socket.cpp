#include "cloud/adapters/http/web_socket.hpp"

#include <array>
#include <utility>

namespace pf {
namespace {

using websocket::Opcode;

constexpr std::size_t buffers_per_write_max = 64;  // What Asio hands to one writev().

}  // namespace

WebSocket::WebSocket(IoThread& io, SocketKind kind, const HttpSettings& settings,
                     std::string address, Log& log)
    : io_(io),
      counters_(io.metrics().of(kind)),
      settings_(settings),
      address_(std::move(address)),
      log_(log) {}

void WebSocket::start(Stream stream, std::unique_ptr<SocketHandler> handler,
                      std::string upgrade_reply, std::string unread) {
  stream_.emplace(std::move(stream));
  handler_ = std::move(handler);
  place_ = io_.enter(*this);
  counters_.open.add(1);
  last_heard_ = last_ping_ = io_.clock().now();
  queued_bytes_ += upgrade_reply.size();
  sending_.push_back({std::make_shared<const std::string>(std::move(upgrade_reply)), {}});
  {
    const std::lock_guard lock(queue_.mutex);
    if (queue_.stage == Stage::made) queue_.stage = Stage::open;
  }
  if (io_.is_draining()) on_drain();
  flush();
  receive(unread);
  if (stream_) wait_readable();
}

// ---- from any thread ----

void WebSocket::send(std::shared_ptr<const std::string> text) {
  if (!closing_) enqueue(Opcode::text, std::move(text));
}

void WebSocket::close(int code, std::string reason) {
  if (closing_.exchange(true)) return;
  reason.resize(std::min(reason.size(), websocket::close_reason_bytes_max));
  auto payload = std::make_shared<const std::string>(websocket::close_payload(code, reason));
  enqueue(Opcode::close, std::move(payload));
}

void WebSocket::enqueue(Opcode opcode, std::shared_ptr<const std::string> payload) {
  const auto header = websocket::frame_header(opcode, payload->size());
  const std::lock_guard lock(queue_.mutex);
  if (queue_.stage >= Stage::closing || overflowed_) return;
  if (opcode == Opcode::close) queue_.stage = Stage::closing;
  const auto size = header.size + payload->size();
  const auto waiting = queued_bytes_.fetch_add(size);
  if (waiting == 0) queue_.largest_frame = 0;
  queue_.largest_frame = std::max(queue_.largest_frame, size);
  // One text may be larger than all that may wait: a snapshot of a large farm.
  // Of that one a part may have left already.
  if (waiting + size > queue_.largest_frame + settings_.socket_queue_bytes_max) overflowed_ = true;
  queue_.frames.push_back({std::move(payload), header});
  // Under the lock: until the stage is closed, the thread exists.
  if (!std::exchange(queue_.flush_requested, true)) io_.request_flush(shared_from_this());
}

// ---- writing ----

void WebSocket::flush() {
  if (!stream_) return;
  if (overflowed_) {
    log_.warning("socket cut off: its reader is too far behind", {{"address", address_}});
    return finish();
  }
  while (!is_blocked_ && take_queued()) {
    error_code error;
    const auto bytes = write_some(error);
    if (error == asio::error::would_block) return wait_writable();
    if (error) return finish();
    sent(bytes);
  }
  if (!is_blocked_) after_flush();
}

// Whether there is something to write.
bool WebSocket::take_queued() {
  if (sending_at_ < sending_.size()) return true;
  sending_.clear();
  sending_at_ = 0;
  const std::lock_guard lock(queue_.mutex);
  sending_.swap(queue_.frames);
  queue_.flush_requested = !sending_.empty();
  return !sending_.empty();
}

std::size_t WebSocket::write_some(error_code& error) {
  std::array<asio::const_buffer, buffers_per_write_max> buffers;
  std::size_t count = 0;
  auto skip = sending_offset_;
  const auto add = [&](const char* bytes, std::size_t size) {
    const auto skipped = std::min(skip, size);
    skip -= skipped;
    if (size > skipped) buffers[count++] = asio::const_buffer(bytes + skipped, size - skipped);
  };
  for (auto at = sending_at_; at < sending_.size() && count + 2 <= buffers.size(); ++at) {
    const auto& frame = sending_[at];
    add(frame.header.bytes.data(), frame.header.size);
    add(frame.payload->data(), frame.payload->size());
  }
  counters_.writes.add(1);
  return stream_->write_some({buffers.data(), count}, error);
}

void WebSocket::sent(std::size_t bytes) {
  queued_bytes_ -= bytes;
  counters_.sent_bytes.add(static_cast<std::int64_t>(bytes));
  sending_offset_ += bytes;
  while (sending_at_ < sending_.size() && sending_offset_ >= sending_[sending_at_].size()) {
    sending_offset_ -= sending_[sending_at_].size();
    const auto& frame = sending_[sending_at_++];
    if (frame.header.size > 0) counters_.sent_messages.add(1);
  }
}

void WebSocket::after_flush() {
  sending_ = {};
  if (std::exchange(was_blocked_, false) && !closing_) {
    // Its close frame must leave before the sending ends.
    if (!guarded([this] { handler_->on_writable(); })) return;
  }
  if (!closing_) return;
  if (peer_closed_) return finish();
  error_code ignored;
  if (discards_) stream_->end_sending(ignored);
}

void WebSocket::wait_writable() {
  is_blocked_ = was_blocked_ = true;
  stream_->socket().async_wait(Socket::wait_write, [self = shared_from_this()](error_code error) {
    self->is_blocked_ = false;
    if (!error) self->flush();
  });
}

// ---- reading ----

void WebSocket::wait_readable() {
  stream_->socket().async_wait(Socket::wait_read, [self = shared_from_this()](error_code error) {
    if (!error && self->stream_) self->on_readable();
  });
}

void WebSocket::on_readable() {
  const auto buffer = io_.read_buffer();
  error_code error;
  const auto bytes = stream_->read_some(buffer, error);
  if (error && error != asio::error::would_block) return finish();
  if (!error) {
    last_heard_ = io_.clock().now();
    counters_.received_bytes.add(static_cast<std::int64_t>(bytes));
    receive(buffer.first(bytes));
  }
  if (stream_) wait_readable();
}

void WebSocket::receive(std::span<char> bytes) {
  if (discards_) return;
  guarded([&] {
    if (const auto violation = decoder_.feed(bytes, *this)) {
      discards_ = true;
      close(violation->code, std::string(violation->says));
    }
  });
}

template <class Call>
bool WebSocket::guarded(Call&& call) {
  std::string says = "not an exception of the standard library";
  try {
    call();
    return true;
  } catch (const std::exception& error) {
    says = error.what();
  } catch (...) {
  }
  log_.error("socket handler failed", {{"address", address_}, {"error", says}});
  discards_ = true;
  close(websocket::internal_error, "something broke in the server");
  return false;
}

void WebSocket::on_text(std::string_view text) {
  counters_.received_messages.add(1);
  if (!closing_) handler_->on_text(text);
}

void WebSocket::on_binary(std::string_view bytes) {
  counters_.received_messages.add(1);
  if (!closing_) handler_->on_binary(bytes);
}

void WebSocket::on_ping(std::string_view payload) {
  enqueue(Opcode::pong, std::make_shared<const std::string>(payload));
}

void WebSocket::on_close(std::optional<int> code) {
  peer_closed_ = true;
  if (closing_) return io_.request_flush(shared_from_this());  // Ours may have left already.
  close(code.value_or(1000), "");
}

// ---- time and end ----

void WebSocket::on_tick(Instant now) {
  if (closing_ && !close_deadline_) close_deadline_ = now + settings_.close_timeout;
  if (overflowed_) return flush();
  if (close_deadline_ && now >= *close_deadline_) return finish();
  if (now - last_heard_ >= settings_.silence_max) return finish();
  if (now - last_ping_ < settings_.ping_interval) return;
  last_ping_ = now;
  static const auto empty = std::make_shared<const std::string>();
  enqueue(Opcode::ping, empty);
}

void WebSocket::on_drain() {
  guarded([this] { handler_->on_drain(); });
  close(websocket::going_away, "the server is stopping");
}

void WebSocket::abandon() {
  closing_ = true;
  const std::lock_guard lock(queue_.mutex);
  queue_.stage = Stage::closed;
  queue_.frames = {};
  queued_bytes_ = 0;
}

void WebSocket::finish() {
  if (!stream_) return;
  const auto self = shared_from_this();
  abandon();
  sending_ = {};
  stream_->close();
  stream_.reset();
  counters_.open.add(-1);
  // The handler holds us and we hold it: this is where the circle opens.
  const auto handler = std::move(handler_);
  guarded([&] { handler->on_closed(); });
  io_.leave(place_);  // Last: drain() waits for this, and for what on_closed still does.
}

}  // namespace pf
