// A printer's memory card: a folder on disk that the FTP server fills and prints are read from.
// Paths are the printer's own, absolute and with "/": "/cache/cube.gcode.3mf". Used by one thread.
#pragma once
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pf::sim {

inline constexpr std::size_t card_path_bytes_max = 255;
inline constexpr std::size_t card_entries_max = 4096;  // In one folder.

struct CardLimits {
  std::uint64_t file_bytes = 2ull * 1024 * 1024 * 1024;
  std::uint64_t card_bytes = 16ull * 1024 * 1024 * 1024;
};

struct CardEntry {
  std::string name;
  bool folder = false;
  std::uint64_t bytes = 0;
  std::time_t changed = 0;
};

enum class CardFailure { no_such_folder, not_a_file, full, too_large, busy, broken };

class Card;

// A file on its way in. Dropped before finish() it stays behind cut off, as on a real card.
class CardWriter {
 public:
  CardWriter(Card& card, std::string path, std::ofstream file);
  ~CardWriter();
  CardWriter(const CardWriter&) = delete;
  CardWriter& operator=(const CardWriter&) = delete;

  std::optional<CardFailure> write(std::string_view bytes);
  std::optional<CardFailure> finish();

 private:
  Card& card_;
  std::string path_;
  std::ofstream file_;
  std::uint64_t bytes_ = 0;
};

class Card {
 public:
  explicit Card(std::filesystem::path root, CardLimits limits = {});

  // Makes the folders that every printer has.
  void prepare();

  // An absolute path from what a client wrote, seen from a folder. None: a name that no card takes,
  // such as one with ".." in it.
  static std::optional<std::string> resolve(std::string_view folder, std::string_view name);

  bool is_folder(const std::string& path) const;
  std::optional<std::uint64_t> file_size(const std::string& path) const;
  std::optional<std::time_t> changed(const std::string& path) const;
  std::vector<CardEntry> list(const std::string& folder) const;
  bool make_folder(const std::string& path);
  bool remove_file(const std::string& path);
  bool remove_folder(const std::string& path);  // Only an empty one.
  bool rename(const std::string& from, const std::string& to);

  Result<std::unique_ptr<CardWriter>, CardFailure> write(const std::string& path);
  // Where the file lies on this machine, if it is there and nobody is writing it.
  std::optional<std::filesystem::path> complete_file(const std::string& path) const;

 private:
  friend class CardWriter;
  std::filesystem::path on_disk(const std::string& path) const;

  std::filesystem::path root_;
  CardLimits limits_;
  std::uint64_t bytes_used_ = 0;
  std::set<std::string> being_written_;
};

}  // namespace pf::sim
