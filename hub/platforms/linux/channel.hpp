// A connected, non-blocking socket, plain or with TLS: one step at a time, each telling what it
// waits for. Knows neither events nor time.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "hub/core/streams.hpp"
#include "hub/platforms/linux/tls_client.hpp"

namespace pf::hub {

struct Step {
  enum class Kind { done, wants_read, wants_write, ended, failed };
  Kind kind = Kind::done;
  std::size_t bytes = 0;                    // done: so many were moved.
  CloseReason reason = CloseReason::reset;  // failed
  std::string detail;                       // failed
};

class Channel {
 public:
  void attach(int socket) { socket_ = socket; }
  void start_tls(Ssl ssl) { ssl_ = std::move(ssl); }
  ssl_st* tls() const { return ssl_.get(); }

  Step shake_hands();
  Step read(char* buffer, std::size_t size);
  Step write(std::string_view bytes);
  Step say_goodbye();  // close_notify where there is TLS, then FIN.

 private:
  Step tls_step(int result, CloseReason otherwise) const;

  int socket_ = -1;
  Ssl ssl_;
};

}  // namespace pf::hub
