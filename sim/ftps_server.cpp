#include "sim/ftps_server.hpp"

#include <vector>

#include "sim/ftps_session.hpp"

namespace pf::sim {

struct FtpsServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& context, asio::ssl::context& tls_context, std::shared_ptr<FtpRoom> served)
      : io(context), tls(tls_context), room(std::move(served)), acceptor(context) {}

  asio::awaitable<void> accept_clients();
  void remember(const std::shared_ptr<FtpsSession>& session);

  asio::io_context& io;
  asio::ssl::context& tls;
  std::shared_ptr<FtpRoom> room;
  tcp::acceptor acceptor;
  std::vector<std::weak_ptr<FtpsSession>> sessions;
};

FtpsServer::FtpsServer(asio::io_context& io, asio::ssl::context& tls, std::shared_ptr<FtpRoom> room)
    : impl_(std::make_shared<Impl>(io, tls, std::move(room))) {}

FtpsServer::~FtpsServer() { stop(); }

Result<Nothing, Fault> FtpsServer::start(std::uint16_t port) {
  auto listening = listen_on(impl_->acceptor, impl_->room->ip_address, port);
  if (!listening) return listening;
  asio::co_spawn(
      impl_->io, [impl = impl_] { return impl->accept_clients(); }, asio::detached);
  return Nothing{};
}

void FtpsServer::stop() {
  error_code ignored;
  impl_->acceptor.close(ignored);
  drop_clients();
}

void FtpsServer::drop_clients() {
  for (const auto& one : impl_->sessions) {
    if (const auto session = one.lock()) session->drop();
  }
  impl_->sessions.clear();
}

void FtpsServer::Impl::remember(const std::shared_ptr<FtpsSession>& session) {
  std::erase_if(sessions, [](const auto& one) { return one.expired(); });
  sessions.push_back(session);
}

asio::awaitable<void> FtpsServer::Impl::accept_clients() {
  const auto self = shared_from_this();
  while (acceptor.is_open()) {
    auto socket = co_await accept_one(acceptor);
    if (!socket || room->sessions >= ftp_sessions_max) continue;
    auto session = std::make_shared<FtpsSession>(
        io, tls, std::make_shared<TlsStream>(std::move(*socket), tls), room);
    remember(session);
    // The session lives as long as its run, which holds it.
    asio::co_spawn(
        io, [session]() -> asio::awaitable<void> { co_await session->run(); }, asio::detached);
  }
}

}  // namespace pf::sim
