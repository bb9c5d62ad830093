// The ZIP inside a 3MF, read by its directory and never unpacked by name. Every limit is checked on
// what the directory says and counted again while inflating, because directories lie.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/kit/fault.hpp"

struct zip;
struct zip_file;

namespace pf {

struct ArchiveLimits {
  std::uint64_t entries_max = 4096;
  std::uint64_t name_bytes_max = 512;
  std::uint64_t entry_bytes_max = 2ull * 1024 * 1024 * 1024;  // Inflated; G-code is the largest.
  std::uint64_t total_bytes_max = 4ull * 1024 * 1024 * 1024;  // Inflated, of all entries.
  std::uint64_t ratio_max = 200;                              // Real G-code packs 10:1 to 30:1.
  std::uint64_t ratio_free_bytes = 1024 * 1024;               // Below this, any ratio is harmless.
};

// One entry, inflated piece by piece. Must not outlive its archive.
class ArchiveEntry {
 public:
  // Empty at the end, and only there: by then size and CRC were found right.
  Answer<std::string_view> next();

 private:
  friend class Archive;
  struct Close {
    void operator()(zip_file* file) const;
  };
  ArchiveEntry(std::string name, std::uint64_t declared_bytes, zip_file* file,
               std::uint64_t& budget);

  std::string name_;
  std::uint64_t left_bytes_;
  std::unique_ptr<zip_file, Close> file_;
  std::uint64_t& budget_;
  std::string piece_;
};

class Archive {
 public:
  static Answer<Archive> open(const std::string& path, const ArchiveLimits& limits = {});

  bool has(std::string_view name) const { return entries_.find(name) != entries_.end(); }
  // The names that begin so, in order.
  std::vector<std::string> names_under(std::string_view folder) const;
  // The name must be one that has() knows.
  Answer<ArchiveEntry> open_entry(std::string_view name);
  Answer<std::string> read(std::string_view name, std::uint64_t bytes_max);

 private:
  struct Close {
    void operator()(zip* archive) const;
  };
  struct Entry {
    std::uint64_t index = 0;
    std::uint64_t bytes = 0;
    std::uint64_t packed_bytes = 0;
  };
  Archive(zip* archive, const ArchiveLimits& limits);
  Answer<Nothing> read_directory();
  Answer<Nothing> add_entry(std::uint64_t index);
  Answer<Nothing> check_sizes() const;

  std::unique_ptr<zip, Close> archive_;
  ArchiveLimits limits_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::unique_ptr<std::uint64_t>
      budget_;  // Bytes that may still be inflated; open entries point at it.
};

// What is said of archives that are refused.
Fault damaged(std::string_view part);
Fault too_many_entries(std::uint64_t entries_max);
Fault unsafe_name(std::string_view name);

}  // namespace pf
