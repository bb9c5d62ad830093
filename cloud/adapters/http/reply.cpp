#include "cloud/adapters/http/reply.hpp"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <ctime>

namespace pf {
namespace {

namespace http = boost::beast::http;

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  // A line break in a value would begin a field, or a reply, of somebody else's making.
  std::copy_if(value.begin(), value.end(), std::back_inserter(head),
               [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7f; });
  head += "\r\n";
}

std::string http_date(UnixTime now) {
  const std::time_t seconds = now.milliseconds / 1000;
  std::tm parts;
  gmtime_r(&seconds, &parts);
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %d %02d:%02d:%02d GMT", days[parts.tm_wday],
                parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
                parts.tm_min, parts.tm_sec);
  return text;
}

// Styles are allowed inline because the component library sets them; scripts are not.
std::string content_security_policy(const ReplyContext& context) {
  std::string policy =
      "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
      "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
  if (context.host.empty()) return policy;
  // Not every browser counts our own WebSocket as 'self'.
  const auto* scheme = context.safety == CookieSafety::https ? "wss://" : "ws://";
  return policy.append("; connect-src 'self' ").append(scheme).append(context.host);
}

bool has_field(const Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [name](const auto& field) { return field.first == name; });
}

void append_standing_fields(std::string& head, const ReplyContext& context) {
  append_field(head, "Date", http_date(context.now));
  append_field(head, "X-Request-Id", context.request_id);
  append_field(head, "X-Content-Type-Options", "nosniff");
  append_field(head, "Referrer-Policy", "same-origin");
  append_field(head, "Cross-Origin-Opener-Policy", "same-origin");
  append_field(head, "Cross-Origin-Resource-Policy", "same-origin");
  append_field(head, "Content-Security-Policy", content_security_policy(context));
  // Not for localhost, which whoever develops web pages shares with plain ones.
  if (context.safety == CookieSafety::https && !context.host.starts_with("localhost")) {
    append_field(head, "Strict-Transport-Security", "max-age=31536000");
  }
}

}  // namespace

bool is_bodiless(int status) { return status < 200 || status == 204 || status == 304; }

std::string reply_head(const Response& response, std::uint64_t body_bytes,
                       const ReplyContext& context) {
  std::string head;
  head.reserve(1024);
  const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason.data(), reason.size()).append("\r\n");
  append_standing_fields(head, context);
  append_field(head, "Connection", context.keeps_alive ? "keep-alive" : "close");
  if (!is_bodiless(response.status)) {
    append_field(head, "Content-Type", response.content_type);
    append_field(head, "Content-Length", std::to_string(body_bytes));
  }
  if (!has_field(response, "Cache-Control")) {
    // What the API says is for one person. With an ETag it may be kept, but is asked for again.
    append_field(head, "Cache-Control",
                 has_field(response, "ETag") ? "private, no-cache" : "no-store");
  }
  if (response.status == 401) append_field(head, "WWW-Authenticate", "Bearer");
  for (const auto& [name, value] : response.headers) append_field(head, name, value);
  for (const auto& cookie : response.cookies) {
    append_field(head, "Set-Cookie", set_cookie(cookie, context.safety));
  }
  return head += "\r\n";
}

std::string content_disposition(std::string_view file_name) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string plain, encoded;
  for (const char c : file_name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = byte >= ' ' && byte < 0x7f && c != '"' && c != '\\' && c != '%';
    plain += is_plain ? c : '_';
    const bool is_token = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') ||
                          std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
    if (is_token) {
      encoded += c;
    } else {
      encoded.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

}  // namespace pf
