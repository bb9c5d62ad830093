#include "protocol/reader.hpp"

#include <algorithm>

namespace pf::json {
namespace {

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3ull;
  return hash;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto in = [](unsigned value, unsigned low, unsigned high) {
    return value >= low && value <= high;
  };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (in(first, 0xc2, 0xdf)) return in(second, 0x80, 0xbf) ? 2 : 0;
  if (in(first, 0xe0, 0xef)) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80, high = first == 0xed ? 0x9f : 0xbf;
    return in(second, low, high) && in(byte(2), 0x80, 0xbf) ? 3 : 0;
  }
  if (in(first, 0xf0, 0xf4)) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80, high = first == 0xf4 ? 0x8f : 0xbf;
    return in(second, low, high) && in(byte(2), 0x80, 0xbf) && in(byte(3), 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

bool Reader::fail(std::string says) {
  if (!failed_) {
    failed_ = true;
    fault_.says = std::move(says);
  }
  return false;
}

void Reader::inside(std::string_view field) {
  const bool joined = !fault_.field.empty() && fault_.field.front() != '[';
  fault_.field = std::string(field) + (joined ? "." : "") + fault_.field;
}

void Reader::inside(std::size_t index) {
  const bool joined = !fault_.field.empty() && fault_.field.front() != '[';
  fault_.field = "[" + std::to_string(index) + "]" + (joined ? "." : "") + fault_.field;
}

void Reader::space() {
  while (at_ < input_.size()) {
    const char c = input_[at_];
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') return;
    ++at_;
  }
}

bool Reader::eat(char wanted) {
  space();
  if (at_ >= input_.size() || input_[at_] != wanted) return false;
  ++at_;
  return true;
}

bool Reader::open(char bracket, const char* otherwise) {
  if (!eat(bracket)) return fail(otherwise);
  if (++depth_ > depth_max) return fail("is nested too deep");
  return true;
}

bool Reader::remember_key(std::string_view key, std::size_t first_key) {
  const auto hash = hash_of(key);
  const auto begin = seen_keys_.begin() + static_cast<std::ptrdiff_t>(first_key);
  if (std::find(begin, seen_keys_.end(), hash) != seen_keys_.end()) {
    fail("is given twice");
    inside(key);
    return false;
  }
  if (seen_keys_.size() - first_key >= options_.keys_max) return fail("has too many fields");
  seen_keys_.push_back(hash);
  return true;
}

ValueKind Reader::peek() {
  space();
  if (at_ >= input_.size()) return ValueKind::none;
  switch (input_[at_]) {
    case '{': return ValueKind::object;
    case '[': return ValueKind::list;
    case '"': return ValueKind::text;
    case 't':
    case 'f': return ValueKind::boolean;
    case 'n': return ValueKind::null;
    default:
      return is_digit(input_[at_]) || input_[at_] == '-' ? ValueKind::number : ValueKind::none;
  }
}

bool Reader::text(std::string& out) {
  if (!eat('"')) return fail("must be text");
  out.clear();
  while (at_ < input_.size()) {
    const char c = input_[at_];
    if (c == '"') {
      ++at_;
      return true;
    }
    if (!(c == '\\' ? escape(out) : plain_run(out))) return false;
  }
  return fail("has text without an end");
}

bool Reader::plain_run(std::string& out) {
  const std::size_t begin = at_;
  while (at_ < input_.size() && input_[at_] != '"' && input_[at_] != '\\') {
    const auto c = static_cast<unsigned char>(input_[at_]);
    if (c < 0x20) return fail("has a control character in text");
    if (c < 0x80) {
      ++at_;
      continue;
    }
    const std::size_t length = utf8_length(input_.substr(at_));
    if (length > 0) {
      at_ += length;
      continue;
    }
    if (options_.bad_utf8 == BadUtf8::refuse) return fail("has text that is not UTF-8");
    out.append(input_, begin, at_ - begin);
    append_utf8(out, 0xfffd);
    ++at_;
    return true;
  }
  out.append(input_, begin, at_ - begin);
  return true;
}

bool Reader::hex4(std::uint32_t& out) {
  if (at_ + 4 > input_.size()) return fail("has a bad escape");
  const auto* begin = input_.data() + at_;
  const auto parsed = std::from_chars(begin, begin + 4, out, 16);
  if (parsed.ptr != begin + 4) return fail("has a bad escape");
  at_ += 4;
  return true;
}

bool Reader::escape(std::string& out) {
  if (++at_ >= input_.size()) return fail("has text without an end");
  const char c = input_[at_++];
  switch (c) {
    case '"':
    case '\\':
    case '/': out += c; return true;
    case 'b': out += '\b'; return true;
    case 'f': out += '\f'; return true;
    case 'n': out += '\n'; return true;
    case 'r': out += '\r'; return true;
    case 't': out += '\t'; return true;
    case 'u': break;
    default: return fail("has a bad escape");
  }
  std::uint32_t code = 0;
  if (!hex4(code)) return false;
  if (code >= 0xdc00 && code <= 0xdfff) return fail("has half a surrogate pair");
  if (code >= 0xd800 && code <= 0xdbff) {
    std::uint32_t low = 0;
    if (input_.substr(at_, 2) != "\\u") return fail("has half a surrogate pair");
    at_ += 2;
    if (!hex4(low)) return false;
    if (low < 0xdc00 || low > 0xdfff) return fail("has half a surrogate pair");
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  if (code == 0) {  // PostgreSQL cannot store it, and C takes it for the text's end.
    if (options_.bad_utf8 == BadUtf8::refuse) return fail("has a NUL character in text");
    code = 0xfffd;
  }
  append_utf8(out, code);
  return true;
}

bool Reader::literal(std::string_view word) {
  space();
  if (input_.substr(at_, word.size()) != word) return false;
  at_ += word.size();
  return true;
}

bool Reader::boolean(bool& out) {
  if (literal("true")) return out = true;
  if (literal("false")) {
    out = false;
    return true;
  }
  return fail("must be true or false");
}

bool Reader::null() { return literal("null") || fail("must be null"); }

bool Reader::number_text(std::string_view& out) {
  space();
  const std::size_t begin = at_;
  const auto digits = [&] {
    const std::size_t from = at_;
    while (at_ < input_.size() && is_digit(input_[at_])) ++at_;
    return at_ > from;
  };
  const auto next_is = [&](char c) { return at_ < input_.size() && input_[at_] == c; };
  if (next_is('-')) ++at_;
  const bool leading_zero = next_is('0');
  const std::size_t whole = at_;
  if (!digits() || (leading_zero && at_ - whole > 1)) return fail("must be a number");
  if (next_is('.')) {
    ++at_;
    if (!digits()) return fail("must be a number");
  }
  if (next_is('e') || next_is('E')) {
    ++at_;
    if (next_is('+') || next_is('-')) ++at_;
    if (!digits()) return fail("must be a number");
  }
  out = input_.substr(begin, at_ - begin);
  return true;
}

bool Reader::skip() {
  switch (peek()) {
    case ValueKind::object: return object([&](std::string_view) { return skip(); });
    case ValueKind::list: return list([&](std::size_t) { return skip(); });
    case ValueKind::text: {
      std::string ignored;
      return text(ignored);
    }
    case ValueKind::number: {
      std::string_view ignored;
      return number_text(ignored);
    }
    case ValueKind::boolean: {
      bool ignored = false;
      return boolean(ignored);
    }
    case ValueKind::null: return null();
    case ValueKind::none: break;
  }
  return fail(at_ >= input_.size() ? "ends too early" : "is not JSON");
}

bool Reader::raw(std::string_view& out) {
  space();
  const std::size_t begin = at_;
  if (!skip()) return false;
  out = input_.substr(begin, at_ - begin);
  return true;
}

bool Reader::finish() {
  space();
  return at_ == input_.size() || fail("has text after its end");
}

}  // namespace pf::json
