// The hub's one connection to its cloud: effects in, CloudUp, CloudText and CloudDown out.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include "hub/platforms/linux/event_sink.hpp"
#include "hub/platforms/linux/web_socket.hpp"

namespace pf::hub {

class Cloud final : private WebSocketListener {
 public:
  Cloud(boost::asio::io_context& loop, const TlsClient& tls, Origin origin,
        const std::string& hub_id, EventSink& sink, WebSocketTimes times = {});
  ~Cloud() override;

  void perform(const CloudOpen& wish);
  void perform(const CloudClose& wish);
  void perform(SendToCloud wish);
  // False: there is no connection.
  bool send_binary(std::string bytes);

  // Says goodbye because the program ends.
  void leave();
  bool is_connected() const { return socket_ != nullptr; }

 private:
  void connect();
  void on_open() override { sink_.deliver(CloudUp{}); }
  void on_text(std::string text) override { sink_.deliver(CloudText{std::move(text)}); }
  void on_closed(int code, std::string reason) override;

  boost::asio::io_context& loop_;
  const TlsClient& tls_;
  const WebSocketTarget target_;
  EventSink& sink_;
  boost::asio::steady_timer wait_;
  unsigned wait_number_ = 0;  // Tells a replaced wish whose wait had already fired.
  std::shared_ptr<WebSocket> socket_;
};

}  // namespace pf::hub
