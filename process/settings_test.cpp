#include "process/settings.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "process/scratch_directory.hpp"

namespace pf::process {
namespace {

struct Config {
  std::string cloud = "http://127.0.0.1:8080";
  std::string log_format = "text";
  std::int64_t port = 8080;
  double speed = 1;
  bool fresh = false;
  std::vector<std::string> roots;
  std::string token;
};

// One run of a program that has a setting of every kind.
struct Run {
  Config config;
  std::optional<int> code;
  std::string out, says;
};

Run run(std::vector<const char*> words, bool token_required = false) {
  Run result;
  auto& config = result.config;
  Settings settings("printfarm-test", "Tries its settings.", "PFTEST_");
  settings.add("cloud", config.cloud, "Where the cloud is.");
  settings.add_choice("log_format", config.log_format, "How log lines look.", {"text", "json"});
  settings.add("port", config.port, "Port to listen on.", 1, 65535);
  settings.add("speed", config.speed, "How much faster.", 0.5, 1000);
  settings.add("fresh", config.fresh, "Forget everything.");
  settings.add("printer_roots", config.roots, "Certificates to trust.");
  settings.add_argument("TOKEN", config.token, "The claim token.", token_required);
  words.insert(words.begin(), "printfarm-test");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  result.code = settings.parse(static_cast<int>(words.size()), words.data());
  result.out = testing::internal::GetCapturedStdout();
  result.says = testing::internal::GetCapturedStderr();
  return result;
}

class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() { ::unsetenv(name_); }

 private:
  const char* name_;
};

struct File {
  ScratchDirectory scratch;
  std::string path = scratch.file("hub.toml");
  explicit File(const std::string& text) { std::ofstream(path) << text; }
};

TEST(Settings, keep_their_defaults_when_nothing_is_said) {
  const auto result = run({});
  EXPECT_EQ(result.code, std::nullopt) << result.says;
  EXPECT_EQ(result.config.port, 8080);
  EXPECT_EQ(result.config.token, "");
}

TEST(Settings, come_from_flags) {
  const auto result =
      run({"--cloud", "https://farm.example", "--log-format=json", "--port", "9", "--speed", "2.5",
           "--fresh", "ABC", "--printer-roots", "a.pem", "--printer-roots=b.pem"});
  ASSERT_EQ(result.code, std::nullopt) << result.says;
  EXPECT_EQ(result.config.cloud, "https://farm.example");
  EXPECT_EQ(result.config.log_format, "json");
  EXPECT_EQ(result.config.port, 9);
  EXPECT_EQ(result.config.speed, 2.5);
  EXPECT_TRUE(result.config.fresh);
  EXPECT_EQ(result.config.roots, (std::vector<std::string>{"a.pem", "b.pem"}));
  EXPECT_EQ(result.config.token, "ABC");
}

TEST(Settings, come_from_the_environment) {
  const Environment port("PFTEST_PORT", "81"), fresh("PFTEST_FRESH", "true"),
      roots("PFTEST_PRINTER_ROOTS", "a.pem,b.pem"), empty("PFTEST_SPEED", "");
  const auto result = run({});
  ASSERT_EQ(result.code, std::nullopt) << result.says;
  EXPECT_EQ(result.config.port, 81);
  EXPECT_TRUE(result.config.fresh);
  EXPECT_EQ(result.config.roots, (std::vector<std::string>{"a.pem", "b.pem"}));
}

TEST(Settings, come_from_a_toml_file) {
  const File file(
      "cloud = 'http://x'\nport = 82\nspeed = 3\nfresh = true\nprinter_roots = ['a.pem']\n");
  const auto result = run({"--config", file.path.c_str()});
  ASSERT_EQ(result.code, std::nullopt) << result.says;
  EXPECT_EQ(result.config.cloud, "http://x");
  EXPECT_EQ(result.config.port, 82);
  EXPECT_EQ(result.config.speed, 3);
  EXPECT_TRUE(result.config.fresh);
  EXPECT_EQ(result.config.roots, std::vector<std::string>{"a.pem"});
}

TEST(Settings, let_a_flag_win_over_the_environment_and_that_over_the_file) {
  const File file("port = 1\nspeed = 10\ncloud = 'file'\n");
  const Environment config("PFTEST_CONFIG", file.path), port("PFTEST_PORT", "2"),
      speed("PFTEST_SPEED", "20");
  const auto result = run({"--port", "3", "--port", "4"});
  ASSERT_EQ(result.code, std::nullopt) << result.says;
  EXPECT_EQ(result.config.port, 4);
  EXPECT_EQ(result.config.speed, 20);
  EXPECT_EQ(result.config.cloud, "file");
}

TEST(Settings, show_default_environment_and_file_key_in_the_help) {
  const auto result = run({"--help"});
  EXPECT_EQ(result.code, 0);
  for (const char* part : {"--log-format text|json", "default text", "PFTEST_LOG_FORMAT",
                           "file log_format", "--config FILE", "TOKEN", "Tries its settings."}) {
    EXPECT_NE(result.out.find(part), std::string::npos) << part << "\n" << result.out;
  }
  EXPECT_EQ(run({"-h"}).out, result.out);
}

TEST(Settings, show_the_version) {
  const auto result = run({"--version"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "printfarm-test " + std::string(program_version) + "\n");
}

struct Mistake {
  std::vector<const char*> words;
  std::string_view says;
};

TEST(Settings, refuse_a_wrong_command_line_in_one_sentence) {
  const Mistake mistakes[] = {
      {{"--port", "abc"}, "--port must be a whole number between 1 and 65535, but is 'abc'."},
      {{"--port", "0"}, "--port must be a whole number between 1 and 65535, but is '0'."},
      {{"--port", "-1"}, "--port must be a whole number between 1 and 65535, but is '-1'."},
      {{"--port", "99999999999999999999"}, "but is '99999999999999999999'."},
      {{"--port", "80 "}, "but is '80 '."},
      {{"--port", ""}, "but is ''."},
      {{"--speed", "nan"}, "--speed must be a number between 0.5 and 1000, but is 'nan'."},
      {{"--log-format", "xml"}, "--log-format must be one of: text, json, but is 'xml'."},
      {{"--fresh=perhaps"}, "--fresh must be true or false, but is 'perhaps'."},
      {{"--port"}, "--port needs a value after it."},
      {{"--prot", "80"}, "'--prot' is not a flag; see 'printfarm-test --help'."},
      {{"-x"}, "'-x' is not a flag"},
      {{"ABC", "DEF"}, "'DEF' is not something it takes"},
      {{"--config", "/no/such/file.toml"},
       "Cannot read /no/such/file.toml: no such file or directory."},
  };
  for (const auto& mistake : mistakes) {
    const auto result = run(mistake.words);
    EXPECT_EQ(result.code, 2) << mistake.says;
    EXPECT_NE(result.says.find(mistake.says), std::string::npos) << result.says;
    EXPECT_EQ(result.says.rfind("printfarm-test: ", 0), 0u) << result.says;
    EXPECT_EQ(result.says.find('\n'), result.says.size() - 1) << result.says;
  }
}

TEST(Settings, refuse_a_missing_argument) {
  const auto result = run({}, true);
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.says.find("TOKEN is missing: say 'printfarm-test TOKEN'."), std::string::npos)
      << result.says;
}

TEST(Settings, refuse_a_wrong_environment_by_its_name) {
  const Environment port("PFTEST_PORT", "http");
  const auto result = run({});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.says.find("the environment variable PFTEST_PORT must be a whole number"),
            std::string::npos)
      << result.says;
}

TEST(Settings, refuse_a_wrong_file_by_its_line) {
  const std::pair<std::string, std::string_view> files[] = {
      {"cloud = 'x'\nprot = 80\n", "line 2: prot is not a setting of printfarm-test"},
      {"port = '80'\n", "line 1: port must be a whole number between 1 and 65535"},
      {"port = 80.0\n", "line 1: port must be a whole number"},
      {"\n\nport = 70000\n", "line 3: port must be a whole number"},
      {"cloud = 5\n", "line 1: cloud must be a text"},
      {"fresh = 'true'\n", "line 1: fresh must be true or false"},
      {"fresh = 1\n", "line 1: fresh must be true or false"},
      {"printer_roots = 'a.pem'\n", "line 1: printer_roots must be a list of texts"},
      {"printer_roots = ['a.pem', 1]\n", "line 1: printer_roots must be a list of texts"},
      {"log_format = 'xml'\n", "must be one of: text, json, but is 'xml'"},
      {"[cloud]\nport = 1\n", "line 1: cloud must be a text"},
      {"port = 80\nport = 81\n", "line 2"},
      {"port 80\n", "line 1, is not valid TOML"},
      {std::string("\xff\xfe"), "is not valid TOML"},
      {std::string(2'000'000, '#'), "larger than"},
  };
  for (const auto& [text, says] : files) {
    const File file(text);
    const auto result = run({"--config", file.path.c_str()});
    EXPECT_EQ(result.code, 2) << says;
    EXPECT_NE(result.says.find(says), std::string::npos) << result.says;
    EXPECT_NE(result.says.find(file.path), std::string::npos) << result.says;
  }
}

}  // namespace
}  // namespace pf::process
