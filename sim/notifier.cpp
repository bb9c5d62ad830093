#include "sim/notifier.hpp"

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace pf::sim {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

struct Notifier::Impl {
  explicit Impl(asio::io_context& io) : socket(io), timer(io) {}

  error_code open(const std::string& from, std::uint16_t port);
  void send_again();

  udp::socket socket;
  asio::steady_timer timer;
  udp::endpoint target;
  std::string datagram;
};

// Printers and whoever listens for them share the port on one machine.
error_code Notifier::Impl::open(const std::string& from, std::uint16_t port) {
  using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
  error_code error;
  socket.open(udp::v4(), error);
  if (!error) socket.set_option(udp::socket::reuse_address(true), error);
  if (!error) socket.set_option(reuse_port(true), error);
  if (!error) socket.set_option(udp::socket::broadcast(true), error);
  if (!error) socket.bind({asio::ip::make_address(from, error), port}, error);
  return error;
}

// Nobody waits for an answer: what does not arrive comes again in a few seconds.
void Notifier::Impl::send_again() {
  error_code ignored;
  socket.send_to(asio::buffer(datagram), target, 0, ignored);
  timer.expires_after(notify_interval);
  timer.async_wait([this](error_code error) {
    if (!error) send_again();
  });
}

Notifier::Notifier(asio::io_context& io) : impl_(std::make_unique<Impl>(io)) {}
Notifier::~Notifier() = default;

Result<Nothing, Fault> Notifier::start(const NotifyTarget& target, const std::string& from,
                                       std::string datagram) {
  error_code error;
  const auto address = asio::ip::make_address_v4(target.ip_address, error);
  if (error) {
    return Fault{"notify_target must be an IPv4 address, such as 127.255.255.255, not '" +
                 target.ip_address + "'."};
  }
  error = impl_->open(from, target.source_port);
  if (error) {
    return Fault{"UDP " + from + ":" + std::to_string(target.source_port) + " cannot be opened (" +
                 error.message() +
                 "): stop the program that holds it, or choose another base address."};
  }
  impl_->target = {address, target.port};
  impl_->datagram = std::move(datagram);
  impl_->send_again();
  return Nothing{};
}

void Notifier::stop() {
  impl_->timer.cancel();
  error_code ignored;
  impl_->socket.close(ignored);
}

}  // namespace pf::sim
