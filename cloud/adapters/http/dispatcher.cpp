#include "cloud/adapters/http/dispatcher.hpp"

#include "cloud/ports/database.hpp"

namespace pf {
namespace {

constexpr std::string_view dashboard_path = "/ws/dashboard";
constexpr std::string_view hub_path = "/ws/hub/";
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
    if (!head.is_safe()) return wrong_method("GET, HEAD", page->first);
    Destination where{.kind = Destination::Kind::page, .route = page->first};
    where.page = &page->second;
    return where;
  }
  if (api_roots_.contains(first_segment(head.path))) return find_route(head);
  if (!head.is_safe()) return refuse(not_found("address"));
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

Response Dispatcher::insist_on_tls(const RequestHead& head, const Visitor& visitor) const {
  const auto& id = visitor.request_id;
  if (!origins_.trusts_host(head.host())) return problem({400, "This port speaks TLS only."}, id);
  const auto address = "https://" + std::string(head.host()) + "/";
  // Only what people type into a browser: anything else may have sent its secrets in the clear,
  // and whoever runs it should hear of it.
  if (head.is_safe() && head.path == "/")
    return {.status = 308, .headers = {{"Location", address}}};
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

Response answer_broken_world(const std::exception_ptr& exception, std::string_view request_id,
                             std::string_view route, Log& log) {
  Fault fault{500,
              "Something broke in the server. Nothing is known to be changed. Try again, and "
              "tell whoever runs it the request_id."};
  std::string says = "not an exception of the standard library";
  try {
    std::rethrow_exception(exception);
  } catch (const OutcomeUnknown& error) {
    fault.says =
        "The connection to the database broke while this was being saved: it may be saved or "
        "not. Look before you try again.";
    says = error.what();
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
