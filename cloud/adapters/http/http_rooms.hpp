// What the HTTP edge serves and calls. The composition root fills it in; everything in it outlives
// the server.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "cloud/adapters/http/metrics.hpp"
#include "cloud/adapters/http/static_files.hpp"
#include "cloud/kit/reply_memory.hpp"
#include "cloud/kit/router.hpp"
#include "cloud/ports/blobs.hpp"
#include "cloud/ports/sockets.hpp"

namespace pf {

// A page outside the API, such as /health/live. Runs on a worker, for GET and HEAD.
using ServePage = std::function<Response(const Request&)>;
// The operator's pages are for this machine itself, and for whoever has the metrics_token.
enum class PageReader { anybody, operator_ };
struct ServedPage {
  ServePage serve;
  PageReader reader = PageReader::anybody;
};
// Whose access token (or API key) this is, if anybody's. Runs on a worker.
using FindCaller = std::function<std::optional<Caller>(const Visitor&, std::string_view token)>;

struct HttpRooms {
  const Router& router;
  FindCaller caller_of;
  ReplyMemory& replies;                     // For requests with an Idempotency-Key.
  std::map<std::string, ServedPage> pages;  // By path.
  Blobs& blobs;
  const StaticFiles& web_app;
  SocketAcceptor& hub_sockets;        // /ws/hub/{hub_id}
  SocketAcceptor& dashboard_sockets;  // /ws/dashboard
  Metrics& metrics;
  Random& random;  // Thread-safe.
  const Clock& clock;
  Log& log;
};

}  // namespace pf
