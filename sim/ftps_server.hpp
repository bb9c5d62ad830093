// The FTP server of one printer: implicit TLS around FtpDialogue, and its data channels. TLS on a
// data channel starts only after the 150 was sent; 226 is sent only after the channel was closed.
#pragma once
#include <memory>

#include "base/result.hpp"
#include "sim/fault.hpp"
#include "sim/ftp_dialogue.hpp"

namespace boost::asio {
class io_context;
}
namespace boost::asio::ssl {
class context;
}

namespace pf::sim {

class FtpsServer {
 public:
  // room: shared with its sessions, which end a little later.
  FtpsServer(boost::asio::io_context& io, boost::asio::ssl::context& tls,
             std::shared_ptr<FtpRoom> room);
  ~FtpsServer();
  FtpsServer(const FtpsServer&) = delete;
  FtpsServer& operator=(const FtpsServer&) = delete;

  Result<Nothing, Fault> start(std::uint16_t port);
  void stop();
  void drop_clients();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // As the room.
};

}  // namespace pf::sim
