#include "sim/act.hpp"

#include <string>

namespace pf::sim {
namespace {

struct Found {
  std::string_view input;
  std::string_view type;
  Act& act;
  json::Fault fault;
  bool known = false, good = false;
};

template <class Group, class One>
void try_one(Found& found) {
  if (found.known || found.type != One::type) return;
  found.known = true;
  auto act = json::decode<One>(found.input, {json::UnknownKeys::refuse});
  found.good = static_cast<bool>(act);
  if (act) {
    found.act.value = Group(std::move(*act));
  } else {
    found.fault = act.error();
  }
}

template <class... Ones>
void try_group(Found& found, std::type_identity<std::variant<Ones...>>) {
  (try_one<std::variant<Ones...>, Ones>(found), ...);
}

template <class... Ones>
void append_names(std::string& out, std::type_identity<std::variant<Ones...>>) {
  ((out.append(" ").append(Ones::type)), ...);
}

std::string known_names() {
  std::string names;
  append_names(names, std::type_identity<PrinterAct>{});
  append_names(names, std::type_identity<NetworkAct>{});
  append_names(names, std::type_identity<CardAct>{});
  return names;
}

}  // namespace

bool Act::read(json::Reader& reader) {
  std::string_view text;
  if (!reader.raw(text)) return false;
  const auto type = json::message_type(text);
  const auto complain = [&](const json::Fault& fault) {
    reader.fail(fault.says);
    if (!fault.field.empty()) reader.inside(fault.field);
    return false;
  };
  if (!type) return complain(type.error());
  Found found{text, *type, *this, {}};
  try_group(found, std::type_identity<PrinterAct>{});
  try_group(found, std::type_identity<NetworkAct>{});
  try_group(found, std::type_identity<CardAct>{});
  if (!found.known) return complain({"type", "must be one of" + known_names()});
  return found.good || complain(found.fault);
}

std::string_view Act::name() const {
  return std::visit(
      [](const auto& group) { return std::visit([](const auto& one) { return one.type; }, group); },
      value);
}

}  // namespace pf::sim
