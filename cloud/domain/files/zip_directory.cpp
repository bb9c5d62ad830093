#include "cloud/domain/files/zip_directory.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>

#include "cloud/domain/files/archive.hpp"

namespace pf {
namespace {

// APPNOTE 4.3.12 to 4.3.16.
constexpr std::string_view entry_signature{"PK\1\2", 4};
constexpr std::string_view end_signature{"PK\5\6", 4};
constexpr std::string_view zip64_end_signature{"PK\6\6", 4};
constexpr std::string_view zip64_locator_signature{"PK\6\7", 4};
constexpr std::size_t entry_bytes = 46;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t zip64_end_bytes = 56;
constexpr std::size_t zip64_locator_bytes = 20;
constexpr std::size_t comment_bytes_max = 65535;
constexpr int end_records_max = 4;  // Honest archives have one; chance makes no second.

std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i > 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  }
  return value;
}

struct Directory {
  std::uint64_t entries = 0, bytes = 0, offset = 0;
};

class Reading {
 public:
  explicit Reading(const std::string& path) : file_(path, std::ios::binary | std::ios::ate) {
    if (file_) size_ = static_cast<std::uint64_t>(file_.tellg());
  }

  std::uint64_t size() const { return size_; }

  std::string at(std::uint64_t offset, std::uint64_t bytes) {
    if (offset >= size_) return {};
    std::string content(static_cast<std::size_t>(std::min(bytes, size_ - offset)), '\0');
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(offset));
    file_.read(content.data(), static_cast<std::streamsize>(content.size()));
    content.resize(static_cast<std::size_t>(std::max<std::streamsize>(file_.gcount(), 0)));
    return content;
  }

 private:
  std::ifstream file_;
  std::uint64_t size_ = 0;
};

// What an end record (which lies whole at `at`) says, through its zip64 record if it has one.
std::optional<Directory> directory_of(Reading& file, std::string_view tail, std::size_t at) {
  Directory directory{little_endian(tail, at + 10, 2), little_endian(tail, at + 12, 4),
                      little_endian(tail, at + 16, 4)};
  if (at >= zip64_locator_bytes &&
      tail.substr(at - zip64_locator_bytes).starts_with(zip64_locator_signature)) {
    const auto record =
        file.at(little_endian(tail, at - zip64_locator_bytes + 8, 8), zip64_end_bytes);
    if (record.size() < zip64_end_bytes || !record.starts_with(zip64_end_signature)) {
      return std::nullopt;
    }
    directory = {little_endian(record, 32, 8), little_endian(record, 40, 8),
                 little_endian(record, 48, 8)};
  }
  const bool inside =
      directory.offset <= file.size() && directory.bytes <= file.size() - directory.offset;
  return inside ? std::optional(directory) : std::nullopt;
}

bool has_control_character(std::string_view name) {
  return std::any_of(name.begin(), name.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Answer<Nothing> check_entries(std::string_view directory, std::uint64_t entries_max) {
  std::uint64_t entries = 0;
  while (directory.size() >= entry_bytes && directory.starts_with(entry_signature)) {
    if (++entries > entries_max) return too_many_entries(entries_max);
    const auto name_bytes = static_cast<std::size_t>(little_endian(directory, 28, 2));
    const auto whole = entry_bytes + name_bytes + little_endian(directory, 30, 2) +
                       little_endian(directory, 32, 2);
    const auto name = directory.substr(entry_bytes, name_bytes);
    if (has_control_character(name)) return unsafe_name(name);
    directory.remove_prefix(std::min<std::size_t>(whole, directory.size()));
  }
  return Nothing{};
}

}  // namespace

Answer<Nothing> check_zip_directory(const std::string& path, std::uint64_t entries_max) {
  Reading file(path);
  constexpr std::uint64_t tail_bytes_max = comment_bytes_max + end_bytes + zip64_locator_bytes;
  const auto tail_bytes = std::min(file.size(), tail_bytes_max);
  const auto tail = file.at(file.size() - tail_bytes, tail_bytes);
  int end_records = 0;
  // Every place that the library could take for the end record: which one it takes is its affair.
  for (auto at = tail.find(end_signature); at != std::string::npos && at + end_bytes <= tail.size();
       at = tail.find(end_signature, at + 1)) {
    if (little_endian(tail, at + 4, 4) != 0) continue;  // Of several disks: never opened.
    const auto directory = directory_of(file, tail, at);
    if (!directory) continue;
    if (++end_records > end_records_max) return damaged("it has several directories");
    if (directory->entries > entries_max || directory->bytes > zip_directory_bytes_max) {
      return too_many_entries(entries_max);
    }
    auto checked = check_entries(file.at(directory->offset, directory->bytes), entries_max);
    if (!checked) return checked;
  }
  return Nothing{};
}

}  // namespace pf
