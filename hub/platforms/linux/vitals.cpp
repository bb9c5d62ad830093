#include "hub/platforms/linux/vitals.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <charconv>

#include "process/files.hpp"

namespace pf::hub {
namespace {

constexpr std::size_t kernel_file_bytes_max = 64 * 1024;

std::optional<std::int64_t> leading_number(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return std::nullopt;
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data() + first, text.data() + text.size(), number);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return number;
}

std::optional<std::int64_t> available_memory(const std::string& proc) {
  const auto text = process::read_file(proc + "/meminfo", kernel_file_bytes_max);
  if (!text) return std::nullopt;
  constexpr std::string_view name = "MemAvailable:";
  const auto at = text->find(name);
  if (at == std::string::npos) return std::nullopt;
  const auto kibibytes = leading_number(std::string_view(*text).substr(at + name.size()));
  if (!kibibytes) return std::nullopt;
  return *kibibytes * 1024;
}

std::optional<double> board_temperature(const std::string& sys) {
  const auto text =
      process::read_file(sys + "/class/thermal/thermal_zone0/temp", kernel_file_bytes_max);
  const auto millidegrees = text ? leading_number(*text) : std::nullopt;
  if (!millidegrees) return std::nullopt;
  return static_cast<double>(*millidegrees) / 1000;
}

// The first address that another machine could use.
std::optional<std::string> own_address() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return std::nullopt;
  std::optional<std::string> address;
  for (const ifaddrs* one = list; one != nullptr && !address; one = one->ifa_next) {
    const bool is_usable = one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET &&
                           (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
    if (!is_usable) continue;
    char text[INET_ADDRSTRLEN];
    const auto* inet = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
    if (::inet_ntop(AF_INET, &inet->sin_addr, text, sizeof text) != nullptr) address = text;
  }
  ::freeifaddrs(list);
  return address;
}

}  // namespace

VitalsRead read_vitals(const std::string& proc, const std::string& sys) {
  VitalsRead vitals;
  vitals.free_heap = available_memory(proc).value_or(0);
  vitals.ip_address = own_address();
  vitals.temperature = board_temperature(sys);
  return vitals;
}

}  // namespace pf::hub
