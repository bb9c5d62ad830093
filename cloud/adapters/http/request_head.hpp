// The head of a request as a value, already checked: what passes here means one thing only, to this
// server and to any proxy before it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/kit/fault.hpp"

namespace pf {

inline constexpr std::size_t head_bytes_max = 16 * 1024;
inline constexpr std::size_t fields_max = 100;

struct HeaderField {
  std::string name;  // Lower case.
  std::string value;
};

struct RequestHead {
  std::string method;  // As sent: "GET".
  std::string path;    // Decoded; begins with '/', has no "..", no "//", no control character.
  std::string query;   // Raw, without '?'.
  std::vector<HeaderField> fields;
  std::optional<std::uint64_t> content_length;
  bool is_chunked = false;
  bool keeps_alive = true;

  // Absent: not sent. The first, where a field may be repeated.
  std::optional<std::string_view> field(std::string_view lower_case_name) const;
  // Whether a comma-separated field has this member, whatever its case.
  bool lists(std::string_view lower_case_name, std::string_view token) const;
  std::string_view host() const { return *field("host"); }
  bool is_safe() const { return method == "GET" || method == "HEAD"; }  // Changes nothing.
  bool has_body() const { return is_chunked || content_length.value_or(0) > 0; }
  bool expects_continue() const;
  bool wants_websocket() const;
};

struct Target {
  std::string path, query;
};
// Only the origin form ("/path?query") is an address of ours.
Answer<Target> parse_target(std::string_view target);
// Fills what is derived from the fields, and refuses what two readers might read differently.
std::optional<Fault> settle(RequestHead& head, bool is_http_1_0);

bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace pf
