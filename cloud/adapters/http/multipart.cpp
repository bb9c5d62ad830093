#include "cloud/adapters/http/multipart.hpp"

#include <algorithm>

#include "cloud/adapters/http/request_head.hpp"
#include "cloud/adapters/http/utf8.hpp"

namespace pf {
namespace {

constexpr std::string_view file_part = "file";

Fault malformed() {
  return {400,
          "The upload is not well-formed multipart/form-data. Send the file as the part \"file\"."};
}

std::string_view without_spaces(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// Takes a token or a quoted text from the front.
std::optional<std::string> take_value(std::string_view& rest) {
  std::string value;
  if (!rest.starts_with('"')) {
    value = without_spaces(rest.substr(0, rest.find(';')));
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    return value;
  }
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest = without_spaces(rest.substr(i + 1));
      return value;
    }
    // curl writes \" and \\; browsers write %22 and leave a backslash as it is.
    const bool escapes =
        rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
    if (escapes) ++i;
    value += rest[i];
  }
  return std::nullopt;
}

// The parameter of "form-data; name=\"file\"; filename=\"a.3mf\"", or none.
std::optional<std::string> parameter(std::string_view field, std::string_view wanted) {
  auto rest = field.substr(std::min(field.find(';'), field.size()));
  while (rest.starts_with(';')) {
    rest = without_spaces(rest.substr(1));
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto name = without_spaces(rest.substr(0, equals));
    rest = without_spaces(rest.substr(equals + 1));
    auto value = take_value(rest);
    if (!value) return std::nullopt;
    if (equal_ignoring_case(name, wanted)) return value;
  }
  return std::nullopt;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// The Content-Disposition of a part's head, if it is there once and says form-data.
std::optional<std::string> form_disposition(std::string_view head) {
  std::optional<std::string> disposition;
  while (!head.empty()) {
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(line.size() + 2, head.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    if (!equal_ignoring_case(line.substr(0, colon), "content-disposition")) continue;
    if (disposition) return std::nullopt;
    disposition = without_spaces(line.substr(colon + 1));
  }
  if (!disposition || !equal_ignoring_case(disposition->substr(0, 9), "form-data")) {
    return std::nullopt;
  }
  return disposition;
}

Answer<std::string> checked_file_name(std::string name) {
  replace_all(name, "%22", "\"");
  const auto slash = name.find_last_of("/\\");
  if (slash != std::string::npos) name.erase(0, slash + 1);
  const bool has_control = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (name.empty()) return invalid("file", "needs a file name");
  if (name.size() > file_name_bytes_max) {
    return invalid("file",
                   "has a name of more than " + std::to_string(file_name_bytes_max) + " bytes");
  }
  if (has_control || !is_utf8(name)) return invalid("file", "has a name that is not plain text");
  return name;
}

}  // namespace

Answer<std::string> multipart_boundary(std::string_view content_type) {
  const auto type = without_spaces(content_type.substr(0, content_type.find(';')));
  if (!equal_ignoring_case(type, "multipart/form-data")) {
    return Fault{415, "Send the file as multipart/form-data, in the part \"file\"."};
  }
  auto boundary = parameter(content_type, "boundary");
  const bool is_plain =
      boundary && !boundary->empty() && boundary->size() <= 70 && !boundary->ends_with(' ') &&
      std::all_of(boundary->begin(), boundary->end(), [](char c) { return c >= ' ' && c < 0x7f; });
  if (!is_plain) return malformed();
  return std::move(*boundary);
}

MultipartReader::MultipartReader(std::string_view boundary)
    : delimiter_("\r\n--" + std::string(boundary)) {}

std::optional<Fault> MultipartReader::feed(std::string_view bytes, std::string& file_bytes) {
  if (state_ == State::epilogue) return std::nullopt;  // To be ignored, says RFC 2046.
  pending_ += bytes;
  while (true) {
    const auto more = step(file_bytes);
    if (!more) return more.error();
    if (!*more) return std::nullopt;
  }
}

Answer<bool> MultipartReader::step(std::string& file_bytes) {
  switch (state_) {
    case State::first_delimiter: return read_first_delimiter();
    case State::after_delimiter: return read_after_delimiter();
    case State::part_head: return read_part_head();
    case State::file: return read_file(file_bytes);
    case State::epilogue: pending_.clear(); return false;
  }
  return false;
}

Answer<bool> MultipartReader::read_first_delimiter() {
  const auto wanted = std::string_view(delimiter_).substr(2);
  const auto size = std::min(wanted.size(), pending_.size());
  if (pending_.compare(0, size, wanted, 0, size) != 0) return malformed();
  if (pending_.size() < wanted.size()) return false;
  pending_.erase(0, wanted.size());
  state_ = State::after_delimiter;
  return true;
}

Answer<bool> MultipartReader::read_after_delimiter() {
  if (pending_.size() < 2) return false;
  const bool is_last = pending_.starts_with("--");
  if (!is_last && !pending_.starts_with("\r\n")) return malformed();
  if (is_last && !file_name_) return invalid("file", "is missing");
  if (!is_last && file_name_)
    return invalid("file", "must be the only part; send one file at a time");
  pending_.erase(0, 2);
  state_ = is_last ? State::epilogue : State::part_head;
  return true;
}

Answer<bool> MultipartReader::read_part_head() {
  const auto end = pending_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (pending_.size() > part_head_bytes_max) return malformed();
    return false;
  }
  if (end > part_head_bytes_max) return malformed();
  const auto disposition = form_disposition({pending_.data(), end});
  if (!disposition) return malformed();
  const auto name = parameter(*disposition, "name");
  if (!name) return malformed();
  if (*name != file_part) return invalid(*name, "is not a known part; only \"file\" is");
  auto file_name = checked_file_name(parameter(*disposition, "filename").value_or(""));
  if (!file_name) return file_name.error();
  file_name_ = std::move(*file_name);
  pending_.erase(0, end + 4);
  state_ = State::file;
  return true;
}

bool MultipartReader::read_file(std::string& file_bytes) {
  const auto end = pending_.find(delimiter_);
  if (end != std::string::npos) {
    file_bytes.append(pending_, 0, end);
    pending_.erase(0, end + delimiter_.size());
    state_ = State::after_delimiter;
    return true;
  }
  // The last bytes may be the beginning of the delimiter.
  const auto kept = std::min(pending_.size(), delimiter_.size() - 1);
  file_bytes.append(pending_, 0, pending_.size() - kept);
  pending_.erase(0, pending_.size() - kept);
  return false;
}

}  // namespace pf
