// One declared setting of a program: where its value goes and which values it takes. Flags,
// environment and file all end here, so that each is checked by the same words.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pf::process {

struct TextTarget {
  std::string* value;
  std::vector<std::string> choices;  // Empty: any text.
};
struct WholeTarget {
  std::int64_t* value;
  std::int64_t min, max;
};
struct NumberTarget {
  double* value;
  double min, max;
};
struct SwitchTarget {
  bool* value;
};
struct ListTarget {
  std::vector<std::string>* value;
};

using Target = std::variant<TextTarget, WholeTarget, NumberTarget, SwitchTarget, ListTarget>;

struct Setting {
  std::string name;  // snake_case, which is also its key in the file.
  Target target;
  std::string help;
};

// What kind a value has where it was written, for sources that tell kinds apart (TOML).
enum class WrittenAs { text, whole, number, boolean, list_of_texts, other };
bool accepts(const Setting& setting, WrittenAs kind);

// Sets the target. Returns what the value must be, when these texts are not that.
std::optional<std::string> assign(const Setting& setting, const std::vector<std::string>& texts);

std::string must_be(const Setting& setting);       // "must be a whole number between 1 and 9".
std::string value_name(const Setting& setting);    // For the help: "NUMBER".
std::string default_text(const Setting& setting);  // What the target holds, for the help.

}  // namespace pf::process
