#include "cloud/adapters/http/http_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <stdexcept>

#include "cloud/adapters/http/connection.hpp"

namespace pf {
namespace {

constexpr int accept_backlog = 1024;
constexpr std::chrono::milliseconds accept_pause{100};  // While the system has no socket to give.

Task<void> run_connection(std::shared_ptr<Connection> connection) { co_await connection->run(); }

std::string cannot_listen(const HttpSettings& settings, const error_code& error) {
  const auto place = "port " + std::to_string(settings.port) + " of " + settings.listen_address;
  if (error == asio::error::address_in_use) {
    return "Another program uses " + place + ": stop it, or choose another port.";
  }
  if (error == asio::error::access_denied) {
    return "The system does not allow this program to use " + place + ": choose a port above 1023.";
  }
  return "Cannot listen on " + place + ": " + error.message() + ".";
}

}  // namespace

struct HttpServer::Impl {
  Impl(HttpSettings with_settings, HttpRooms with_rooms)
      : settings(std::move(with_settings)),
        rooms(std::move(with_rooms)),
        tls(settings.tls ? std::make_unique<TlsContext>(*settings.tls) : nullptr),
        dispatcher(settings, rooms),
        workers(settings.worker_queue_max) {
    rooms.metrics.add_gauge("printfarm_worker_queue", "Requests that wait for a worker",
                            [this] { return static_cast<double>(workers.waiting()); });
  }

  void listen();
  Task<void> accept_forever();
  void admit(Socket socket, IoThread& io);

  const HttpSettings settings;
  const HttpRooms rooms;
  const std::unique_ptr<TlsContext> tls;
  Dispatcher dispatcher;
  WorkerPool workers;
  Occupancy occupancy;
  std::vector<std::unique_ptr<IoThread>> threads;
  std::optional<Acceptor> acceptor;  // Lives on the first thread.
  std::uint16_t port = 0;
  std::size_t next_thread = 0;
};

HttpServer::HttpServer(HttpSettings settings, HttpRooms rooms)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(rooms))) {}

HttpServer::~HttpServer() { stop(); }

void HttpServer::start() {
  auto& my = *impl_;
  for (int i = 0; i < my.settings.io_threads; ++i) {
    my.threads.push_back(
        std::make_unique<IoThread>(my.rooms.clock, my.rooms.metrics.add_shard(), my.occupancy));
  }
  my.listen();
  my.workers.start(my.settings.worker_threads);
  asio::co_spawn(my.threads.front()->context(), my.accept_forever(), asio::detached);
  for (const auto& thread : my.threads) thread->start();
}

std::uint16_t HttpServer::port() const { return impl_->port; }

void HttpServer::use(const TlsIdentity& identity) { impl_->tls->use(identity); }

void HttpServer::drain(Milliseconds at_most) {
  auto& my = *impl_;
  if (my.threads.empty()) return;
  asio::post(my.threads.front()->context(), [&my] {
    error_code ignored;
    if (my.acceptor) my.acceptor->close(ignored);
  });
  for (const auto& thread : my.threads) thread->drain();
  my.occupancy.wait_until_empty(at_most);
}

void HttpServer::stop() {
  auto& my = *impl_;
  // The loops first: what workers still finish may then report to nobody. Then the workers, since
  // they look into what the loops hold. Then what the loops hold.
  for (const auto& thread : my.threads) thread->stop();
  my.workers.stop();
  my.acceptor.reset();
  my.threads.clear();
}

// One listening socket, whose connections go to the threads in turn. (A socket for each thread
// would let a second server of the same user share the port without either noticing.)
void HttpServer::Impl::listen() {
  error_code error;
  const auto address = asio::ip::make_address(settings.listen_address, error);
  if (error)
    throw std::runtime_error(settings.listen_address + " is not an IP address to listen on.");
  const asio::ip::tcp::endpoint endpoint(address, settings.port);
  acceptor.emplace(threads.front()->context());
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(accept_backlog, error);
  if (error) {
    acceptor.reset();
    throw std::runtime_error(cannot_listen(settings, error));
  }
  port = acceptor->local_endpoint().port();
}

Task<void> HttpServer::Impl::accept_forever() {
  Timer pause(threads.front()->context());
  while (acceptor->is_open()) {
    IoThread& io = *threads[next_thread++ % threads.size()];
    auto [error, socket] =
        co_await acceptor->async_accept(io.context().get_executor(), asio::as_tuple(awaiting));
    if (!error) {
      admit(std::move(socket), io);
      continue;
    }
    if (!acceptor->is_open()) co_return;
    rooms.log.warning("cannot accept a connection", {{"error", error.message()}});
    pause.expires_after(accept_pause);
    co_await pause.async_wait(asio::as_tuple(awaiting));
  }
}

void HttpServer::Impl::admit(Socket socket, IoThread& io) {
  if (occupancy.size() >= settings.connections_max) return;  // Closes it.
  error_code error;
  socket.non_blocking(true, error);
  if (!error) socket.set_option(asio::ip::tcp::no_delay(true), error);
  if (error) return;  // It has gone already.
  asio::post(io.context(), [this, &io, socket = std::move(socket)]() mutable {
    Stream stream(std::move(socket), tls ? tls->new_session() : nullptr);
    auto connection = std::make_shared<Connection>(std::move(stream), io, settings, rooms,
                                                   dispatcher, workers, tls.get());
    asio::co_spawn(io.context(), run_connection(std::move(connection)), asio::detached);
  });
}

}  // namespace pf
