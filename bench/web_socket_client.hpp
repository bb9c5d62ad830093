// A client's end of one WebSocket on loopback, as thin as a load wants it: no buffer while idle,
// and many texts leave in one write.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/frames.hpp"
#include "bench/poller.hpp"

namespace pf::bench {

class SocketListener {
 public:
  virtual ~SocketListener() = default;
  // The view lives only as long as the call.
  virtual void on_text(std::string_view text) = 0;
  // The server, or nobody, ended the connection; not called after close().
  virtual void on_ended(std::string_view why) = 0;
};

class WebSocketClient final : private Pollable {
 public:
  WebSocketClient(Poller& poller, SocketListener& listener)
      : poller_(poller), listener_(listener) {}
  ~WebSocketClient() override { close(); }
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  // Begins to connect. An access token may be empty.
  void open(std::uint16_t port, std::string_view path, std::string_view access_token);
  bool is_open() const { return stage_ == Stage::open; }
  void close();

  // Kept until flush(), which hands everything to the system in one write as far as it goes; the
  // rest follows by itself.
  void queue_text(std::string_view text) { append_client_frame(unsent_, Opcode::text, text); }
  void flush();
  bool has_unsent() const { return !unsent_.empty(); }

 private:
  enum class Stage { closed, connecting, upgrading, open };

  void on_ready(bool readable, bool writable) override;
  void on_connected();
  void receive();
  std::string_view finish_upgrade(std::string_view bytes);
  std::size_t take_frames(std::string_view bytes);
  void take(const Frame& frame);
  void end(std::string_view why);

  Poller& poller_;
  SocketListener& listener_;
  Stage stage_ = Stage::closed;
  int socket_ = -1;
  bool waits_writable_ = false;
  std::string unread_;  // A reply or frame that is not all here yet.
  std::string unsent_;
};

}  // namespace pf::bench
