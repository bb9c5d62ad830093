#include "cloud/adapters/http/dispatcher.hpp"

#include <algorithm>

#include "cloud/ports/database.hpp"
#include "crypto/hash.hpp"

namespace pf {
namespace {

constexpr std::string_view dashboard_path = "/ws/dashboard";
constexpr std::string_view hub_path = "/ws/hub/";
constexpr std::uint64_t hub_return_spread_seconds = 10;
constexpr std::string_view csrf_field = "x-printfarm-csrf";
constexpr std::size_t hub_id_bytes_max = 64;
constexpr std::size_t user_agent_bytes_max = 256;

std::string_view first_segment(std::string_view path) {
  path.remove_prefix(1);
  return path.substr(0, path.find('/'));
}

std::optional<Method> method_of(std::string_view name) {
  if (name == "HEAD") return Method::get;  // The same answer; its body is not sent.
  std::string lower(name);
  for (auto& c : lower) {
    if (c < 'A' || c > 'Z') return std::nullopt;
    c = static_cast<char>(c + 32);
  }
  return from_word<Method>(lower);
}

bool is_safe(const RequestHead& head) { return head.method == "GET" || head.method == "HEAD"; }

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

// For whom requests are counted.
std::string name_of(const Caller& caller) {
  if (caller.api_key_id) return "key " + *caller.api_key_id;
  return "user " + caller.user_id;
}

std::string upper(std::string_view word) {
  std::string text(word);
  for (auto& c : text) c = static_cast<char>(c - 32);
  return text;
}

Destination refuse(Fault fault, std::string route = "unknown") {
  Destination where;
  where.route = std::move(route);
  where.fault = std::move(fault);
  return where;
}

Destination wrong_method(std::string allow, std::string route) {
  auto where = refuse({405, "This address exists, but not for this method. Use " + allow + "."},
                      std::move(route));
  where.explanation = {"Allow", std::move(allow)};
  return where;
}

Request request_of(const RequestHead& head, std::string body) {
  return {.method = method_of(head.method).value_or(Method::get),
          .path = head.path,
          .query = head.query,
          .content_type = std::string(head.field("content-type").value_or("")),
          .body = std::move(body)};
}

}  // namespace

Dispatcher::Dispatcher(const HttpSettings& settings, const HttpRooms& rooms)
    : settings_(settings),
      rooms_(rooms),
      origins_(settings.public_origin, settings.trusted_hosts,
               settings.tls ? Transport::tls : Transport::plain),
      safety_(origins_.served_by_https() ? CookieSafety::https : CookieSafety::plain_http),
      limits_(settings.rates),
      hub_admission_(settings.hub_admissions_burst, settings.hub_admissions_per_second,
                     rooms.clock.now()) {
  for (const auto& entry : rooms.router.entries()) {
    api_roots_.emplace(first_segment(entry->path));
  }
}

Destination Dispatcher::find(const RequestHead& head) const {
  if (!origins_.trusts_host(head.host())) {
    return refuse({421, "This server does not answer to the name " + std::string(head.host()) +
                            ". Whoever runs it can add the name to trusted_hosts."});
  }
  if (first_segment(head.path) == "ws") return find_socket(head);
  if (const auto page = rooms_.pages.find(head.path); page != rooms_.pages.end()) {
    if (!is_safe(head)) return wrong_method("GET, HEAD", page->first);
    Destination where{.kind = Destination::Kind::page, .route = page->first};
    where.page = &page->second;
    return where;
  }
  if (api_roots_.contains(first_segment(head.path))) return find_route(head);
  if (!is_safe(head)) return refuse(not_found("address"));
  return {.kind = Destination::Kind::web_app, .route = "web app"};
}

Destination Dispatcher::find_socket(const RequestHead& head) const {
  Destination where;
  if (head.path == dashboard_path) {
    where = {.kind = Destination::Kind::dashboard_socket, .route = std::string(dashboard_path)};
  } else if (head.path.starts_with(hub_path)) {
    where = {.kind = Destination::Kind::hub_socket, .route = "/ws/hub/{hub_id}"};
    where.hub_id = head.path.substr(hub_path.size());
    const bool is_id = !where.hub_id.empty() && where.hub_id.size() <= hub_id_bytes_max &&
                       where.hub_id.find('/') == std::string::npos;
    if (!is_id) return refuse(not_found("address"));
  } else {
    return refuse(not_found("address"));
  }
  if (head.wants_websocket()) return where;
  auto refused = refuse({426, "Open this address as a WebSocket."}, where.route);
  refused.explanation = {"Upgrade", "websocket"};
  return refused;
}

Destination Dispatcher::find_route(const RequestHead& head) const {
  const auto method = method_of(head.method);
  if (method) {
    if (auto match = rooms_.router.match(*method, head.path)) {
      const auto* entry = match->entry;
      const auto kind = entry->run ? Destination::Kind::api : Destination::Kind::upload;
      return {.kind = kind, .route = entry->path, .match = std::move(*match)};
    }
  }
  std::string allow;
  for (const auto one : rooms_.router.methods(head.path)) {
    if (!allow.empty()) allow += ", ";
    allow += upper(word(one));
    if (one == Method::get) allow += ", HEAD";
  }
  if (allow.empty()) return refuse(not_found("address"));
  return wrong_method(std::move(allow), "unknown");
}

bool Dispatcher::is_proxy(std::string_view address) const {
  const auto& proxies = settings_.trusted_proxies;
  return std::find(proxies.begin(), proxies.end(), address) != proxies.end();
}

bool Dispatcher::may_speak_plain(std::string_view peer_address) const {
  return is_loopback(peer_address) || is_proxy(peer_address);
}

Visitor Dispatcher::visitor(const RequestHead& head, std::string_view peer_address) const {
  Visitor visitor;
  visitor.request_id = uuid7(rooms_.clock.unix_now(), rooms_.random);
  visitor.address = peer_address;
  // Each proxy appends the address it saw; what stands before the first untrusted one is hearsay.
  std::string_view forwarded = head.field("x-forwarded-for").value_or("");
  while (is_proxy(visitor.address) && !forwarded.empty()) {
    const auto comma = forwarded.rfind(',');
    auto address = comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1);
    while (address.starts_with(' ')) address.remove_prefix(1);
    while (address.ends_with(' ')) address.remove_suffix(1);
    if (address.empty()) break;
    visitor.address = address;
    forwarded = comma == std::string_view::npos ? "" : forwarded.substr(0, comma);
  }
  visitor.user_agent = head.field("user-agent").value_or("").substr(0, user_agent_bytes_max);
  visitor.from_browser = head.field("origin").has_value();
  visitor.refresh_token = cookie_value(head, refresh_cookie, safety_);
  if (auto etag = head.field("if-match"); etag && *etag != "*") {
    if (etag->starts_with("W/")) etag->remove_prefix(2);
    if (etag->size() >= 2 && etag->starts_with('"') && etag->ends_with('"')) {
      etag = etag->substr(1, etag->size() - 2);
    }
    visitor.if_match = std::string(*etag);
  }
  return visitor;
}

std::optional<Fault> Dispatcher::count(RateClass rate, std::string_view who) {
  const auto wait = limits_.take(rate, who, rooms_.clock.now());
  if (wait == Milliseconds{0}) return std::nullopt;
  const auto seconds = std::chrono::ceil<Seconds>(wait);
  return Fault{.status = 429,
               .says = "Too many requests of this kind in a short time. Wait " +
                       std::to_string(seconds.count()) + " s, then try again.",
               .retry_after = seconds};
}

std::optional<Fault> Dispatcher::refuse_visitor(const Destination& where, const Visitor& visitor) {
  const auto* route = where.match.entry;
  if (!route || route->rate != RateClass::sign_in) return std::nullopt;
  return count(RateClass::sign_in, network_of(visitor.address));
}

std::optional<Fault> Dispatcher::refuse_hub() {
  const auto wait = hub_admission_.take(rooms_.clock.now());
  if (wait == Milliseconds{0}) return std::nullopt;
  // Each of the crowd a time of its own, or they would all be back together.
  const Seconds later(static_cast<int>(rooms_.random.below(hub_return_spread_seconds)));
  return Fault{.status = 503,
               .says = "Many hubs are connecting at once. Come back in a moment.",
               .retry_after = std::chrono::ceil<Seconds>(wait) + later};
}

std::optional<Dispatcher::Credential> Dispatcher::credential(const RequestHead& head) const {
  constexpr std::string_view bearer = "bearer ";
  if (const auto field = head.field("authorization")) {
    if (!equal_ignoring_case(field->substr(0, bearer.size()), bearer)) return std::nullopt;
    return Credential{std::string(field->substr(bearer.size()))};
  }
  auto token = cookie_value(head, access_cookie, safety_);
  if (!token) return std::nullopt;
  return Credential{std::move(*token), true};
}

std::optional<Fault> Dispatcher::refuse_foreign_page(const RequestHead& head) const {
  const auto origin = head.field("origin");
  if (!origin || !origins_.is_ours(*origin, head.host())) {
    return Fault{403,
                 "Only this server's own pages may do this with your sign-in. The Origin was " +
                     std::string(origin.value_or("not sent")) + "."};
  }
  if (head.field(csrf_field).value_or("").empty()) {
    return Fault{403,
                 "Send the field X-PrintFarm-CSRF (any value) with requests that change "
                 "something."};
  }
  return std::nullopt;
}

std::optional<Fault> Dispatcher::refuse_reader(const ServedPage& page, const RequestHead& head,
                                               const Visitor& visitor) const {
  if (page.reader == PageReader::anybody) return std::nullopt;
  // Behind a proxy on this machine that was not named, everybody would come from loopback.
  const bool was_forwarded =
      head.field("x-forwarded-for") || head.field("forwarded") || head.field("x-real-ip");
  if (is_loopback(visitor.address) && !was_forwarded) return std::nullopt;
  const auto credential = this->credential(head);
  const bool has_token = credential && !credential->is_cookie && !settings_.metrics_token.empty() &&
                         crypto::constant_time_equal(credential->token, settings_.metrics_token);
  if (has_token) return std::nullopt;
  return Fault{403,
               "This page is for the machine that the server runs on, or for who sends its "
               "metrics_token as a bearer."};
}

Answer<std::optional<Caller>> Dispatcher::admit(const RouteEntry& route, const RequestHead& head,
                                                const Visitor& visitor) {
  std::optional<Caller> caller;
  if (!route.least) {
    if (route.rate != RateClass::sign_in) {  // Those were counted before a worker was asked.
      if (auto fault = count(route.rate, network_of(visitor.address))) return *fault;
    }
    // A browser always sends one of these with a POST; a machine signs in without them.
    const bool from_page = head.field("origin") || head.field("sec-fetch-site");
    if (!is_safe(head) && from_page) {
      if (auto fault = refuse_foreign_page(head)) return *fault;
    }
    return caller;
  }
  const auto credential = this->credential(head);
  if (!credential) {
    if (auto fault = count(route.rate, network_of(visitor.address))) return *fault;
    return Fault{401, "Sign in first."};
  }
  if (!is_safe(head) && credential->is_cookie) {
    if (auto fault = refuse_foreign_page(head)) return *fault;
  }
  caller = rooms_.caller_of(visitor, credential->token);
  if (auto fault = count(route.rate, caller ? name_of(*caller) : network_of(visitor.address))) {
    return *fault;
  }
  if (!caller) return Fault{401, "Your sign-in is not valid or has expired. Sign in again."};
  if (caller->role < *route.least) {
    return Fault{403, "This needs the role " + std::string(word(*route.least)) + "; yours is " +
                          std::string(word(caller->role)) +
                          ". An owner or admin of the organization can change that."};
  }
  return caller;
}

Response Dispatcher::insist_on_tls(const RequestHead& head, const Visitor& visitor) const {
  const auto& id = visitor.request_id;
  if (!origins_.trusts_host(head.host())) return problem({400, "This port speaks TLS only."}, id);
  const auto address = "https://" + std::string(head.host()) + "/";
  // Only what people type into a browser: anything else may have sent its secrets in the clear,
  // and whoever runs it should hear of it.
  if (is_safe(head) && head.path == "/") return {.status = 308, .headers = {{"Location", address}}};
  return problem({400, "This port speaks TLS only. Use " + address + " instead."}, id);
}

Response Dispatcher::answer(const Destination& where, const RequestHead& head,
                            const Visitor& visitor, std::string body) {
  const auto request = request_of(head, std::move(body));
  if (where.page) {
    if (auto fault = refuse_reader(*where.page, head, visitor)) {
      return problem(*fault, visitor.request_id);
    }
    return where.page->serve(request);
  }
  const auto& route = *where.match.entry;
  auto caller = admit(route, head, visitor);
  if (!caller) return problem(caller.error(), visitor.request_id);
  const Call call{request, visitor, *caller ? &**caller : nullptr, where.match.path_values};
  const auto key = head.field("idempotency-key");
  if (!key || !call.caller || request.method != Method::post) return route.run(call);
  return rooms_.replies.once(*call.caller, route.path, request, *key,
                             [&] { return route.run(call); });
}

Result<std::unique_ptr<Upload>, Response> Dispatcher::begin_upload(const Destination& where,
                                                                   const RequestHead& head,
                                                                   const Visitor& visitor) {
  const auto& route = *where.match.entry;
  auto caller = admit(route, head, visitor);
  if (!caller) return problem(caller.error(), visitor.request_id);
  auto upload = route.begin_upload(**caller);
  if (!upload) return problem(upload.error(), visitor.request_id);
  return std::move(*upload);
}

std::optional<Fault> Dispatcher::refuse_socket(const Destination& where,
                                               const RequestHead& head) const {
  // A hub proves itself with its secret; a browser is believed by its cookie, which any page could
  // make it send.
  if (where.kind != Destination::Kind::dashboard_socket) return std::nullopt;
  const auto origin = head.field("origin");
  if (!origin || origins_.is_ours(*origin, head.host())) return std::nullopt;
  return Fault{403, "Only this server's own pages may open this socket."};
}

Answer<std::optional<Caller>> Dispatcher::socket_caller(const RequestHead& head,
                                                        const Visitor& visitor) {
  std::optional<Caller> caller;
  const auto credential = this->credential(head);
  if (credential && (!credential->is_cookie || head.field("origin"))) {
    caller = rooms_.caller_of(visitor, credential->token);
  }
  const auto who = caller ? name_of(*caller) : network_of(visitor.address);
  if (auto fault = count(RateClass::socket, who)) return *fault;
  return caller;
}

Response answer_broken_world(const std::exception_ptr& exception, std::string_view request_id,
                             std::string_view route, Log& log) {
  Fault fault{500,
              "Something broke in the server. Nothing is known to be changed. Try again, and "
              "tell whoever runs it the request_id."};
  std::string says = "not an exception of the standard library";
  try {
    std::rethrow_exception(exception);
  } catch (const DatabaseUnavailable& error) {
    fault = {503,
             "The database cannot be written now; nothing was changed. Try again in a minute. "
             "If it stays so, the disk may be full."};
    says = error.what();
  } catch (const BlobStorageFull& error) {
    fault = {507, "The disk is full; nothing was stored. Free some space, then try again."};
    says = error.what();
  } catch (const std::exception& error) {
    says = error.what();
  } catch (...) {
  }
  log.error("request failed", {{"request_id", request_id}, {"route", route}, {"error", says}});
  auto response = problem(fault, request_id);
  if (fault.status == 503) response.headers.emplace_back("Retry-After", "60");
  return response;
}

}  // namespace pf
