// POST with an Idempotency-Key: done once, however often it is asked.
//
// A row is written before the handler runs and the reply is added after it. What was refused
// changed nothing and is forgotten, so that it can be tried again. A row that stays without a reply
// (the server died in between, or something broke in the middle) is answered with "nobody knows":
// doing it again by ourselves could start a second print.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "cloud/kit/caller.hpp"
#include "cloud/kit/http.hpp"
#include "cloud/kit/secrets.hpp"
#include "cloud/ports/database.hpp"

namespace pf {

inline constexpr Milliseconds reply_kept = Seconds{24 * 3600};
inline constexpr Milliseconds answering_max = Seconds{300};  // Longer than any handler takes.
inline constexpr std::size_t idempotency_key_bytes_max = 128;
inline constexpr std::size_t kept_reply_bytes_max = 256 * 1024;

class ReplyMemory {
 public:
  ReplyMemory(Database& database, Secrets& secrets, const Clock& clock)
      : database_(database), secrets_(secrets), clock_(clock) {}

  // What `answer` gives, or what it gave to the same request before. `route` is the address's
  // template. What `answer` throws goes through.
  Response once(const Caller& caller, std::string_view route, const Request& request,
                std::string_view key, const std::function<Response()>& answer);
  // Call now and then: rows older than a day serve nobody.
  void forget_old();

 private:
  struct Place;
  // Nothing: this is the first time, and it is written down.
  std::optional<Response> known_reply(const Place& place, const Caller& caller,
                                      const Request& request);
  void settle(const Place& place, const Response& response);

  Database& database_;
  Secrets& secrets_;
  const Clock& clock_;
};

}  // namespace pf
