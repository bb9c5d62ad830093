// WebSockets as seen by those who talk over them: a peer to send to, a handler that hears, and an
// acceptor that decides who gets one. The edge owns frames, pings and threads.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cloud/kit/caller.hpp"

namespace pf {

// The other end of one connection. Every function may be called from any thread, also after the
// connection has ended: then they do nothing.
class SocketPeer {
 public:
  virtual ~SocketPeer() = default;
  // Ordered, never blocks. One text may be shared by many peers; texts that are queued together
  // leave in one write.
  virtual void send(std::shared_ptr<const std::string> text) = 0;
  // Not yet handed to the system. Whoever fans out looks here and skips a slow reader.
  virtual std::size_t queued_bytes() const = 0;
  // What was sent before still leaves; what is sent later does not. Codes of RFC 6455 or 4000-4999;
  // the reason has at most 123 bytes.
  virtual void close(int code, std::string reason) = 0;
  virtual std::string address() const = 0;
};

// Hears one connection. Called on the connection's own I/O thread, never two calls at once; must
// not block: whatever waits for a disk or a database belongs on another thread.
class SocketHandler {
 public:
  virtual ~SocketHandler() = default;
  // Valid UTF-8; the view lives only as long as the call.
  virtual void on_text(std::string_view text) = 0;
  virtual void on_binary(std::string_view bytes) = 0;
  // Everything queued has left. Called only after something could not leave at once.
  virtual void on_writable() {}
  // The server is about to end. Whoever does not close the peer here is closed with 1001.
  virtual void on_drain() {}
  // The last call; the handler is destroyed after it.
  virtual void on_closed() = 0;
};

struct SocketRequest {
  std::string path_value;  // The hub id of /ws/hub/{hub_id}; empty for dashboards.
  std::string host;        // As the client called this server, with a port if it named one.
  Visitor visitor;
  std::optional<Caller> caller;  // Proved by a cookie or an Authorization header.
};

class SocketAcceptor {
 public:
  virtual ~SocketAcceptor() = default;
  // On the connection's I/O thread. Null refuses the connection with 404. The peer may be sent to
  // at once; the handler hears nothing before this returns.
  virtual std::unique_ptr<SocketHandler> accept(std::shared_ptr<SocketPeer> peer,
                                                const SocketRequest& request) = 0;
};

}  // namespace pf
