// How a struct names its fields to the world, once. JSON both ways, SQL columns, JSON Schema, Zod
// and TypeScript are all visitors over this. The house has two macros and they are both here.
//
//   struct Temperatures {
//     std::optional<Celsius> nozzle, bed;   // unknown is absent
//     FIELDS(nozzle, bed)
//   };
//   enum class PrinterState { idle, printing };
//   WORDS(PrinterState, idle, printing)     // values must run from 0; a trailing _ is not shown
#pragma once
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#define PF_PARENS ()
#define PF_EXPAND(...) PF_EXPAND3(PF_EXPAND3(PF_EXPAND3(PF_EXPAND3(__VA_ARGS__))))
#define PF_EXPAND3(...) PF_EXPAND2(PF_EXPAND2(PF_EXPAND2(PF_EXPAND2(__VA_ARGS__))))
#define PF_EXPAND2(...) PF_EXPAND1(PF_EXPAND1(PF_EXPAND1(PF_EXPAND1(__VA_ARGS__))))
#define PF_EXPAND1(...) __VA_ARGS__
#define PF_EACH(macro, ...) __VA_OPT__(PF_EXPAND(PF_EACH_NEXT(macro, __VA_ARGS__)))
#define PF_EACH_NEXT(macro, x, ...) macro(x) __VA_OPT__(PF_EACH_AGAIN PF_PARENS(macro, __VA_ARGS__))
#define PF_EACH_AGAIN() PF_EACH_NEXT
#define PF_VISIT_FIELD(x) visit(::pf::shown_name(#x), self.x);
#define PF_SHOWN_NAME(x) ::pf::shown_name(#x),

#define FIELDS(...)                                               \
  template <class Self, class Visitor>                            \
  static constexpr void each_field(Self& self, Visitor&& visit) { \
    PF_EACH(PF_VISIT_FIELD, __VA_ARGS__)                          \
  }
#define WORDS(Enum, ...)                                                           \
  constexpr auto words_of(Enum) {                                                  \
    return std::to_array<std::string_view>({PF_EACH(PF_SHOWN_NAME, __VA_ARGS__)}); \
  }

namespace pf {

// C++ keywords are written with a trailing underscore (operator_) and shown without it.
constexpr std::string_view shown_name(std::string_view name) {
  if (name.ends_with('_')) name.remove_suffix(1);
  return name;
}

// Constraints live in types, so parsing is validating: on the server, on the hub, in the browser.
template <class T, auto Min, auto Max>
struct Bounded {
  T value{};
  static constexpr T min = static_cast<T>(Min), max = static_cast<T>(Max);

  constexpr Bounded() = default;
  constexpr Bounded(T number) : value(number) {}
  constexpr operator T() const { return value; }
};

// UTF-8 text of Min to Max bytes.
template <std::size_t Min, std::size_t Max>
struct Text {
  std::string value;
  static constexpr std::size_t min = Min, max = Max;

  Text() = default;
  Text(std::string text) : value(std::move(text)) {}
  Text(std::string_view text) : value(text) {}
  Text(const char* text) : value(text) {}
  operator std::string_view() const { return value; }
  bool empty() const { return value.empty(); }
  friend bool operator==(const Text& a, const Text& b) { return a.value == b.value; }
  friend bool operator==(const Text& a, std::string_view b) { return a.value == b; }
  friend bool operator==(const Text& a, const char* b) { return a.value == b; }
  friend auto operator<=>(const Text& a, const Text& b) { return a.value <=> b.value; }
};

// A list of at most Max entries.
template <class T, std::size_t Max>
struct List {
  std::vector<T> value;
  static constexpr std::size_t max_items = Max;

  auto begin() const { return value.begin(); }
  auto end() const { return value.end(); }
  bool empty() const { return value.empty(); }
  std::size_t size() const { return value.size(); }
};

struct FieldProbe {
  template <class T>
  constexpr void operator()(std::string_view, T&) const {}
};
template <class T>
concept Described = requires(T& object) {
  T::each_field(object, FieldProbe{});
};
// A message of a wire: its "type" member is a constant of the struct, not a field.
template <class T>
concept TypedMessage = std::is_same_v<decltype(T::type), const std::string_view>;
template <class T>
concept Worded = std::is_enum_v<T> && requires(T word) {
  words_of(word);
};
template <class T>
concept BoundedNumber = requires(T t) {
  t.value;
  T::min;
  T::max;
}
&&std::is_arithmetic_v<decltype(T::value)>;
template <class T>
concept BoundedText = requires(T t) {
  t.value;
  T::min;
  T::max;
}
&&std::same_as<decltype(T::value), std::string>;
template <class T>
concept BoundedList = requires {
  T::max_items;
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <Worded E>
constexpr std::string_view word(E value) {
  return words_of(value)[static_cast<std::size_t>(value)];
}
template <Worded E>
constexpr std::optional<E> from_word(std::string_view text) {
  const auto words = words_of(E{});
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == text) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace pf
