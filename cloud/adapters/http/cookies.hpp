// Cookies by their logical names ("access", "refresh"). Over https they travel with the __Host-
// prefix, which binds them to this host and to Secure; on plain http://localhost without.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/adapters/http/request_head.hpp"
#include "cloud/kit/http.hpp"

namespace pf {

inline constexpr std::string_view access_cookie = "access";
inline constexpr std::string_view refresh_cookie = "refresh";

enum class CookieSafety { plain_http, https };

std::optional<std::string> cookie_value(const RequestHead& head, std::string_view name,
                                        CookieSafety safety);
// The value of a Set-Cookie field.
std::string set_cookie(const Cookie& cookie, CookieSafety safety);

}  // namespace pf
