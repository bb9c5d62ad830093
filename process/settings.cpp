#include "process/settings.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iostream>

#include "process/setting.hpp"
#include "process/settings_file.hpp"

namespace pf::process {
namespace {

constexpr int exit_mistake = 2;
constexpr std::size_t help_column = 26;

std::string flag_of(const std::string& name) {
  std::string flag = "--" + name;
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    if (comma > at) parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

std::string but_is(const Setting& setting, const std::vector<std::string>& texts) {
  return *assign(setting, texts) + ", but is '" + (texts.empty() ? "" : texts.back()) + "'";
}

std::string help_line(const std::string& left, const std::string& right) {
  std::string line = "  " + left;
  if (line.size() + 2 > help_column) {
    line += '\n' + std::string(help_column, ' ');
  } else {
    line.resize(help_column, ' ');
  }
  return line + right + '\n';
}

// A sentence that says what is wrong and what to do; absent when all is well.
using Mistake = std::optional<std::string>;

struct Declared {
  Setting setting;
  CLI::Option* option;
};

struct Argument {
  std::string name;
  std::string* target;
  std::string help;
  bool required;
  CLI::Option* option;
};

}  // namespace

// CLI11 only takes the command line apart. Every value is checked by Setting, whichever of the
// three sources it came from.
struct Settings::Impl {
  std::string program, purpose, environment_prefix;
  CLI::App app;
  CLI::Option* help = nullptr;
  CLI::Option* version = nullptr;
  CLI::Option* config = nullptr;
  std::vector<Declared> declared;
  std::vector<Argument> arguments;

  void declare(std::string name, Target target, std::string help_text);
  std::string environment_of(const std::string& name) const;
  std::string help_text() const;

  Mistake parse_command_line(int argc, const char* const* argv);
  Mistake apply_file();
  Mistake apply_environment();
  Mistake apply_flags();
  Mistake apply_arguments();
  Mistake apply_file_value(const std::string& path, const FileValue& value);
};

void Settings::Impl::declare(std::string name, Target target, std::string help_text) {
  auto* option = std::holds_alternative<SwitchTarget>(target)
                     ? app.add_flag(flag_of(name))
                     : app.add_option(flag_of(name))->expected(1)->allow_extra_args(false);
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  declared.push_back({{std::move(name), std::move(target), std::move(help_text)}, option});
}

std::string Settings::Impl::environment_of(const std::string& name) const {
  std::string variable = environment_prefix + name;
  for (auto& c : variable) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

std::string Settings::Impl::help_text() const {
  std::string text = program;
  for (const auto& one : arguments) {
    text += one.required ? " " + one.name : " [" + one.name + "]";
  }
  text += " [settings]\n\n" + purpose + "\n\n";
  for (const auto& one : arguments) text += help_line(one.name, one.help);
  for (const auto& one : declared) {
    const std::string value = value_name(one.setting);
    const std::string flag = flag_of(one.setting.name) + (value.empty() ? "" : " " + value);
    text += help_line(flag, one.setting.help);
    text += help_line("", "default " + default_text(one.setting) + "; environment " +
                              environment_of(one.setting.name) + "; file " + one.setting.name);
  }
  text += help_line("--config FILE", "A TOML file with any of these settings.");
  text += help_line("", "environment " + environment_of("config"));
  text += help_line("--help, --version", "Say so and stop.");
  return text + "\nA flag wins over the environment, the environment over the file.\n";
}

Mistake Settings::Impl::parse_command_line(int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ArgumentMismatch&) {
    // A value is taken from whatever follows, so only the last word can lack one.
    return std::string(argv[argc - 1]) + " needs a value after it";
  } catch (const CLI::ParseError& error) {
    return std::string("the command line cannot be read: ") + error.what();
  }
  const auto extras = app.remaining();
  if (help->count() > 0 || extras.empty()) return std::nullopt;
  const bool is_flag = extras.front().rfind('-', 0) == 0;
  return "'" + extras.front() + "' is not " + (is_flag ? "a flag" : "something it takes") +
         "; see '" + program + " --help'";
}

Mistake Settings::Impl::apply_file() {
  const char* from_environment = std::getenv(environment_of("config").c_str());
  std::string path = from_environment ? from_environment : "";
  if (config->count() > 0) path = config->results().back();
  if (path.empty()) return std::nullopt;
  const auto values = read_settings_file(path);
  if (!values) return values.error().says;
  for (const auto& value : *values) {
    if (auto mistake = apply_file_value(path, value)) return mistake;
  }
  return std::nullopt;
}

Mistake Settings::Impl::apply_file_value(const std::string& path, const FileValue& value) {
  const std::string where = path + ", line " + std::to_string(value.line) + ": " + value.key;
  for (const auto& one : declared) {
    if (one.setting.name != value.key) continue;
    if (!accepts(one.setting, value.kind)) return where + " " + must_be(one.setting);
    if (assign(one.setting, value.texts)) return where + " " + but_is(one.setting, value.texts);
    return std::nullopt;
  }
  return where + " is not a setting of " + program + "; '" + program + " --help' lists them";
}

Mistake Settings::Impl::apply_environment() {
  for (const auto& one : declared) {
    const std::string variable = environment_of(one.setting.name);
    const char* value = std::getenv(variable.c_str());
    if (!value || *value == '\0') continue;
    const bool is_list = std::holds_alternative<ListTarget>(one.setting.target);
    const auto texts = is_list ? split_at_commas(value) : std::vector<std::string>{value};
    if (assign(one.setting, texts)) {
      return "the environment variable " + variable + " " + but_is(one.setting, texts);
    }
  }
  return std::nullopt;
}

Mistake Settings::Impl::apply_flags() {
  for (const auto& one : declared) {
    if (one.option->count() == 0) continue;
    auto texts = one.option->results();
    const bool is_list = std::holds_alternative<ListTarget>(one.setting.target);
    if (!is_list) texts.erase(texts.begin(), texts.end() - 1);  // The last one counts.
    if (assign(one.setting, texts)) {
      return flag_of(one.setting.name) + " " + but_is(one.setting, texts);
    }
  }
  return std::nullopt;
}

Mistake Settings::Impl::apply_arguments() {
  for (const auto& one : arguments) {
    if (one.option->count() > 0) {
      *one.target = one.option->results().front();
    } else if (one.required) {
      return one.name + " is missing: say '" + program + " " + one.name + "'";
    }
  }
  return std::nullopt;
}

Settings::Settings(std::string program, std::string purpose, std::string environment_prefix)
    : impl_(std::make_unique<Impl>()) {
  impl_->program = std::move(program);
  impl_->purpose = std::move(purpose);
  impl_->environment_prefix = std::move(environment_prefix);
  impl_->app.set_help_flag();
  impl_->app.allow_extras();
  impl_->help = impl_->app.add_flag("--help,-h");
  impl_->version = impl_->app.add_flag("--version");
  impl_->config = impl_->app.add_option("--config")->expected(1)->allow_extra_args(false);
  impl_->config->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

Settings::~Settings() = default;

void Settings::add(std::string name, std::string& target, std::string help) {
  impl_->declare(std::move(name), TextTarget{&target, {}}, std::move(help));
}

void Settings::add(std::string name, std::int64_t& target, std::string help, std::int64_t min,
                   std::int64_t max) {
  impl_->declare(std::move(name), WholeTarget{&target, min, max}, std::move(help));
}

void Settings::add(std::string name, double& target, std::string help, double min, double max) {
  impl_->declare(std::move(name), NumberTarget{&target, min, max}, std::move(help));
}

void Settings::add(std::string name, bool& target, std::string help) {
  impl_->declare(std::move(name), SwitchTarget{&target}, std::move(help));
}

void Settings::add(std::string name, std::vector<std::string>& target, std::string help) {
  impl_->declare(std::move(name), ListTarget{&target}, std::move(help));
}

void Settings::add_choice(std::string name, std::string& target, std::string help,
                          std::vector<std::string> choices) {
  impl_->declare(std::move(name), TextTarget{&target, std::move(choices)}, std::move(help));
}

void Settings::add_argument(std::string name, std::string& target, std::string help,
                            bool required) {
  auto* option = impl_->app.add_option(name);
  impl_->arguments.push_back({std::move(name), &target, std::move(help), required, option});
}

std::optional<int> Settings::parse(int argc, const char* const* argv) {
  auto mistake = impl_->parse_command_line(argc, argv);
  if (!mistake && impl_->help->count() > 0) {
    std::cout << impl_->help_text() << std::flush;
    return 0;
  }
  if (!mistake && impl_->version->count() > 0) {
    // Of the program as a whole, whichever of its commands was named.
    std::cout << impl_->program.substr(0, impl_->program.find(' ')) << ' ' << program_version
              << std::endl;
    return 0;
  }
  if (!mistake) mistake = impl_->apply_file();
  if (!mistake) mistake = impl_->apply_environment();
  if (!mistake) mistake = impl_->apply_flags();
  if (!mistake) mistake = impl_->apply_arguments();
  if (!mistake) return std::nullopt;
  std::cerr << impl_->program << ": " << *mistake << (mistake->back() == '.' ? "" : ".")
            << std::endl;
  return exit_mistake;
}

}  // namespace pf::process
