// What a described C++ type looks like to somebody who reads JSON: one model, from which OpenAPI,
// Zod and TypeScript are printed. Struct names come from the compiler, so nothing is spelled twice.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/describe.hpp"
#include "protocol/json.hpp"
#include "protocol/words.hpp"

namespace pf {

struct TypeRef;

struct TypeField {
  std::string name;
  std::shared_ptr<const TypeRef> type;
  bool required = true;
};

enum class TypeKind { text, number, integer, boolean, word, list, object, any };

struct TypeRef {
  TypeKind kind = TypeKind::any;
  std::string name;                // Of an object: its entry in the model.
  std::optional<double> min, max;  // Of a number; or of a text's length.
  std::vector<std::string> words;
  std::shared_ptr<const TypeRef> item;
  std::optional<std::size_t> items_max;
};

struct ObjectType {
  std::optional<std::string> message_type;  // The constant "type" member of a wire message.
  std::vector<TypeField> fields;
};

// All objects by name, and the order in which they were first needed (members before owners).
struct TypeModel {
  std::map<std::string, ObjectType> objects;
  std::vector<std::string> order;
};

template <class T>
constexpr std::string_view compiler_type_name() {
  constexpr std::string_view text = __PRETTY_FUNCTION__;
  constexpr auto begin = text.find("T = ") + 4;
  constexpr auto end = text.find_first_of(";]", begin);
  return text.substr(begin, end - begin);
}

// "pf::Printer" is Printer, "pf::Page<pf::Job>" is JobPage.
std::string shown_type_name(std::string_view compiler_name);

template <class T>
TypeRef model_of(TypeModel& model) {
  if constexpr (is_optional<T>) {
    return model_of<typename T::value_type>(model);
  } else if constexpr (std::is_same_v<T, Serial>) {
    return {.kind = TypeKind::text, .min = Serial::min, .max = Serial::max};
  } else if constexpr (std::is_same_v<T, json::Raw>) {
    return {.kind = TypeKind::any};
  } else if constexpr (BoundedNumber<T>) {
    auto ref = model_of<decltype(T::value)>(model);
    ref.min = static_cast<double>(T::min);
    ref.max = static_cast<double>(T::max);
    return ref;
  } else if constexpr (BoundedText<T>) {
    return {.kind = TypeKind::text, .min = T::min, .max = T::max};
  } else if constexpr (BoundedList<T>) {
    using Item = typename decltype(T::value)::value_type;
    auto item = std::make_shared<TypeRef>(model_of<Item>(model));
    return {.kind = TypeKind::list, .item = std::move(item), .items_max = T::max_items};
  } else if constexpr (is_vector<T>) {
    auto item = std::make_shared<TypeRef>(model_of<typename T::value_type>(model));
    return {.kind = TypeKind::list, .item = std::move(item)};
  } else if constexpr (std::is_same_v<T, bool>) {
    return {.kind = TypeKind::boolean};
  } else if constexpr (Worded<T>) {
    TypeRef ref{.kind = TypeKind::word};
    for (const auto one : words_of(T{})) ref.words.emplace_back(one);
    return ref;
  } else if constexpr (std::is_integral_v<T>) {
    return {.kind = TypeKind::integer};
  } else if constexpr (std::is_arithmetic_v<T>) {
    return {.kind = TypeKind::number};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return {.kind = TypeKind::text};
  } else {
    static_assert(Described<T>, "give the type FIELDS");
    const std::string name = shown_type_name(compiler_type_name<T>());
    if (!model.objects.contains(name)) {
      ObjectType object;
      if constexpr (TypedMessage<T>) object.message_type = std::string(T::type);
      T sample{};
      T::each_field(sample, [&](std::string_view field_name, auto& field) {
        using Field = std::remove_cvref_t<decltype(field)>;
        auto type = std::make_shared<TypeRef>(model_of<Field>(model));
        object.fields.push_back({std::string(field_name), std::move(type), !is_optional<Field>});
      });
      model.objects.emplace(name, std::move(object));
      model.order.push_back(name);
    }
    return {.kind = TypeKind::object, .name = name};
  }
}

}  // namespace pf
