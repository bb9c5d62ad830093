#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "hub/platforms/linux/web_socket_connection.hpp"

namespace pf::hub {
namespace {

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

boost::asio::ssl::context shared_context(const TlsClient& tls) {
  SSL_CTX_up_ref(tls.native());  // The wrapper gives one back.
  return boost::asio::ssl::context(tls.native());
}

// A base, so that the context exists before the stream that is made from it.
struct OwnsContext {
  boost::asio::ssl::context context;
};

class TlsWebSocket final : private OwnsContext, public WebSocketConnection<TlsStream> {
 public:
  TlsWebSocket(boost::asio::io_context& loop, const TlsClient& tls, WebSocketTarget target,
               WebSocketListener& listener)
      : OwnsContext{shared_context(tls)},
        WebSocketConnection(loop, std::move(target), listener, loop, context),
        tls_(tls) {}

 private:
  void secure() override {
    auto& stream = socket().next_layer();
    tls_.prepare(stream.native_handle(), target().origin.host, TlsCap::tls_1_3);
    stream.async_handshake(boost::asio::ssl::stream_base::client,
                           [kept = self(), this](Error error) {
                             const std::string detail = error ? certificate_fault() : "";
                             if (!failed(error, "no secure connection to the cloud" + detail))
                               upgrade();
                           });
  }

  std::string certificate_fault() {
    const long verified = SSL_get_verify_result(socket().next_layer().native_handle());
    if (verified == X509_V_OK) return {};
    return std::string(" (") + X509_verify_cert_error_string(verified) + ")";
  }

  const TlsClient& tls_;
};

}  // namespace

std::shared_ptr<WebSocket> make_tls_web_socket(boost::asio::io_context& loop, const TlsClient& tls,
                                               WebSocketTarget target,
                                               WebSocketListener& listener) {
  return std::make_shared<TlsWebSocket>(loop, tls, std::move(target), listener);
}

}  // namespace pf::hub
