// A printer's report as a tree that is read once, changed in places and written many times. Kept
// apart from the wire's structs on purpose: a printer sends about a hundred keys that nobody here
// has a use for, and must still send them.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/json.hpp"

namespace pf::sim {

class Document {
 public:
  // None: not JSON.
  static std::optional<Document> parse(std::string_view text);
  // An object without members.
  static Document object();

  // Paths are keys and list positions joined by dots: "device.extruder.info.0.temp".
  const Document* find(std::string_view path) const;
  std::optional<std::string> text(std::string_view path) const;  // Only of a JSON string.
  std::optional<double> number(std::string_view path) const;

  // Changes what is there; a path that this printer's report does not have is left out, so that one
  // rule serves models with different reports. Says whether the path exists.
  template <class T>
  bool update(std::string_view path, const T& value) {
    return update_json(path, json::encode(value));
  }
  bool update_json(std::string_view path, std::string_view value);
  // Sets a member of this object, adding it behind the others where it is new.
  template <class T>
  void set(std::string_view key, const T& value) {
    set_json(key, json::encode(value));
  }
  void set_json(std::string_view key, std::string_view value);
  void remove(std::string_view key);

  bool is_object() const { return kind_ == Kind::object; }
  bool is_list() const { return kind_ == Kind::list; }
  const std::vector<std::pair<std::string, Document>>& members() const { return members_; }
  const std::vector<Document>& items() const { return items_; }

  std::string encode() const;

  // What a delta report says: members of `after` that differ from `before`, objects looked into,
  // lists whole. None: nothing changed.
  static std::optional<Document> changes(const Document& before, const Document& after);

  friend bool operator==(const Document&, const Document&) = default;

 private:
  enum class Kind { scalar, object, list };

  bool read(json::Reader& reader);
  void append(std::string& out) const;
  Document* member(std::string_view key);
  Document* resolve(std::string_view path);

  Kind kind_ = Kind::scalar;
  std::string scalar_ = "null";  // As JSON text.
  std::vector<std::pair<std::string, Document>> members_;
  std::vector<Document> items_;
};

}  // namespace pf::sim
