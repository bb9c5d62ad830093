// Query strings and path numbers into typed values, as strictly as bodies.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud/kit/fault.hpp"
#include "protocol/json.hpp"
#include "protocol/words.hpp"

namespace pf {

inline constexpr std::size_t query_parameters_max = 32;

// "%20" and "+" decoded; nullopt for a broken escape or text that holds NUL.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);
// In order. A fault for broken escapes or too many parameters.
Answer<std::vector<std::pair<std::string, std::string>>> query_parameters(std::string_view query);
// A non-negative number in a path; anything else is not found.
Answer<int> path_number(const std::string& text);

template <class Field>
constexpr bool is_text_field() {
  if constexpr (is_optional<Field>) {
    return is_text_field<typename Field::value_type>();
  } else {
    return BoundedText<Field> || Worded<Field> || std::is_same_v<Field, std::string> ||
           std::is_same_v<Field, Serial>;
  }
}

// Each parameter is read by the same reader as a JSON member of that name.
template <class Query>
Answer<Query> decode_query(std::string_view query) {
  auto parameters = query_parameters(query);
  if (!parameters) return parameters.error();
  Query value{};
  for (const auto& parameter : *parameters) {
    const std::string& name = parameter.first;
    const std::string& text = parameter.second;
    bool known = false;
    std::optional<Fault> fault;
    Query::each_field(value, [&](std::string_view field_name, auto& field) {
      if (known || field_name != name) return;
      known = true;
      std::string json = text;
      if constexpr (is_text_field<std::remove_cvref_t<decltype(field)>>()) {
        json.clear();
        json::append_text(json, text);
      }
      json::Reader reader(json);
      if (!json::read(reader, field) || !reader.finish()) {
        fault = invalid(std::string(field_name), reader.fault().says);
      }
    });
    if (fault) return *fault;
    if (!known) return invalid(name, "is not a known parameter");
  }
  return value;
}

}  // namespace pf
