// What whoever runs the server may set about its HTTP edge, with the limits it keeps by itself.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace pf {

// A certificate with those that vouch for it, and its key; both PEM.
struct TlsIdentity {
  std::string certificate_pem, key_pem;
  friend bool operator==(const TlsIdentity&, const TlsIdentity&) = default;
};

// How many requests of a class somebody may make; 0 is no limit. Sign-ins count per network (an
// office behind one address shares them), everything else per person or API key.
struct RatesPerMinute {
  std::int64_t sign_in = 60;
  std::int64_t ordinary = 3000;
  std::int64_t bulk = 300;
  std::int64_t upload = 600;
  std::int64_t socket = 120;
};

struct HttpSettings {
  std::string listen_address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: the system chooses.
  int io_threads = 1;
  int worker_threads = 4;
  std::size_t worker_queue_max = 1000;  // Beyond it, requests get 503 and Retry-After.
  std::size_t connections_max = 50'000;

  std::optional<TlsIdentity> tls;  // Absent: plain HTTP.
  Milliseconds handshake_timeout = Seconds{10};
  std::size_t handshakes_max = 1000;  // At once; beyond them, new connections are closed.

  // How people reach this server, such as "https://farm.example". Empty: as they address it.
  std::string public_origin;
  // Further names this server answers to; addresses and localhost always are.
  std::vector<std::string> trusted_hosts;
  // Addresses of proxies whose X-Forwarded-For is believed.
  std::vector<std::string> trusted_proxies;

  // Who sends it as a bearer may read the operator's pages from elsewhere; empty: nobody may.
  std::string metrics_token;

  std::uint64_t upload_bytes_max = 512ull * 1024 * 1024 + 64 * 1024;  // With multipart's own bytes.
  Milliseconds head_timeout = Seconds{10};   // From the first byte of a request to its whole head.
  Milliseconds idle_timeout = Seconds{75};   // Between two requests.
  Milliseconds stall_timeout = Seconds{30};  // Without any progress inside a body, either way.
  // An upload that is slower than this, taken over all of its time, is held up on purpose.
  std::uint64_t upload_bytes_per_second_min = 1024;
  Milliseconds upload_grace = Seconds{60};
  Milliseconds close_timeout = Seconds{5};  // For the other side to take the last words.

  Milliseconds ping_interval = Seconds{30};
  Milliseconds silence_max = Seconds{75};  // Then a socket is dead.
  // A socket whose reader is this far behind, not counting the largest text that waits for it, is
  // cut off, whatever its handler thinks of it.
  std::size_t socket_queue_bytes_max = 4 * 1024 * 1024;

  RatesPerMinute rates;
  // Hubs that come back together are let in one after another; 0 a second: all at once.
  std::int64_t hub_admissions_burst = 1000;
  std::int64_t hub_admissions_per_second = 500;
};

}  // namespace pf
