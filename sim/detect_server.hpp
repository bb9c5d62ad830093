// Answers who a printer is, on two ports: plainly on one, under TLS two above it, as printers do on
// 3000 and 3002.
#pragma once
#include <memory>

#include "base/result.hpp"
#include "sim/fault.hpp"
#include "sim/printer.hpp"

namespace boost::asio {
class io_context;
}
namespace boost::asio::ssl {
class context;
}

namespace pf::sim {

inline constexpr std::uint16_t detect_tls_port_above = 2;

class DetectServer {
 public:
  DetectServer(boost::asio::io_context& io, boost::asio::ssl::context& tls, const Model& model,
               const PrinterIdentity& identity);
  ~DetectServer();
  DetectServer(const DetectServer&) = delete;
  DetectServer& operator=(const DetectServer&) = delete;

  Result<Nothing, Fault> start(std::uint16_t port);
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // Shared with its connections, which end a little later.
};

}  // namespace pf::sim
