// JSON from and to described structs. Reading onto an object that already holds values merges:
// members that are absent keep what they have, which is what printers' delta reports need.
#pragma once
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/result.hpp"
#include "protocol/describe.hpp"
#include "protocol/reader.hpp"

namespace pf::json {

inline constexpr std::size_t fields_per_struct_max = 64;  // One bit each while reading.

// A value that is JSON already: carried through, never looked into.
struct Raw {
  std::string value = "null";
  friend bool operator==(const Raw&, const Raw&) = default;
};

// Types that no field list can describe read and write themselves.
template <class T>
concept ReadsItself = requires(T& value, Reader& reader) {
  { value.read(reader) } -> std::same_as<bool>;
};
template <class T>
concept WritesItself = requires(const T& value, std::string& out) {
  value.write(out);
};

// ---- write ----

void append_text(std::string& out, std::string_view text);

template <class T>
void write(std::string& out, const T& value);

template <class T>
void append_number(std::string& out, T number) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number);
  out.append(buffer, end.ptr);
}

template <class Items>
void append_list(std::string& out, const Items& items) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    write(out, item);
  }
  out += ']';
}

template <Described T>
void append_fields(std::string& out, const T& object) {
  bool first = true;
  const auto append = [&](std::string_view name, const auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (is_optional<Field>) {
      if (!field) return;  // Unknown is absent.
    }
    if (!first) out += ',';
    first = false;
    out += '"';
    out += name;
    out += "\":";
    write(out, field);
  };
  if constexpr (TypedMessage<T>) append("type", T::type);
  T::each_field(object, append);
}

template <class T>
void write(std::string& out, const T& value) {
  if constexpr (WritesItself<T>) {
    value.write(out);
  } else if constexpr (std::is_same_v<T, Raw>) {
    out += value.value;
  } else if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (BoundedNumber<T> || BoundedText<T>) {
    write(out, value.value);
  } else if constexpr (Worded<T>) {
    append_text(out, word(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    // JSON has no word for "not a number"; such a value is unknown.
    if (std::isfinite(value)) {
      append_number(out, value);
    } else {
      out += "null";
    }
  } else if constexpr (std::is_arithmetic_v<T>) {
    append_number(out, value);
  } else if constexpr (is_optional<T>) {
    if (value) {
      write(out, *value);
    } else {
      out += "null";
    }
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    append_text(out, value);
  } else if constexpr (is_vector<T> || BoundedList<T>) {
    append_list(out, value);
  } else {
    static_assert(Described<T>, "give the type FIELDS");
    out += '{';
    append_fields(out, value);
    out += '}';
  }
}

template <class T>
std::string encode(const T& value) {
  std::string out;
  write(out, value);
  return out;
}

// ---- read ----

template <class T>
bool read(Reader& reader, T& value);

template <class T>
std::string range_text(T min, T max) {
  std::string text = "must be between ";
  append_number(text, min);
  text += " and ";
  append_number(text, max);
  return text;
}

template <Worded T>
bool read_word(Reader& reader, T& value) {
  std::string text;
  if (!reader.text(text)) return false;
  const auto known = from_word<T>(text);
  if (!known) {
    std::string says = "must be one of";
    for (const auto one : words_of(T{})) says.append(" ").append(one);
    return reader.fail(std::move(says));
  }
  value = *known;
  return true;
}

template <class Item>
bool read_items(Reader& reader, std::vector<Item>& items, std::size_t items_max) {
  items.clear();
  return reader.list([&](std::size_t index) {
    if (index >= items_max) {
      return reader.fail("must have at most " + std::to_string(items_max) + " entries");
    }
    return read(reader, items.emplace_back());
  });
}

template <Described T>
bool read_object(Reader& reader, T& object) {
  std::uint64_t seen = 0;
  const bool whole = reader.object([&](std::string_view key) {
    bool known = false, good = true;
    std::uint64_t bit = 1;
    T::each_field(object, [&](std::string_view name, auto& field) {
      if (!known && name == key) {
        known = true;
        seen |= bit;
        good = read(reader, field);
        if (!good) reader.inside(name);
      }
      bit <<= 1;
    });
    if (known) return good;
    if constexpr (TypedMessage<T>) {
      if (key == "type") return reader.skip();
    }
    if (reader.options().unknown_keys == UnknownKeys::skip) return reader.skip();
    reader.fail("is not a known field");
    reader.inside(key);
    return false;
  });
  if (!whole) return false;
  std::uint64_t bit = 1;
  T::each_field(object, [&](std::string_view name, auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (!is_optional<Field>) {
      if (!(seen & bit) && !reader.failed()) {
        reader.fail("is missing");
        reader.inside(name);
      }
    }
    bit <<= 1;
  });
  return !reader.failed();
}

template <class T>
bool read(Reader& reader, T& value) {
  if constexpr (ReadsItself<T>) {
    return value.read(reader);
  } else if constexpr (std::is_same_v<T, Raw>) {
    std::string_view text;
    if (!reader.raw(text)) return false;
    value.value = text;
    return true;
  } else if constexpr (is_optional<T>) {
    if (reader.peek() == ValueKind::null) {
      value.reset();
      return reader.null();
    }
    if (!value) value.emplace();
    return read(reader, *value);
  } else if constexpr (BoundedNumber<T>) {
    decltype(T::value) number{};
    if (!reader.number(number)) return false;
    if (!(number >= T::min && number <= T::max)) return reader.fail(range_text(T::min, T::max));
    value.value = number;
    return true;
  } else if constexpr (BoundedText<T>) {
    if (!reader.text(value.value)) return false;
    if (value.value.size() >= T::min && value.value.size() <= T::max) return true;
    if (value.value.empty()) return reader.fail("must not be empty");
    return reader.fail("must have " + std::to_string(T::min) + " to " + std::to_string(T::max) +
                       " characters");
  } else if constexpr (BoundedList<T>) {
    return read_items(reader, value.value, T::max_items);
  } else if constexpr (is_vector<T>) {
    return read_items(reader, value, 10'000);
  } else if constexpr (std::is_same_v<T, bool>) {
    return reader.boolean(value);
  } else if constexpr (Worded<T>) {
    return read_word(reader, value);
  } else if constexpr (std::is_arithmetic_v<T>) {
    return reader.number(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return reader.text(value);
  } else {
    static_assert(Described<T>, "give the type FIELDS");
    return read_object(reader, value);
  }
}

template <class T>
Result<T, Fault> decode(std::string_view input, ReaderOptions options = {}) {
  Reader reader(input, options);
  T value{};
  if (!read(reader, value) || !reader.finish()) return reader.fault();
  return value;
}

// ---- one of several messages, told apart by "type" ----

// The value of the top-level "type" member.
Result<std::string, Fault> message_type(std::string_view input);

template <class Variant, class Message, class... Rest>
Result<Variant, Fault> decode_typed(std::string_view type, std::string_view input) {
  if (type == Message::type) {
    auto message = decode<Message>(input);
    if (!message) return message.error();
    return Variant(std::move(*message));
  }
  if constexpr (sizeof...(Rest) > 0) {
    return decode_typed<Variant, Rest...>(type, input);
  } else {
    return Fault{"type", "is an unknown message, '" + std::string(type.substr(0, 40)) + "'"};
  }
}

template <class... Messages>
Result<std::variant<Messages...>, Fault> decode_message(
    std::string_view input, std::type_identity<std::variant<Messages...>>) {
  const auto type = message_type(input);
  if (!type) return type.error();
  return decode_typed<std::variant<Messages...>, Messages...>(*type, input);
}

template <class Variant>
Result<Variant, Fault> decode_message(std::string_view input) {
  return decode_message(input, std::type_identity<Variant>{});
}

}  // namespace pf::json
