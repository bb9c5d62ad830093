// From a request to whoever answers it, and who may ask: routes, sign-in, roles, and the rule that
// only our own pages may act with a visitor's cookies. No sockets here.
#pragma once
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "cloud/adapters/http/cookies.hpp"
#include "cloud/adapters/http/http_rooms.hpp"
#include "cloud/adapters/http/http_settings.hpp"
#include "cloud/adapters/http/origin.hpp"
#include "cloud/adapters/http/rate_limit.hpp"
#include "cloud/adapters/http/request_head.hpp"

namespace pf {

// Where a request goes.
struct Destination {
  enum class Kind { refused, page, api, upload, web_app, hub_socket, dashboard_socket };
  Kind kind = Kind::refused;
  std::string route;  // Its template: the label of its metrics.
  RouteMatch match;   // For api and upload.
  const ServedPage* page = nullptr;
  std::string hub_id;
  Fault fault;  // For refused, with one field that explains it, if any.
  std::optional<std::pair<std::string, std::string>> explanation;
};

class Dispatcher {
 public:
  Dispatcher(const HttpSettings& settings, const HttpRooms& rooms);

  // Cheap; on an I/O thread.
  Destination find(const RequestHead& head) const;
  Visitor visitor(const RequestHead& head, std::string_view peer_address) const;
  // Who tries to sign in too often.
  std::optional<Fault> refuse_visitor(const Destination& where, const Visitor& visitor);
  // Hubs that come in a crowd, before anything of them is looked at.
  std::optional<Fault> refuse_hub();
  // Without TLS only this machine itself and the proxies that do TLS are served.
  bool may_speak_plain(std::string_view peer_address) const;
  // What a request gets that came without TLS to a port that speaks it.
  Response insist_on_tls(const RequestHead& head, const Visitor& visitor) const;
  std::optional<Fault> refuse_socket(const Destination& where, const RequestHead& head) const;

  // On a worker; may throw what a broken world throws.
  Response answer(const Destination& where, const RequestHead& head, const Visitor& visitor,
                  std::string body);
  Result<std::unique_ptr<Upload>, Response> begin_upload(const Destination& where,
                                                         const RequestHead& head,
                                                         const Visitor& visitor);
  Answer<std::optional<Caller>> socket_caller(const RequestHead& head, const Visitor& visitor);

  CookieSafety cookie_safety() const { return safety_; }

 private:
  struct Credential {
    std::string token;
    bool is_cookie = false;
  };
  Destination find_socket(const RequestHead& head) const;
  Destination find_route(const RequestHead& head) const;
  std::optional<Credential> credential(const RequestHead& head) const;
  std::optional<Fault> refuse_foreign_page(const RequestHead& head) const;
  std::optional<Fault> refuse_reader(const ServedPage& page, const RequestHead& head,
                                     const Visitor& visitor) const;
  bool is_proxy(std::string_view address) const;
  Answer<std::optional<Caller>> admit(const RouteEntry& route, const RequestHead& head,
                                      const Visitor& visitor);
  // Which is told to whoever asks too often.
  std::optional<Fault> count(RateClass rate, std::string_view who);

  const HttpSettings& settings_;
  const HttpRooms& rooms_;
  Origins origins_;
  CookieSafety safety_;
  RateLimits limits_;
  Admission hub_admission_;
  std::set<std::string, std::less<>> api_roots_;  // "api", "auth": never the web app's.
};

// The reply to an exception that a handler let through. Logs what it is.
Response answer_broken_world(const std::exception_ptr& exception, std::string_view request_id,
                             std::string_view route, Log& log);

}  // namespace pf
