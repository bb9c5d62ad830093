// XML from outside, told to a handler element by element. A document type, and with it every entity
// of its own, is refused; the depth is limited.
#pragma once
#include <optional>
#include <string_view>

#include "cloud/kit/fault.hpp"

namespace pf {

inline constexpr int xml_depth_max = 32;

class XmlAttributes {
 public:
  explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
  std::optional<std::string_view> find(std::string_view name) const;

 private:
  const char* const* pairs_;  // Name, value, name, value, null: as expat gives them.
};

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  // A fault ends the reading.
  virtual std::optional<Fault> start(std::string_view element, const XmlAttributes& attributes) = 0;
  virtual void end(std::string_view element) = 0;
};

// document_name is for the fault's words.
Answer<Nothing> read_xml(std::string_view document, std::string_view document_name,
                         XmlHandler& handler);

}  // namespace pf
