// What the simulator's servers share of Boost.Asio. Included by the files that own sockets and by
// no others: it is slow to compile. Everything here runs on the simulator's one I/O thread.
#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "sim/certificates.hpp"
#include "sim/fault.hpp"

namespace pf::sim {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;

// Completes with the error as a value: a printer's connections break every day.
inline constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

// TLS as printers speak it: 1.2 only, one RSA cipher suite, sessions that can be resumed.
std::unique_ptr<asio::ssl::context> make_tls_context(const Credentials& credentials);

// Opens a listening socket, or says in a sentence why it cannot be had.
Result<Nothing, Fault> listen_on(tcp::acceptor& acceptor, const std::string& ip_address,
                                 std::uint16_t port);

// The next connection. None: there was an error, after which it is time to look whether the
// acceptor is still open.
asio::awaitable<std::optional<tcp::socket>> accept_one(tcp::acceptor& acceptor);

// Closes a connection that has not got on by then. Renewed by every call of within().
class Deadline {
 public:
  Deadline(asio::io_context& io, std::shared_ptr<TlsStream> stream)
      : timer_(io), stream_(std::move(stream)) {}

  void within(Milliseconds time);
  void off() { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
  // Shared with whoever serves the connection: an expired timer may be the last to look at it.
  std::shared_ptr<TlsStream> stream_;
};

}  // namespace pf::sim
