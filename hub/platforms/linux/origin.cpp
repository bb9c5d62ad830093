#include "hub/platforms/linux/origin.hpp"

#include <charconv>

namespace pf::hub {
namespace {

constexpr std::size_t host_characters_max = 253;
constexpr std::uint16_t plain_port = 80, secure_port = 443;

std::uint16_t usual_port(bool secure) { return secure ? secure_port : plain_port; }

bool eat(std::string_view& text, std::string_view start) {
  if (text.substr(0, start.size()) != start) return false;
  text.remove_prefix(start.size());
  return true;
}

bool is_host_character(char c, bool bracketed) {
  const bool alphanumeric =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || c == '.' || (bracketed ? c == ':' : c == '-' || c == '_');
}

// Takes the host off the front; empty when there is none.
std::string take_host(std::string_view& text) {
  const bool bracketed = eat(text, "[");
  std::size_t length = 0;
  while (length < text.size() && is_host_character(text[length], bracketed)) ++length;
  std::string host(text.substr(0, length));
  text.remove_prefix(length);
  if (bracketed && !eat(text, "]")) return {};
  return host.size() <= host_characters_max ? host : std::string();
}

bool take_port(std::string_view& text, std::uint16_t& port) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  const auto length = static_cast<std::size_t>(parsed.ptr - text.data());
  text.remove_prefix(length);
  return parsed.ec == std::errc{} && port != 0;
}

}  // namespace

Result<Origin, OriginFault> parse_origin(std::string_view url) {
  const OriginFault fault{"'" + std::string(url.substr(0, 300)) +
                          "' is not the address of a cloud: it looks like https://farm.example or "
                          "http://127.0.0.1:8080, without anything after it"};
  std::string_view rest = url;
  Origin origin;
  if (eat(rest, "http://")) {
    origin.secure = false;
  } else if (!eat(rest, "https://")) {
    return fault;
  }
  origin.host = take_host(rest);
  origin.port = usual_port(origin.secure);
  if (origin.host.empty()) return fault;
  if (eat(rest, ":") && !take_port(rest, origin.port)) return fault;
  if (!rest.empty() && rest != "/") return fault;
  return origin;
}

std::string Origin::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != usual_port(secure)) text += ":" + std::to_string(port);
  return text;
}

std::string to_text(const Origin& origin) {
  return (origin.secure ? "https://" : "http://") + origin.authority();
}

}  // namespace pf::hub
