#include "sim/detect_server.hpp"

#include <array>

#include "sim/detect.hpp"
#include "sim/sockets.hpp"

namespace pf::sim {
namespace {

constexpr Milliseconds exchange_within{10'000};
constexpr std::size_t connections_max = 16;  // Of one printer.

}  // namespace

struct DetectServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& context, asio::ssl::context& tls_context, const Model& kind,
       const PrinterIdentity& printer)
      : io(context),
        tls(tls_context),
        model(kind),
        identity(printer),
        plain(context),
        secured(context) {}

  asio::awaitable<void> accept_clients(tcp::acceptor& acceptor, bool with_tls);
  asio::awaitable<void> serve(std::shared_ptr<TlsStream> stream, bool with_tls);
  template <class Stream>
  asio::awaitable<void> exchange(Stream& stream);

  asio::io_context& io;
  asio::ssl::context& tls;
  const Model& model;
  PrinterIdentity identity;
  tcp::acceptor plain, secured;
  std::size_t connections = 0;
};

DetectServer::DetectServer(asio::io_context& io, asio::ssl::context& tls, const Model& model,
                           const PrinterIdentity& identity)
    : impl_(std::make_shared<Impl>(io, tls, model, identity)) {}

DetectServer::~DetectServer() { stop(); }

Result<Nothing, Fault> DetectServer::start(std::uint16_t port) {
  const auto& address = impl_->identity.ip_address;
  auto listening = listen_on(impl_->plain, address, port);
  if (!listening) return listening;
  const auto tls_port = static_cast<std::uint16_t>(port + detect_tls_port_above);
  listening = listen_on(impl_->secured, address, tls_port);
  if (!listening) return listening;
  for (const bool with_tls : {false, true}) {
    auto& acceptor = with_tls ? impl_->secured : impl_->plain;
    asio::co_spawn(
        impl_->io,
        [impl = impl_, &acceptor, with_tls] { return impl->accept_clients(acceptor, with_tls); },
        asio::detached);
  }
  return Nothing{};
}

void DetectServer::stop() {
  error_code ignored;
  impl_->plain.close(ignored);
  impl_->secured.close(ignored);
}

asio::awaitable<void> DetectServer::Impl::accept_clients(tcp::acceptor& acceptor, bool with_tls) {
  const auto self = shared_from_this();
  while (acceptor.is_open()) {
    auto socket = co_await accept_one(acceptor);
    if (!socket || connections >= connections_max) continue;
    auto stream = std::make_shared<TlsStream>(std::move(*socket), tls);
    ++connections;
    asio::co_spawn(
        io, [self, stream, with_tls] { return self->serve(stream, with_tls); }, asio::detached);
  }
}

asio::awaitable<void> DetectServer::Impl::serve(std::shared_ptr<TlsStream> stream, bool with_tls) {
  const auto self = shared_from_this();
  Deadline deadline(io, stream);
  deadline.within(exchange_within);
  if (with_tls) {
    auto [error] = co_await stream->async_handshake(TlsStream::server, with_error);
    if (!error) co_await exchange(*stream);
  } else {
    co_await exchange(stream->next_layer());
  }
  --connections;
}

template <class Stream>
asio::awaitable<void> DetectServer::Impl::exchange(Stream& stream) {
  DetectReader reader;
  std::array<char, 512> buffer;
  for (;;) {
    auto [error, count] = co_await stream.async_read_some(asio::buffer(buffer), with_error);
    if (error) co_return;
    const auto request = reader.add({buffer.data(), count});
    if (reader.failed()) co_return;
    if (!request) continue;
    const auto reply = detect_reply(*request, model, identity);
    // To what it does not know a printer says nothing, and waits for what it knows.
    if (!reply) {
      reader = DetectReader();
      continue;
    }
    const std::string frame = detect_frame(*reply);
    co_await asio::async_write(stream, asio::buffer(frame), with_error);
    co_return;
  }
}

}  // namespace pf::sim
