#include "sim/document.hpp"

#include <charconv>

namespace pf::sim {
namespace {

std::optional<std::size_t> list_position(std::string_view text) {
  std::size_t position = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, position);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return position;
}

}  // namespace

std::optional<Document> Document::parse(std::string_view text) {
  json::Reader reader(text, {.bad_utf8 = json::BadUtf8::replace});
  Document document;
  if (!document.read(reader) || !reader.finish()) return std::nullopt;
  return document;
}

Document Document::object() {
  Document document;
  document.kind_ = Kind::object;
  return document;
}

bool Document::read(json::Reader& reader) {
  switch (reader.peek()) {
    case json::ValueKind::object:
      kind_ = Kind::object;
      return reader.object([&](std::string_view key) {
        return members_.emplace_back(std::string(key), Document{}).second.read(reader);
      });
    case json::ValueKind::list:
      kind_ = Kind::list;
      return reader.list([&](std::size_t) { return items_.emplace_back().read(reader); });
    default: {
      std::string_view raw;
      if (!reader.raw(raw)) return false;
      scalar_ = raw;
      return true;
    }
  }
}

const Document* Document::find(std::string_view path) const {
  return const_cast<Document*>(this)->resolve(path);
}

Document* Document::resolve(std::string_view path) {
  Document* at = this;
  while (at && !path.empty()) {
    const auto dot = path.find('.');
    const auto step = path.substr(0, dot);
    path = dot == path.npos ? std::string_view{} : path.substr(dot + 1);
    if (at->kind_ == Kind::list) {
      const auto position = list_position(step);
      at = position && *position < at->items_.size() ? &at->items_[*position] : nullptr;
    } else {
      at = at->member(step);
    }
  }
  return at;
}

Document* Document::member(std::string_view key) {
  for (auto& [name, value] : members_) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::optional<std::string> Document::text(std::string_view path) const {
  const Document* found = find(path);
  if (!found || found->kind_ != Kind::scalar) return std::nullopt;
  json::Reader reader(found->scalar_);
  std::string out;
  if (reader.peek() != json::ValueKind::text || !reader.text(out)) return std::nullopt;
  return out;
}

std::optional<double> Document::number(std::string_view path) const {
  const Document* found = find(path);
  if (!found || found->kind_ != Kind::scalar) return std::nullopt;
  json::Reader reader(found->scalar_);
  double out = 0;
  if (reader.peek() != json::ValueKind::number || !reader.number(out)) return std::nullopt;
  return out;
}

bool Document::update_json(std::string_view path, std::string_view value) {
  Document* found = resolve(path);
  if (!found) return false;
  if (auto parsed = parse(value)) *found = std::move(*parsed);
  return true;
}

void Document::set_json(std::string_view key, std::string_view value) {
  auto parsed = parse(value);
  if (!parsed) return;
  if (Document* found = member(key)) {
    *found = std::move(*parsed);
  } else {
    members_.emplace_back(std::string(key), std::move(*parsed));
  }
}

void Document::remove(std::string_view key) {
  std::erase_if(members_, [&](const auto& one) { return one.first == key; });
}

std::string Document::encode() const {
  std::string out;
  append(out);
  return out;
}

void Document::append(std::string& out) const {
  switch (kind_) {
    case Kind::scalar: out += scalar_; return;
    case Kind::object: {
      out += '{';
      bool first = true;
      for (const auto& [name, value] : members_) {
        if (!first) out += ',';
        first = false;
        json::append_text(out, name);
        out += ':';
        value.append(out);
      }
      out += '}';
      return;
    }
    case Kind::list: {
      out += '[';
      bool first = true;
      for (const auto& item : items_) {
        if (!first) out += ',';
        first = false;
        item.append(out);
      }
      out += ']';
      return;
    }
  }
}

std::optional<Document> Document::changes(const Document& before, const Document& after) {
  if (before == after) return std::nullopt;
  if (before.kind_ != Kind::object || after.kind_ != Kind::object) return after;
  Document changed = object();
  for (const auto& [name, value] : after.members_) {
    const Document* old = before.find(name);
    if (!old) {
      changed.members_.emplace_back(name, value);
    } else if (auto inner = changes(*old, value)) {
      changed.members_.emplace_back(name, std::move(*inner));
    }
  }
  if (changed.members_.empty()) return std::nullopt;
  return changed;
}

}  // namespace pf::sim
