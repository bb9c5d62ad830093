#include "cloud/adapters/http/cookies.hpp"

#include <algorithm>

namespace pf {
namespace {

std::string sent_name(std::string_view name, CookieSafety safety) {
  return (safety == CookieSafety::https ? "__Host-" : "") + std::string(name);
}

}  // namespace

std::optional<std::string> cookie_value(const RequestHead& head, std::string_view name,
                                        CookieSafety safety) {
  const auto wanted = sent_name(name, safety);
  for (const auto& field : head.fields) {
    if (field.name != "cookie") continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      auto pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.size() <= wanted.size() || pair[wanted.size()] != '=') continue;
      if (!pair.starts_with(wanted)) continue;
      const auto value = pair.substr(wanted.size() + 1);
      if (!value.empty()) return std::string(value);
    }
  }
  return std::nullopt;
}

std::string set_cookie(const Cookie& cookie, CookieSafety safety) {
  auto field = sent_name(cookie.name, safety) + "=" + cookie.value + "; Path=" + cookie.path +
               "; Max-Age=" + std::to_string(cookie.max_age_seconds) + "; HttpOnly; SameSite=Lax";
  if (safety == CookieSafety::https) field += "; Secure";
  return field;
}

}  // namespace pf
