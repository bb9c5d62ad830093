#include "sim/broker.hpp"

#include <array>
#include <list>

#include "sim/mqtt_session.hpp"
#include "sim/sockets.hpp"

namespace pf::sim {
namespace {

constexpr Milliseconds sign_in_within{10'000};
constexpr std::size_t connections_max = 16;  // Of one printer, signed in or not.
constexpr std::size_t read_bytes = 4096;

struct Client {
  Client(std::shared_ptr<TlsStream> connection, MqttSession opened)
      : stream(std::move(connection)), session(std::move(opened)) {}

  std::shared_ptr<TlsStream> stream;
  MqttSession session;
  std::string unsent;  // Waits for what is being sent.
  std::string sending;
  bool closing = false;  // Once all is sent.

  void close() {
    error_code ignored;
    stream->next_layer().close(ignored);
  }
};

}  // namespace

struct Broker::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& context, asio::ssl::context& tls_context, const PrinterIdentity& printer,
       std::size_t most, Requests& sink)
      : io(context),
        tls(tls_context),
        identity(printer),
        clients_max(most),
        requests(&sink),
        acceptor(context) {}

  asio::awaitable<void> accept_clients();
  asio::awaitable<void> serve(std::shared_ptr<Client> client);
  void take(const std::shared_ptr<Client>& client, std::string_view bytes);
  void send(const std::shared_ptr<Client>& client, std::string_view bytes);
  void send_more(const std::shared_ptr<Client>& client);
  std::size_t signed_in() const;

  asio::io_context& io;
  asio::ssl::context& tls;
  PrinterIdentity identity;
  std::size_t clients_max;
  std::size_t strangers = 0;
  Requests* requests;  // None after stop().
  tcp::acceptor acceptor;
  std::list<std::shared_ptr<Client>> clients;
};

Broker::Broker(asio::io_context& io, asio::ssl::context& tls, const PrinterIdentity& identity,
               std::size_t clients_max, Requests& requests)
    : impl_(std::make_shared<Impl>(io, tls, identity, clients_max, requests)) {}

Broker::~Broker() { stop(); }

Result<Nothing, Fault> Broker::start(std::uint16_t port) {
  auto listening = listen_on(impl_->acceptor, impl_->identity.ip_address, port);
  if (!listening) return listening;
  asio::co_spawn(
      impl_->io, [impl = impl_] { return impl->accept_clients(); }, asio::detached);
  return Nothing{};
}

void Broker::stop() {
  error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->requests = nullptr;
  drop_clients();
}

void Broker::drop_clients() {
  for (const auto& client : impl_->clients) client->close();
}

void Broker::set_access_code(std::string access_code) {
  impl_->identity.access_code = std::move(access_code);
}

void Broker::set_strangers(std::size_t count) { impl_->strangers = count; }

void Broker::publish(std::string_view message) {
  for (const auto& client : impl_->clients) {
    if (client->session.listens()) impl_->send(client, client->session.deliver(message));
  }
}

std::size_t Broker::Impl::signed_in() const {
  std::size_t count = strangers;
  for (const auto& client : clients) count += client->session.signed_in();
  return count;
}

asio::awaitable<void> Broker::Impl::accept_clients() {
  const auto self = shared_from_this();
  while (acceptor.is_open()) {
    auto socket = co_await accept_one(acceptor);
    if (!socket || clients.size() >= connections_max) continue;
    auto client = std::make_shared<Client>(
        std::make_shared<TlsStream>(std::move(*socket), tls),
        MqttSession(identity.serial_number, identity.access_code, signed_in() < clients_max));
    clients.push_back(client);
    asio::co_spawn(
        io, [self, client] { return self->serve(client); }, asio::detached);
  }
}

asio::awaitable<void> Broker::Impl::serve(std::shared_ptr<Client> client) {
  const auto self = shared_from_this();
  Deadline deadline(io, client->stream);
  deadline.within(sign_in_within);
  auto [error] = co_await client->stream->async_handshake(TlsStream::server, with_error);
  std::array<char, read_bytes> buffer;
  while (!error && !client->closing) {
    std::size_t count = 0;
    std::tie(error, count) =
        co_await client->stream->async_read_some(asio::buffer(buffer), with_error);
    if (error) break;
    take(client, {buffer.data(), count});
    // Keep-alive is not enforced: real printers do not either (PROTOCOL 2.1).
    if (client->session.signed_in()) deadline.off();
  }
  clients.remove(client);
  if (client->sending.empty()) client->close();
}

void Broker::Impl::take(const std::shared_ptr<Client>& client, std::string_view bytes) {
  SessionOutput out;
  client->session.receive(bytes, out);
  client->closing = out.close;
  send(client, out.bytes);
  for (const auto& payload : out.requests) {
    if (requests) requests->on_request(payload);
  }
}

void Broker::Impl::send(const std::shared_ptr<Client>& client, std::string_view bytes) {
  if (client->unsent.size() + bytes.size() > mqtt_unsent_bytes_max) return client->close();
  client->unsent += bytes;
  if (client->sending.empty()) send_more(client);
}

void Broker::Impl::send_more(const std::shared_ptr<Client>& client) {
  client->sending = std::move(client->unsent);
  client->unsent.clear();
  if (client->sending.empty()) {
    if (client->closing) client->close();
    return;
  }
  asio::async_write(*client->stream, asio::buffer(client->sending),
                    [self = shared_from_this(), client](error_code error, std::size_t) {
                      client->sending.clear();
                      if (error) return client->close();
                      self->send_more(client);
                    });
}

}  // namespace pf::sim
