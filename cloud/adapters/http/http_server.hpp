// The cloud's HTTP and WebSocket edge.
//
// Threads: a few I/O threads own the connections, each for its whole life; a bounded pool of
// workers runs the handlers and whatever else may block. A request is read on its I/O thread,
// answered by a worker, and written on its I/O thread.
#pragma once
#include <cstdint>
#include <memory>

#include "cloud/adapters/http/http_rooms.hpp"
#include "cloud/adapters/http/http_settings.hpp"

namespace pf {

class HttpServer {
 public:
  HttpServer(HttpSettings settings, HttpRooms rooms);
  ~HttpServer();

  // Throws std::runtime_error with a sentence for the operator.
  void start();
  std::uint16_t port() const;
  // For connections that come from now on. Throws std::runtime_error and changes nothing when the
  // two do not belong together. Only for a server that was made with an identity.
  void use(const TlsIdentity& identity);
  // Accepts nobody any more, lets requests finish and sockets say goodbye. Returns when all are
  // gone or the time is over.
  void drain(Milliseconds at_most);
  // Ends everything now. Every socket's handler has heard on_closed when this returns.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pf
