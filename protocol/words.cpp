#include "protocol/words.hpp"

#include "protocol/json.hpp"

namespace pf {

bool Serial::read(json::Reader& reader) {
  if (!reader.text(value)) return false;
  if (value.size() < min || value.size() > max) {
    return reader.fail("must have 4 to 32 characters");
  }
  for (char& c : value) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const bool allowed = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!allowed) return reader.fail("must have only letters and digits");
  }
  return true;
}

void Serial::write(std::string& out) const { json::append_text(out, value); }

}  // namespace pf
