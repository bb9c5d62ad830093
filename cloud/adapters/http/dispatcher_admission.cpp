// Who may ask, and how often.
#include <algorithm>
#include <chrono>

#include "cloud/adapters/http/dispatcher.hpp"
#include "crypto/hash.hpp"

namespace pf {
namespace {

constexpr std::uint64_t hub_return_spread_seconds = 10;
constexpr std::string_view csrf_field = "x-printfarm-csrf";

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

// For whom requests are counted.
std::string name_of(const Caller& caller) {
  if (caller.api_key_id) return "key " + *caller.api_key_id;
  return "user " + caller.user_id;
}

}  // namespace

bool Dispatcher::is_proxy(std::string_view address) const {
  const auto& proxies = settings_.trusted_proxies;
  return std::find(proxies.begin(), proxies.end(), address) != proxies.end();
}

bool Dispatcher::may_speak_plain(std::string_view peer_address) const {
  return is_loopback(peer_address) || is_proxy(peer_address);
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
    if (!head.is_safe() && from_page) {
      if (auto fault = refuse_foreign_page(head)) return *fault;
    }
    return caller;
  }
  const auto credential = this->credential(head);
  if (!credential) {
    if (auto fault = count(route.rate, network_of(visitor.address))) return *fault;
    return Fault{401, "Sign in first."};
  }
  if (!head.is_safe() && credential->is_cookie) {
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

}  // namespace pf
