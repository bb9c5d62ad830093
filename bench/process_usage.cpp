#include "bench/process_usage.hpp"

#include <unistd.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace pf::bench {
namespace {

constexpr int user_field = 14, system_field = 15;  // proc(5), counted from 1.

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return number;
}

// What follows `name` at the start of a line.
std::optional<std::string_view> line_after(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    if (line.starts_with(name)) return line.substr(name.size());
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return std::nullopt;
}

std::optional<std::int64_t> bytes_after(std::string_view status, std::string_view name) {
  const auto rest = line_after(status, name);
  const auto kibibytes = rest ? whole_number(*rest) : std::nullopt;
  if (!kibibytes) return std::nullopt;
  return *kibibytes * 1024;
}

}  // namespace

std::optional<double> cpu_seconds_in(std::string_view stat, double ticks_per_second) {
  // The program's name may hold spaces and brackets; the last bracket ends it.
  const auto name_end = stat.rfind(") ");
  if (name_end == std::string_view::npos) return std::nullopt;
  stat.remove_prefix(name_end + 2);
  std::int64_t ticks = 0;
  for (int field = 3; field <= system_field; ++field) {
    const auto space = stat.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    if (field >= user_field) {
      const auto number = whole_number(stat.substr(0, space));
      if (!number) return std::nullopt;
      ticks += *number;
    }
    stat.remove_prefix(space + 1);
  }
  return static_cast<double>(ticks) / ticks_per_second;
}

std::optional<std::int64_t> resident_bytes_in(std::string_view status) {
  return bytes_after(status, "VmRSS:");
}

std::optional<std::int64_t> peak_bytes_in(std::string_view status) {
  return bytes_after(status, "VmHWM:");
}

ProcessUsage usage_of(pid_t pid) {
  const auto folder = "/proc/" + std::to_string(pid);
  const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto cpu = cpu_seconds_in(contents(folder + "/stat"), ticks_per_second);
  const auto status = contents(folder + "/status");
  const auto resident = resident_bytes_in(status), peak = peak_bytes_in(status);
  if (!cpu || !resident || !peak) {
    throw std::runtime_error("Process " + std::to_string(pid) + " has ended by itself.");
  }
  return {*cpu, *resident, *peak};
}

void forget_peak(pid_t pid) {
  const auto path = "/proc/" + std::to_string(pid) + "/clear_refs";
  std::ofstream file(path);
  file << '5' << std::flush;
  if (!file) throw std::runtime_error("The peak cannot be reset: " + path + " is not writable.");
}

std::string machine_name() {
  const auto description = contents("/proc/cpuinfo");
  auto model = line_after(description, "model name").value_or("");
  while (!model.empty() &&
         (model.front() == ' ' || model.front() == '\t' || model.front() == ':')) {
    model.remove_prefix(1);
  }
  const std::string name(model.empty() ? "unknown processor" : model);
  return name + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores";
}

}  // namespace pf::bench
