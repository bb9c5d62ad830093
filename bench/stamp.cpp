#include "bench/stamp.hpp"

#include <charconv>

namespace pf::bench {
namespace {

constexpr std::string_view prefix = "bench-";
constexpr std::string_view marker = "\"current_file\":\"bench-";
constexpr std::size_t printer_digits = 6, time_digits = 15;

std::string digits(std::int64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string stamped_file_name(const Stamp& stamp) {
  return std::string(prefix) + digits(static_cast<std::int64_t>(stamp.printer), printer_digits) +
         "-" + digits(stamp.sent_us, time_digits);
}

std::optional<Stamp> StampReader::next() {
  for (;;) {
    const auto at = rest_.find(marker);
    if (at == std::string_view::npos) return std::nullopt;
    rest_.remove_prefix(at + marker.size());
    if (rest_.size() < printer_digits + 1 + time_digits) return std::nullopt;
    const auto printer = number_of(rest_.substr(0, printer_digits));
    const auto sent_us = number_of(rest_.substr(printer_digits + 1, time_digits));
    if (printer && sent_us) return Stamp{static_cast<std::size_t>(*printer), *sent_us};
  }
}

}  // namespace pf::bench
