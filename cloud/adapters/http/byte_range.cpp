#include "cloud/adapters/http/byte_range.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace pf {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

RangeChoice part(std::uint64_t first, std::uint64_t size) {
  return {RangeKind::part, {first, size}};
}

}  // namespace

RangeChoice choose_range(std::optional<std::string_view> range,
                         std::optional<std::string_view> if_range, std::string_view etag,
                         std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!range || !range->starts_with(unit)) return {};
  // A resumed download of what has changed meanwhile must start over. Only a strong ETag counts.
  if (if_range && *if_range != "\"" + std::string(etag) + "\"") return {};
  const auto text = range->substr(unit.size());
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = number(text.substr(0, dash));
  const auto last = number(text.substr(dash + 1));
  const bool has_first = dash > 0, has_last = dash + 1 < text.size();
  if ((has_first && !first) || (has_last && !last) || (!has_first && !has_last)) return {};
  const RangeChoice unsatisfiable{RangeKind::unsatisfiable, {}};
  if (!has_first) {
    const auto wanted = std::min(*last, size);
    return wanted == 0 ? unsatisfiable : part(size - wanted, wanted);
  }
  if (has_last && *last < *first) return {};
  if (*first >= size) return unsatisfiable;
  const auto end = has_last ? std::min(*last, size - 1) : size - 1;
  return part(*first, end - *first + 1);
}

bool names_etag(std::string_view field, std::string_view etag) {
  if (field == "*") return true;
  const auto quoted = "\"" + std::string(etag) + "\"";
  while (!field.empty()) {
    auto one = field.substr(0, field.find(','));
    field.remove_prefix(std::min(one.size() + 1, field.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == quoted) return true;
  }
  return false;
}

}  // namespace pf
