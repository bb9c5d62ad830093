#include "cloud/adapters/http/request_head.hpp"

#include <algorithm>
#include <charconv>

#include "cloud/adapters/http/utf8.hpp"
#include "cloud/kit/query.hpp"

namespace pf {
namespace {

// Fields of which two would leave it open which one counts.
constexpr std::string_view single_fields[] = {
    "host",   "content-length", "transfer-encoding", "content-type",      "authorization",
    "origin", "expect",         "idempotency-key",   "sec-websocket-key", "x-printfarm-csrf"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           std::string_view(".-:[]_").find(c) != std::string_view::npos;
  });
}

bool climbs(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

std::optional<Fault> settle_length(RequestHead& head, bool is_http_1_0) {
  if (const auto text = head.field("content-length")) {
    std::uint64_t length = 0;
    const auto* end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, length);
    if (parsed.ec != std::errc{} || parsed.ptr != end) {
      return Fault{400, "The Content-Length is not a number."};
    }
    head.content_length = length;
  }
  if (const auto coding = head.field("transfer-encoding")) {
    // Both at once, or a coding that somebody before us may not know, is how requests are smuggled.
    if (head.content_length) {
      return Fault{400, "Send either Content-Length or Transfer-Encoding, not both."};
    }
    if (is_http_1_0 || !equal_ignoring_case(*coding, "chunked")) {
      return Fault{400, "The only Transfer-Encoding understood here is chunked, with HTTP/1.1."};
    }
    head.is_chunked = true;
  }
  return std::nullopt;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> RequestHead::field(std::string_view lower_case_name) const {
  for (const auto& one : fields) {
    if (one.name == lower_case_name) return one.value;
  }
  return std::nullopt;
}

bool RequestHead::lists(std::string_view lower_case_name, std::string_view token) const {
  for (const auto& one : fields) {
    if (one.name != lower_case_name) continue;
    std::string_view rest = one.value;
    while (!rest.empty()) {
      const auto member = rest.substr(0, rest.find(','));
      if (equal_ignoring_case(trimmed(member), token)) return true;
      rest.remove_prefix(std::min(member.size() + 1, rest.size()));
    }
  }
  return false;
}

bool RequestHead::expects_continue() const {
  return equal_ignoring_case(field("expect").value_or(""), "100-continue");
}

bool RequestHead::wants_websocket() const {
  return method == "GET" && lists("connection", "upgrade") && lists("upgrade", "websocket");
}

Answer<Target> parse_target(std::string_view target) {
  const Fault bad{400, "This address is malformed."};
  if (!target.starts_with('/')) return bad;
  const auto mark = std::min(target.find('?'), target.size());
  const auto raw_path = target.substr(0, mark);
  // An encoded slash would be one segment here and two for somebody else.
  for (const auto* forbidden : {"%2f", "%2F", "%5c", "%5C", "\\", "#"}) {
    if (raw_path.find(forbidden) != std::string_view::npos) return bad;
  }
  auto path = percent_decoded(raw_path, false);
  if (!path || !is_utf8(*path) || path->find("//") != std::string::npos || climbs(*path) ||
      std::any_of(path->begin(), path->end(), is_control)) {
    return bad;
  }
  return Target{std::move(*path), std::string(target.substr(std::min(mark + 1, target.size())))};
}

std::optional<Fault> settle(RequestHead& head, bool is_http_1_0) {
  for (const auto name : single_fields) {
    const auto count = std::count_if(head.fields.begin(), head.fields.end(),
                                     [&](const HeaderField& one) { return one.name == name; });
    if (count > 1) return Fault{400, "The field " + std::string(name) + " is sent twice."};
  }
  if (!is_host(head.field("host").value_or(""))) {
    return Fault{400, "Send the Host field with the name of this server."};
  }
  if (auto fault = settle_length(head, is_http_1_0)) return fault;
  const auto expect = head.field("expect");
  if (expect && !head.expects_continue()) {
    return Fault{417, "The only expectation understood here is 100-continue."};
  }
  head.keeps_alive =
      is_http_1_0 ? head.lists("connection", "keep-alive") : !head.lists("connection", "close");
  return std::nullopt;
}

}  // namespace pf
