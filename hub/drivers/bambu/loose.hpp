// Printers are careless with kinds: a number may come as text ("255"), a text as a number, and an
// object as an empty text. These types read whatever comes; what makes no sense becomes unknown,
// since one odd value must not blind the hub to the rest of a report.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json.hpp"

namespace pf::hub::bambu {

struct LooseNumber {
  std::optional<double> value;
  bool read(json::Reader& reader);
};
struct LooseText {
  std::string value;
  bool read(json::Reader& reader);
};
struct LooseHex {  // Bit fields of up to 64 bits, as hexadecimal text.
  std::optional<std::uint64_t> value;
  bool read(json::Reader& reader);
};

// Absent: not sent yet.
using Number = std::optional<LooseNumber>;
using Letters = std::optional<LooseText>;
using Hex = std::optional<LooseHex>;

std::optional<double> number(const Number& field);
std::optional<std::int64_t> whole(const Number& field);  // Rounded towards zero.
std::string_view text(const Letters& field);             // Empty where absent.
std::optional<std::uint64_t> bits(const Hex& field);
std::optional<double> positive(const Number& field);             // 0 and less: unknown.
std::optional<int> small_number(const Letters& field, int max);  // 0 to max, in decimal digits.

// At most max bytes, cut between characters.
std::string_view clipped(std::string_view text, std::size_t max);

// As a bounded type of the wire; outside of its bounds it is unknown.
template <class B>
std::optional<B> within(std::optional<double> value) {
  if (!value || *value < B::min || *value > B::max) return std::nullopt;
  return B(static_cast<decltype(B::value)>(*value));
}

// struct Net : LooseObject<Net> { ...; FIELDS(...) };
template <class Self>
struct LooseObject {
  bool read(json::Reader& reader) {
    if (reader.peek() != json::ValueKind::object) return reader.skip();
    return json::read_object(reader, static_cast<Self&>(*this));
  }
};

// Replaced whole by each report that has it; entries beyond Max are dropped.
template <class Item, std::size_t Max>
struct LooseList {
  std::vector<Item> items;

  bool read(json::Reader& reader) {
    if (reader.peek() != json::ValueKind::list) return reader.skip();
    items.clear();
    return reader.list([&](std::size_t index) {
      return index < Max ? json::read(reader, items.emplace_back()) : reader.skip();
    });
  }
};

// Merged by Item::key(): an entry that is known keeps what the new one leaves out.
template <class Item, std::size_t Max>
struct KeyedList {
  std::vector<Item> items;

  bool read(json::Reader& reader) {
    if (reader.peek() != json::ValueKind::list) return reader.skip();
    return reader.list([&](std::size_t) { return merge(reader); });
  }

  const Item* find(std::string_view key) const {
    const auto at = std::find_if(items.begin(), items.end(),
                                 [&](const Item& item) { return item.key() == key; });
    return at == items.end() ? nullptr : &*at;
  }

 private:
  // The key may stand last in the entry, so it is read once to learn the key and once to merge.
  bool merge(json::Reader& reader) {
    std::string_view raw;
    if (!reader.raw(raw)) return false;
    Item fresh;
    json::Reader entry(raw, reader.options());
    if (!json::read(entry, fresh)) return reader.fail(entry.fault().text());
    if (fresh.key().empty()) return true;
    if (auto* known = const_cast<Item*>(find(fresh.key()))) {
      json::Reader again(raw, reader.options());
      return json::read(again, *known);
    }
    if (items.size() < Max) items.push_back(std::move(fresh));
    return true;
  }
};

}  // namespace pf::hub::bambu
