// One stream of hub/core/streams.hpp: connecting, perhaps TLS, bytes both ways, closing. Only
// translates: what it does next follows from its state and what the socket allows.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "hub/core/streams.hpp"
#include "hub/platforms/linux/channel.hpp"

namespace pf::hub {

// Where stream events go. A Stream counts on them being queued: acting upon one before the call
// returns would re-enter it.
class StreamEventSink {
 public:
  virtual ~StreamEventSink() = default;
  virtual void deliver(StreamEvent event) = 0;
};

// Shared with its own pending waits, which may outlive its place in Streams by one turn of the
// loop.
class Stream : public std::enable_shared_from_this<Stream> {
 public:
  Stream(boost::asio::io_context& loop, StreamId id, StreamEventSink& sink);

  void open(const TcpOpen& wish);
  void start_tls(const TlsClient& tls, const TlsStart& wish, const Stream* resume_from);
  void write(std::string_view bytes);
  void grant(std::uint32_t credit);
  void close(CloseKind kind);
  void abandon();  // Breaks off without a word: nobody listens any more.

 private:
  enum class State { connecting, open, handshaking, closing, lingering, closed };
  using Tcp = boost::asio::ip::tcp;

  void connect(const Tcp::resolver::results_type& endpoints);
  void on_connected(const boost::system::error_code& error);

  // Does whatever can be done now, and waits for the rest.
  void advance();
  void shake_hands();
  void read();
  void flush();
  void say_goodbye();
  void drain();
  void wait_for(const Step& step);
  void wait(Tcp::socket::wait_type what, bool& waiting);

  void start_timer(Milliseconds after);
  void stop_timer();
  void on_timer();

  void finish(CloseReason reason, std::string detail);
  void close_socket();
  bool is_up() const { return state_ == State::open || state_ == State::closing; }

  StreamId id_;
  StreamEventSink& sink_;
  Tcp::socket socket_;
  Tcp::resolver resolver_;
  boost::asio::steady_timer timer_;
  unsigned timer_number_ = 0;  // Tells a cancelled wait that had already fired.
  std::chrono::steady_clock::time_point timer_started_;
  Milliseconds budget_{0};  // What is left for connecting and the TLS handshake together.
  std::string host_;

  State state_ = State::connecting;
  Channel channel_;
  std::string outgoing_;
  std::uint32_t credit_ = 0;
  bool waiting_to_read_ = false;
  bool waiting_to_write_ = false;
};

}  // namespace pf::hub
