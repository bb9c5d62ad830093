#include "tools/tidy/house_rules.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <regex>
#include <span>
#include <string_view>

namespace pf::tidy {
namespace {

constexpr int lines_max = 500;
constexpr int test_lines_max = 800;  // Tables of cases read well at length.

// A room and whose headers it may include, beside its own. The first prefix that fits a file is its
// room, so the finer ones stand first. Tests beside the code may also use what tests may use.
struct Room {
  std::string_view folder;
  std::vector<std::string_view> may_include;
};

const std::vector<Room>& rooms() {
  static const std::vector<Room> table = {
      {"base/", {}},
      {"crypto/", {"base/"}},
      {"protocol/", {"base/"}},
      {"process/", {"base/", "protocol/"}},
      {"hub/core/", {"base/", "protocol/"}},
      {"hub/drivers/",
       {"base/", "protocol/", "hub/core/driver.hpp", "hub/core/streams.hpp",
        "hub/core/events.hpp"}},
      {"hub/platforms/", {"base/", "protocol/", "crypto/", "process/", "hub/"}},
      {"sim/", {"base/", "protocol/", "crypto/", "process/", "hub/"}},
      {"cloud/ports/", {"base/", "protocol/", "cloud/kit/caller.hpp"}},
      {"cloud/kit/", {"base/", "protocol/", "crypto/", "cloud/ports/"}},
      {"cloud/domain/", {"base/", "protocol/", "crypto/", "cloud/kit/", "cloud/ports/"}},
      {"cloud/link/",
       {"base/", "protocol/", "crypto/", "cloud/kit/", "cloud/ports/", "cloud/domain/"}},
      {"cloud/adapters/", {"base/", "protocol/", "crypto/", "cloud/kit/", "cloud/ports/"}},
      // The hub's platform runs inside the server for those whose printers stand beside it.
      {"cloud/main/local_hub", {"base/", "protocol/", "crypto/", "process/", "cloud/", "hub/"}},
      {"cloud/main/", {"base/", "protocol/", "crypto/", "process/", "cloud/"}},
      {"tools/", {"base/", "protocol/", "crypto/", "process/", "cloud/", "tools/"}},
      {"bench/", {"base/", "protocol/", "crypto/", "process/", "bench/"}},
      {"tests/", {"base/", "protocol/", "crypto/", "process/", "hub/", "sim/", "cloud/", "tests/"}},
  };
  return table;
}

// A domain module may include only those on a lower floor.
constexpr auto module_floors = std::to_array<std::pair<std::string_view, int>>({
    {"audit", 0},
    {"mail", 0},
    {"tenants", 1},
    {"auth", 2},
    {"commands", 2},
    {"hubs", 3},
    {"files", 3},
    {"printers", 4},
    {"jobs", 5},
});

struct Source {
  std::string path;  // Relative to the root, with slashes.
  std::vector<std::string> lines;

  bool is_test() const {
    const std::filesystem::path name = std::filesystem::path(path).filename();
    return path.ends_with("_test.cpp") || name.string().starts_with("test_");
  }
};

const Room* room_of(std::string_view path) {
  for (const auto& room : rooms()) {
    if (path.starts_with(room.folder)) return &room;
  }
  return nullptr;
}

std::string_view module_of(std::string_view path) {
  constexpr std::string_view domain = "cloud/domain/";
  if (!path.starts_with(domain)) return {};
  path.remove_prefix(domain.size());
  const auto slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

int floor_of(std::string_view module) {
  for (const auto& [name, floor] : module_floors) {
    if (name == module) return floor;
  }
  return -1;
}

class Inspector {
 public:
  explicit Inspector(const Source& source) : source_(source) {}

  std::vector<Finding> inspect() {
    const auto lines = static_cast<int>(source_.lines.size());
    if (lines > (source_.is_test() ? test_lines_max : lines_max)) {
      find(lines, "has " + std::to_string(lines) + " lines; does it still hold one noun?");
    }
    int number = 0;
    for (const auto& line : source_.lines) {
      ++number;
      inspect_include(line, number);
      inspect_sql(line, number);
    }
    return std::move(findings_);
  }

 private:
  void inspect_include(const std::string& line, int number) {
    static const std::regex quoted(R"(^\s*#include\s+"([^"]+)\")");
    static const std::regex library(
        R"(^\s*#include\s+<(boost/|sqlite3|libpq|openssl/|argon2|zip\.h|expat|spdlog/|curl/|CLI/|toml\+\+|fmt/))");
    std::smatch match;
    if (std::regex_search(line, match, quoted)) {
      inspect_own_header(match[1].str(), number);
    } else if (std::regex_search(line, match, library) && !may_use_library(match[1].str())) {
      find(number, "may not use the library " + match[1].str() +
                       "; only adapters, platforms, crypto, process, sim and bench do");
    }
  }

  void inspect_own_header(const std::string& header, int number) {
    const auto* room = room_of(source_.path);
    const auto* target = room_of(header);
    if (!room || !target) return;
    if (room == target) return inspect_module(header, number);
    const bool allowed = std::any_of(room->may_include.begin(), room->may_include.end(),
                                     [&](std::string_view one) { return header.starts_with(one); });
    // A test may stand its room on real neighbours instead of mocks.
    if (allowed || source_.is_test()) return;
    find(number, "may not include " + header);
  }

  void inspect_module(const std::string& header, int number) {
    const auto own = module_of(source_.path), other = module_of(header);
    if (own.empty() || other.empty() || own == other || source_.is_test()) return;
    if (floor_of(own) < 0 || floor_of(other) < 0) {
      return find(number, "is a module without a floor; name it in tools/tidy/house_rules.cpp");
    }
    if (floor_of(other) >= floor_of(own)) {
      find(number, "may not include " + header + ": modules include only downward");
    }
    if (header.ends_with("_store.hpp")) {
      find(number, "may not include " + header + ": a module's SQL is its own");
    }
  }

  bool may_use_library(std::string_view library) const {
    const std::string_view path = source_.path;
    const bool outside = path.starts_with("cloud/adapters/") ||
                         path.starts_with("hub/platforms/") || path.starts_with("crypto/") ||
                         path.starts_with("process/") || path.starts_with("sim/") ||
                         path.starts_with("bench/") || path.starts_with("tools/");
    // The 3MF is a ZIP of XML and no port stands between: reading it is what the module is for.
    const bool threemf = path.starts_with("cloud/domain/files/") &&
                         (library.starts_with("zip") || library.starts_with("expat"));
    return outside || threemf || source_.is_test();
  }

  void inspect_sql(const std::string& line, int number) {
    static const std::regex statement(R"(\"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s)");
    if (!std::regex_search(line, statement)) return;
    const std::string_view path = source_.path;
    const bool may = path.ends_with("_store.cpp") || path.starts_with("cloud/adapters/sql/") ||
                     path == "cloud/kit/table.hpp" || path == "cloud/kit/secrets.cpp" ||
                     source_.is_test() || path.starts_with("tools/tidy/");
    if (path.starts_with("cloud/") && !may)
      find(number, "holds SQL; that belongs into a *_store.cpp");
  }

  void find(int line, std::string says) {
    findings_.push_back({source_.path, line, std::move(says)});
  }

  const Source& source_;
  std::vector<Finding> findings_;
};

std::vector<Source> sources_below(const std::filesystem::path& root) {
  std::vector<Source> sources;
  for (const auto& room : rooms()) {
    const auto folder = root / room.folder;
    if (!std::filesystem::exists(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".hpp") continue;
      Source source{std::filesystem::relative(entry.path(), root).generic_string(), {}};
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) source.lines.push_back(std::move(line));
      sources.push_back(std::move(source));
    }
  }
  std::sort(sources.begin(), sources.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  return sources;
}

}  // namespace

std::vector<Finding> check_house(const std::filesystem::path& root) {
  std::vector<Finding> all;
  for (const auto& source : sources_below(root)) {
    auto findings = Inspector(source).inspect();
    std::move(findings.begin(), findings.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace pf::tidy
