// RFC 9110 section 14: which part of a stored file a request asks for. One range; a list of ranges
// is answered with the whole, which the RFC allows.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace pf {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

enum class RangeKind { whole, part, unsatisfiable };

struct RangeChoice {
  RangeKind kind = RangeKind::whole;
  ByteRange range;
};

// `range` and `if_range` are the fields' values as sent, if they were; the etag has no quotes.
RangeChoice choose_range(std::optional<std::string_view> range,
                         std::optional<std::string_view> if_range, std::string_view etag,
                         std::uint64_t size);

// Whether a field such as If-None-Match names this etag (weakly), or is "*".
bool names_etag(std::string_view field, std::string_view etag);

}  // namespace pf
