#include "process/setting.hpp"

#include <algorithm>
#include <charconv>

#include "protocol/json.hpp"

namespace pf::process {
namespace {

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

template <class Target>
bool assign_number(const Target& target, const std::string& text) {
  std::remove_pointer_t<decltype(target.value)> number{};
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  // Written so that "not a number" fails the comparison.
  const bool good =
      parsed.ec == std::errc{} && parsed.ptr == end && number >= target.min && number <= target.max;
  if (good) *target.value = number;
  return good;
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

bool assign_one(const Target& target, const std::string& text) {
  return std::visit(Overloaded{
                        [&](const TextTarget& to) {
                          const bool known =
                              to.choices.empty() || std::find(to.choices.begin(), to.choices.end(),
                                                              text) != to.choices.end();
                          if (known) *to.value = text;
                          return known;
                        },
                        [&](const WholeTarget& to) { return assign_number(to, text); },
                        [&](const NumberTarget& to) { return assign_number(to, text); },
                        [&](const SwitchTarget& to) {
                          const bool yes = text == "true" || text == "1";
                          const bool no = text == "false" || text == "0";
                          if (yes || no) *to.value = yes;
                          return yes || no;
                        },
                        [&](const ListTarget& to) {
                          *to.value = {text};
                          return true;
                        },
                    },
                    target);
}

}  // namespace

bool accepts(const Setting& setting, WrittenAs kind) {
  return std::visit(Overloaded{
                        [&](const TextTarget&) { return kind == WrittenAs::text; },
                        [&](const WholeTarget&) { return kind == WrittenAs::whole; },
                        [&](const NumberTarget&) {
                          return kind == WrittenAs::whole || kind == WrittenAs::number;
                        },
                        [&](const SwitchTarget&) { return kind == WrittenAs::boolean; },
                        [&](const ListTarget&) { return kind == WrittenAs::list_of_texts; },
                    },
                    setting.target);
}

std::optional<std::string> assign(const Setting& setting, const std::vector<std::string>& texts) {
  if (const auto* list = std::get_if<ListTarget>(&setting.target)) {
    *list->value = texts;
    return std::nullopt;
  }
  if (texts.size() == 1 && assign_one(setting.target, texts.front())) return std::nullopt;
  return must_be(setting);
}

std::string must_be(const Setting& setting) {
  return std::visit(Overloaded{
                        [](const TextTarget& to) {
                          if (to.choices.empty()) return std::string("must be a text");
                          return "must be one of: " + joined(to.choices, ", ");
                        },
                        [](const WholeTarget& to) {
                          return "must be a whole number between " + json::encode(to.min) +
                                 " and " + json::encode(to.max);
                        },
                        [](const NumberTarget& to) {
                          return "must be a number between " + json::encode(to.min) + " and " +
                                 json::encode(to.max);
                        },
                        [](const SwitchTarget&) { return std::string("must be true or false"); },
                        [](const ListTarget&) { return std::string("must be a list of texts"); },
                    },
                    setting.target);
}

std::string value_name(const Setting& setting) {
  return std::visit(Overloaded{
                        [](const TextTarget& to) {
                          return to.choices.empty() ? std::string("TEXT") : joined(to.choices, "|");
                        },
                        [](const WholeTarget&) { return std::string("NUMBER"); },
                        [](const NumberTarget&) { return std::string("NUMBER"); },
                        [](const SwitchTarget&) { return std::string(); },
                        [](const ListTarget&) { return std::string("TEXT ..."); },
                    },
                    setting.target);
}

std::string default_text(const Setting& setting) {
  return std::visit(
      Overloaded{
          [](const TextTarget& to) { return to.value->empty() ? "none" : *to.value; },
          [](const WholeTarget& to) { return json::encode(*to.value); },
          [](const NumberTarget& to) { return json::encode(*to.value); },
          [](const SwitchTarget& to) { return std::string(*to.value ? "true" : "false"); },
          [](const ListTarget& to) {
            return to.value->empty() ? std::string("none") : joined(*to.value, ",");
          },
      },
      setting.target);
}

}  // namespace pf::process
