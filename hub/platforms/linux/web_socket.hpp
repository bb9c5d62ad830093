// One WebSocket connection to the cloud, plain or with TLS. Opens once, ends once, tells both.
#pragma once
#include <memory>
#include <string>

#include "base/time.hpp"
#include "hub/platforms/linux/origin.hpp"
#include "hub/platforms/linux/tls_client.hpp"
#include "protocol/hub_messages.hpp"

namespace boost::asio {
class io_context;
}

namespace pf::hub {

inline constexpr std::size_t web_socket_unsent_bytes_max = 1024 * 1024;

struct WebSocketTimes {
  Milliseconds connect{10'000};  // Name, TCP, TLS and upgrade together.
  Milliseconds ping_every{Seconds{heartbeat_seconds_default}};
  Milliseconds silence_max{Seconds{silence_seconds_max}};
  Milliseconds close{5'000};  // For the peer's answer to our goodbye.
};

struct WebSocketTarget {
  Origin origin;
  std::string path;
  WebSocketTimes times;
};

class WebSocketListener {
 public:
  virtual ~WebSocketListener() = default;
  virtual void on_open() = 0;
  virtual void on_text(std::string text) = 0;
  // The last call. code: the peer's close code; 0 where there was none.
  virtual void on_closed(int code, std::string reason) = 0;
};

// Shared with its own pending operations; the listener must outlive it or abandon() it.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  virtual void open() = 0;
  virtual void send(std::string text) = 0;
  virtual void send_binary(std::string bytes) = 0;
  virtual void close(int code) = 0;
  virtual void abandon() = 0;  // Breaks off without a word.
};

std::shared_ptr<WebSocket> make_plain_web_socket(boost::asio::io_context& loop,
                                                 WebSocketTarget target,
                                                 WebSocketListener& listener);
std::shared_ptr<WebSocket> make_tls_web_socket(boost::asio::io_context& loop, const TlsClient& tls,
                                               WebSocketTarget target, WebSocketListener& listener);

}  // namespace pf::hub
