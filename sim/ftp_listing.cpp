#include "sim/ftp_listing.hpp"

#include <ctime>

namespace pf::sim {
namespace {

constexpr std::size_t size_column = 12;

std::string time_text(std::time_t time, const char* format) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, format, &parts));
}

}  // namespace

std::string detailed_listing(const std::vector<CardEntry>& entries, FtpDialect dialect) {
  std::string lines;
  for (const auto& entry : entries) {
    std::string size = std::to_string(entry.bytes);
    if (dialect == FtpDialect::strict) {
      if (size.size() < size_column) size.insert(0, size_column - size.size(), ' ');
      lines += entry.folder ? "drwxrwxrwx    2 0        0    " : "-rwxrwxrwx    1 0        0    ";
    } else {
      lines += entry.folder ? "drw-rw-rw- 1 root root " : "-rw-rw-rw- 1 root root ";
    }
    lines += size + time_text(entry.changed, " %b %d %H:%M ") + entry.name + "\r\n";
  }
  return lines;
}

std::string name_listing(const std::vector<CardEntry>& entries, const std::string& folder,
                         FtpDialect dialect) {
  std::string lines;
  for (const auto& entry : entries) {
    if (dialect == FtpDialect::strict) lines += folder == "/" ? folder : folder + '/';
    lines += entry.name + "\r\n";
  }
  return lines;
}

std::string ftp_time(std::time_t time) { return time_text(time, "%Y%m%d%H%M%S"); }

}  // namespace pf::sim
