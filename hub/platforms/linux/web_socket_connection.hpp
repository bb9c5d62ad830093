// What plain and TLS WebSockets have in common, over Beast. Included by exactly two files, one for
// each kind of stream: a stream type costs half a minute of compiling.
#pragma once
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>

#include "hub/platforms/linux/web_socket.hpp"
#include "process/settings.hpp"

namespace pf::hub {

template <class Stream>
class WebSocketConnection : public WebSocket,
                            public std::enable_shared_from_this<WebSocketConnection<Stream>> {
 public:
  template <class... StreamArguments>
  WebSocketConnection(boost::asio::io_context& loop, WebSocketTarget target,
                      WebSocketListener& listener, StreamArguments&&... stream_arguments)
      : target_(std::move(target)),
        listener_(&listener),
        socket_(std::forward<StreamArguments>(stream_arguments)...),
        resolver_(loop),
        timer_(loop) {}

  void open() override {
    after(target_.times.connect, [this] { end(0, "the cloud does not answer in time"); });
    resolver_.async_resolve(target_.origin.host, std::to_string(target_.origin.port),
                            [self = self()](Error error, const auto& endpoints) {
                              if (self->failed(error, "cannot find the cloud's address")) return;
                              self->connect(endpoints);
                            });
  }

  void send(std::string text) override { enqueue({std::move(text), true}); }
  void send_binary(std::string bytes) override { enqueue({std::move(bytes), false}); }

  void close(int code) override {
    if (closing_ || ended_) return;
    closing_ = true;
    if (!is_open_) return end(0, "closed by us");
    after(target_.times.close, [this] { end(0, "closed by us"); });
    socket_.async_close(static_cast<boost::beast::websocket::close_code>(code),
                        [self = self()](Error) { self->end(0, "closed by us"); });
  }

  void abandon() override {
    listener_ = nullptr;
    end(0, {});
  }

 protected:
  using Error = boost::system::error_code;

  // Between TCP and the upgrade: the TLS handshake, where there is one.
  virtual void secure() = 0;

  auto& socket() { return socket_; }
  auto& lowest() { return boost::beast::get_lowest_layer(socket_); }
  const WebSocketTarget& target() const { return target_; }
  auto self() { return this->shared_from_this(); }

  bool failed(Error error, std::string_view doing) {
    if (error) end(0, std::string(doing) + ": " + error.message());
    return ended_;
  }

  void upgrade() {
    namespace http = boost::beast::http;
    using boost::beast::websocket::stream_base;
    socket_.set_option(stream_base::decorator([](auto& request) {
      request.set(http::field::user_agent,
                  "printfarm-hub/" + std::string(process::program_version));
    }));
    socket_.read_message_max(hub_frame_bytes_max);
    socket_.control_callback([this](auto, auto) { heard_ = Steady::now(); });
    socket_.async_handshake(answer_, target_.origin.authority(), target_.path,
                            [self = self()](Error error) { self->on_upgraded(error); });
  }

 private:
  using Steady = std::chrono::steady_clock;
  static constexpr int looks_per_ping = 6;

  template <class Endpoints>
  void connect(const Endpoints& endpoints) {
    boost::asio::async_connect(lowest(), endpoints, [self = self()](Error error, const auto&) {
      if (self->failed(error, "cannot connect to the cloud")) return;
      Error ignored;
      self->lowest().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
      self->secure();
    });
  }

  void on_upgraded(Error error) {
    if (ended_) return;
    if (error == boost::beast::websocket::error::upgrade_declined) {
      return end(0, "the cloud answered " + std::to_string(answer_.result_int()) +
                        " instead of opening a WebSocket");
    }
    if (failed(error, "no WebSocket connection")) return;
    is_open_ = true;
    heard_ = pinged_ = Steady::now();
    listener_->on_open();
    read_next();
    watch();
  }

  void read_next() {
    socket_.async_read(incoming_, [self = self()](Error error, std::size_t) {
      if (self->ended_) return;
      if (error) return self->on_read_failed(error);
      self->heard_ = Steady::now();
      auto text = boost::beast::buffers_to_string(self->incoming_.data());
      self->incoming_.consume(self->incoming_.size());
      if (self->socket_.got_text()) self->listener_->on_text(std::move(text));
      self->read_next();
    });
  }

  void on_read_failed(Error error) {
    const auto& reason = socket_.reason();
    // A cloud that hangs up right after its goodbye makes the orderly end fail; what it said
    // counts.
    const bool said_goodbye = reason.code != boost::beast::websocket::close_code::none;
    if (error != boost::beast::websocket::error::closed && !said_goodbye) {
      return end(0, error.message());
    }
    end(reason.code, std::string(reason.reason.data(), reason.reason.size()));
  }

  struct Message {
    std::string bytes;
    bool is_text = true;
  };

  void enqueue(Message message) {
    if (!is_open_ || closing_ || ended_) return;
    unsent_bytes_ += message.bytes.size();
    unsent_.push_back(std::move(message));
    if (unsent_bytes_ > web_socket_unsent_bytes_max) {
      return end(0, "the cloud does not take what it is sent");
    }
    if (unsent_.size() == 1) write_next();
  }

  void write_next() {
    const Message& next = unsent_.front();
    socket_.text(next.is_text);
    socket_.async_write(boost::asio::buffer(next.bytes), [self = self()](Error error, auto) {
      if (self->failed(error, "cannot send to the cloud")) return;
      self->unsent_bytes_ -= self->unsent_.front().bytes.size();
      self->unsent_.pop_front();
      if (!self->unsent_.empty() && !self->closing_) self->write_next();
    });
  }

  // Beast's own keep-alive cannot do 30 s and 75 s.
  void watch() {
    after(target_.times.ping_every / looks_per_ping, [this] {
      if (closing_) return;
      const auto now = Steady::now();
      if (now - heard_ >= target_.times.silence_max) return end(0, "the cloud fell silent");
      if (now - pinged_ >= target_.times.ping_every && !pinging_) {
        pinging_ = true;  // While the last one is stuck, another says nothing new.
        pinged_ = now;
        socket_.async_ping({}, [self = self()](Error) { self->pinging_ = false; });
      }
      watch();
    });
  }

  template <class Action>
  void after(Milliseconds wait, Action action) {
    timer_.expires_after(wait);
    timer_.async_wait([self = self(), action, number = ++timer_number_](Error) {
      if (number == self->timer_number_ && !self->ended_) action();
    });
  }

  void end(int code, std::string reason) {
    if (ended_) return;
    ended_ = true;
    const auto alive = self();  // The listener may let go of us.
    timer_.cancel();
    resolver_.cancel();
    Error ignored;
    lowest().close(ignored);
    if (listener_ != nullptr) listener_->on_closed(code, std::move(reason));
  }

  const WebSocketTarget target_;
  WebSocketListener* listener_;
  boost::beast::websocket::stream<Stream> socket_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer timer_;
  unsigned timer_number_ = 0;  // Tells a cancelled wait that had already fired.
  boost::beast::websocket::response_type answer_;
  boost::beast::flat_buffer incoming_;
  std::deque<Message> unsent_;
  std::size_t unsent_bytes_ = 0;
  bool is_open_ = false, closing_ = false, ended_ = false, pinging_ = false;
  Steady::time_point heard_, pinged_;
};

}  // namespace pf::hub
