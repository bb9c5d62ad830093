#include "hub/platforms/linux/web_socket_connection.hpp"

namespace pf::hub {
namespace {

class PlainWebSocket final : public WebSocketConnection<boost::asio::ip::tcp::socket> {
 public:
  PlainWebSocket(boost::asio::io_context& loop, WebSocketTarget target, WebSocketListener& listener)
      : WebSocketConnection(loop, std::move(target), listener, loop) {}

 private:
  void secure() override { upgrade(); }
};

}  // namespace

std::shared_ptr<WebSocket> make_plain_web_socket(boost::asio::io_context& loop,
                                                 WebSocketTarget target,
                                                 WebSocketListener& listener) {
  return std::make_shared<PlainWebSocket>(loop, std::move(target), listener);
}

}  // namespace pf::hub
