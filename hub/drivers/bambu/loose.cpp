#include "hub/drivers/bambu/loose.hpp"

#include <charconv>
#include <cmath>

namespace pf::hub::bambu {
namespace {

std::optional<double> parsed_number(std::string_view text) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc{} || result.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parsed_hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, 16);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

bool LooseText::read(json::Reader& reader) {
  switch (reader.peek()) {
    case json::ValueKind::text: return reader.text(value);
    case json::ValueKind::number:
    case json::ValueKind::boolean: {
      std::string_view raw;
      if (!reader.raw(raw)) return false;
      value = raw;
      return true;
    }
    default: value.clear(); return reader.skip();
  }
}

bool LooseNumber::read(json::Reader& reader) {
  LooseText text;
  if (!text.read(reader)) return false;
  value = parsed_number(text.value);
  return true;
}

bool LooseHex::read(json::Reader& reader) {
  LooseText text;
  if (!text.read(reader)) return false;
  value = parsed_hex(text.value);
  return true;
}

std::optional<double> number(const Number& field) { return field ? field->value : std::nullopt; }

std::optional<std::int64_t> whole(const Number& field) {
  const auto value = number(field);
  if (!value || std::fabs(*value) >= 9e15) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::string_view text(const Letters& field) {
  return field ? std::string_view(field->value) : std::string_view();
}

std::optional<double> positive(const Number& field) {
  const auto value = number(field);
  return value && *value > 0 ? value : std::nullopt;
}

std::optional<int> small_number(const Letters& field, int max) {
  int value = 0;
  const auto digits = text(field);
  const auto* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value < 0 || value > max) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::uint64_t> bits(const Hex& field) { return field ? field->value : std::nullopt; }

std::string_view clipped(std::string_view text, std::size_t max) {
  if (text.size() <= max) return text;
  while (max > 0 && (static_cast<unsigned char>(text[max]) & 0xc0) == 0x80) --max;
  return text.substr(0, max);
}

}  // namespace pf::hub::bambu
