#include "protocol/json.hpp"

namespace pf::json {

void append_text(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  out += '"';
  std::size_t clean = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, clean, i - clean);
    clean = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += digits[c >> 4];
        out += digits[c & 15];
    }
  }
  out.append(text, clean, text.size() - clean);
  out += '"';
}

Result<std::string, Fault> message_type(std::string_view input) {
  Reader reader(input);
  std::string type;
  // Stops at the type: whoever decodes the message checks the rest, this key's repetition too.
  reader.object([&](std::string_view key) {
    if (key != "type") return reader.skip();
    reader.text(type);
    return false;
  });
  if (reader.failed()) return reader.fault();
  if (type.empty()) return Fault{"type", "is missing"};
  return type;
}

}  // namespace pf::json
