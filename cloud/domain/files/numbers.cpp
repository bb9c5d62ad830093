#include "cloud/domain/files/numbers.hpp"

#include <charconv>
#include <cmath>

namespace pf {
namespace {

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end || number < 0) return std::nullopt;
  return number;
}

}  // namespace

std::optional<double> amount_in(std::string_view text) {
  const auto number = number_in<double>(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<int> count_in(std::string_view text) { return number_in<int>(text); }

std::optional<double> shared_amount_in(std::string_view comma_list) {
  std::optional<double> shared;
  while (true) {
    const auto comma = comma_list.find(',');
    const auto one = amount_in(comma_list.substr(0, comma));
    if (!one || (shared && *shared != *one)) return std::nullopt;
    shared = one;
    if (comma == std::string_view::npos) return shared;
    comma_list.remove_prefix(comma + 1);
  }
}

}  // namespace pf
