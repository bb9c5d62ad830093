// The one JSON reader of the house: hub wire, printer reports and REST bodies pass through it, so
// that no two programs accept two languages. A pull reader: no tree, no exception, one pass.
//
// Strict RFC 8259: UTF-8 is checked, duplicate keys, trailing text and malformed numbers are
// refused, depth and key counts are limited. The first fault is kept with its path
// ("temperatures.nozzle: must be between -50 and 600").
#pragma once
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace pf::json {

inline constexpr int depth_max = 32;
inline constexpr std::size_t keys_per_object_max = 256;

enum class UnknownKeys { skip, refuse };  // Wires grow: skip. People mistype: refuse.
enum class BadUtf8 { refuse, replace };   // Some printers send broken text (PROTOCOL 2.1).

struct ReaderOptions {
  UnknownKeys unknown_keys = UnknownKeys::skip;
  BadUtf8 bad_utf8 = BadUtf8::refuse;
  std::size_t keys_max = keys_per_object_max;  // Slicers' settings have more than any message.
};

// Length of the well-formed UTF-8 sequence at the start of text, or 0 (Unicode table 3-7).
std::size_t utf8_length(std::string_view text);

struct Fault {
  std::string field;  // Path such as "plates[2].index"; empty for the document itself.
  std::string says;

  std::string text() const { return field.empty() ? says : field + ": " + says; }
};

enum class ValueKind { object, list, text, number, boolean, null, none };

class Reader {
 public:
  explicit Reader(std::string_view input, ReaderOptions options = {})
      : input_(input), options_(options) {}

  const ReaderOptions& options() const { return options_; }
  const Fault& fault() const { return fault_; }
  bool failed() const { return failed_; }
  bool fail(std::string says);          // Always false, so that callers can return it.
  void inside(std::string_view field);  // While unwinding from a fault: prepend a path segment.
  void inside(std::size_t index);

  ValueKind peek();  // What kind of value comes next; consumes only space.
  bool text(std::string& out);
  bool boolean(bool& out);
  bool null();
  bool skip();                      // Any value, checked as strictly as one that is read.
  bool raw(std::string_view& out);  // Any value, as its own text.
  bool finish();                    // Nothing but space may be left.

  template <class Number>
  bool number(Number& out) {
    std::string_view digits;
    if (!number_text(digits)) return false;
    const auto* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, out);
    if (parsed.ec == std::errc::result_out_of_range) return fail("is a number out of range");
    if (parsed.ec != std::errc{} || parsed.ptr != end) {
      return fail(std::is_integral_v<Number> ? "must be a whole number" : "must be a number");
    }
    return true;
  }

  // Calls on_key(key) for each member, which must consume the value. Stops at the first false.
  template <class OnKey>
  bool object(OnKey&& on_key) {
    if (!open('{', "must be an object")) return false;
    const std::size_t first_key = seen_keys_.size();
    std::string key;
    bool more = !eat('}');
    while (more) {
      if (!text(key) || !remember_key(key, first_key)) return false;
      if (!eat(':')) return fail("a colon is missing");
      if (!on_key(std::string_view(key))) return false;
      if (eat('}')) break;
      if (!eat(',')) return fail("a comma is missing");
    }
    seen_keys_.resize(first_key);
    --depth_;
    return true;
  }

  // Calls on_item(index) for each entry, which must consume the value.
  template <class OnItem>
  bool list(OnItem&& on_item) {
    if (!open('[', "must be a list")) return false;
    bool more = !eat(']');
    for (std::size_t index = 0; more; ++index) {
      if (!on_item(index)) {
        inside(index);
        return false;
      }
      if (eat(']')) break;
      if (!eat(',')) return fail("a comma is missing");
    }
    --depth_;
    return true;
  }

 private:
  void space();
  bool eat(char wanted);
  bool open(char bracket, const char* otherwise);
  bool remember_key(std::string_view key, std::size_t first_key);
  bool number_text(std::string_view& out);
  bool escape(std::string& out);
  bool hex4(std::uint32_t& out);
  bool plain_run(std::string& out);
  bool literal(std::string_view word);

  std::string_view input_;
  std::size_t at_ = 0;
  int depth_ = 0;
  ReaderOptions options_;
  bool failed_ = false;
  Fault fault_;
  std::vector<std::uint64_t> seen_keys_;  // Hashes of the keys of all open objects, a stack.
};

}  // namespace pf::json
