// Sends a printer's NOTIFY from the printer's own address. The target is a broadcast address of the
// loopback network unless someone asks for another: a simulator does not shout into real networks.
#pragma once
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "sim/fault.hpp"
#include "sim/notify.hpp"

namespace boost::asio {
class io_context;
}

namespace pf::sim {

struct NotifyTarget {
  std::string ip_address = "127.255.255.255";
  std::uint16_t port = notify_port;         // Where to.
  std::uint16_t source_port = notify_port;  // Where from.
};

class Notifier {
 public:
  explicit Notifier(boost::asio::io_context& io);
  ~Notifier();

  // Again after stop(), from another address if need be.
  Result<Nothing, Fault> start(const NotifyTarget& target, const std::string& from,
                               std::string datagram);
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pf::sim
