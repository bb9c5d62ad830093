#include "cloud/adapters/sql/postgres/values.hpp"

#include <charconv>
#include <utility>

#include "crypto/text.hpp"

namespace pf {
namespace {

// Numbers of built-in types never change; they are in the server's pg_type.dat.
constexpr unsigned type_bool = 16, type_bytea = 17, type_int8 = 20, type_int2 = 21, type_int4 = 23,
                   type_float4 = 700, type_float8 = 701, type_numeric = 1700;

template <class Number>
std::string number_text(Number number) {
  char digits[64];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  return {digits, end};
}

template <class Number>
std::optional<Number> parsed(std::string_view text) {
  Number number{};
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return number;
}

SqlValue whole_number(std::string_view text) {
  if (const auto number = parsed<std::int64_t>(text)) return *number;
  throw DatabaseError("the database gave a number that is too large: " + std::string(text));
}

SqlValue fraction(std::string_view text) {
  if (const auto number = parsed<double>(text)) return *number;
  throw DatabaseError("the database gave a number that cannot be read: " + std::string(text));
}

}  // namespace

PostgresParameters::PostgresParameters(const std::vector<SqlValue>& values) {
  copies_.reserve(values.size());  // Pointers into it must stay.
  for (const auto& value : values) add(value);
}

void PostgresParameters::add(const SqlValue& value) {
  if (std::holds_alternative<std::monostate>(value)) {
    pointers_.push_back(nullptr);
  } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    add_copy(number_text(*whole));
  } else if (const auto* real = std::get_if<double>(&value)) {
    add_copy(number_text(*real));
  } else if (const auto* blob = std::get_if<Blob>(&value)) {
    add_copy("\\x" + crypto::hex(blob->bytes));
  } else {
    const auto& text = std::get<std::string>(value);
    // libpq would take it for the text's end and silently store the part before it.
    if (text.find('\0') != std::string::npos) {
      throw DatabaseError("text with a NUL character cannot be stored");
    }
    pointers_.push_back(text.c_str());
  }
}

void PostgresParameters::add_copy(std::string text) {
  pointers_.push_back(copies_.emplace_back(std::move(text)).c_str());
}

SqlValue postgres_value(unsigned type, std::string_view text) {
  switch (type) {
    case type_bool: return std::int64_t{text == "t"};
    case type_int2:
    case type_int4:
    case type_int8: return whole_number(text);
    case type_float4:
    case type_float8: return fraction(text);
    case type_numeric:  // What SUM of BIGINT gives.
      return text.find_first_of(".NI") == std::string_view::npos ? whole_number(text)
                                                                 : fraction(text);
    case type_bytea: {
      auto bytes = text.starts_with("\\x") ? crypto::from_hex(text.substr(2)) : std::nullopt;
      if (!bytes) throw DatabaseError("the database gave bytes that cannot be read");
      return Blob{std::move(*bytes)};
    }
    default: return std::string(text);
  }
}

}  // namespace pf
