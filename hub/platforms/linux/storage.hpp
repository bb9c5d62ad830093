// What the hub keeps in its data directory: the state with its secrets, and the journal. What is
// reported as kept is on stable storage.
#pragma once
#include <optional>
#include <string>

#include "process/files.hpp"

namespace pf::hub {

inline constexpr std::size_t state_file_bytes_max = 1024 * 1024;
inline constexpr std::size_t journal_file_bytes_max = 64 * 1024 * 1024;

class Storage {
 public:
  using Fault = process::FileFault;
  using Done = Result<Nothing, Fault>;

  // Makes the directory where it is missing. One program at a time may hold it.
  static Result<Storage, Fault> open(const std::string& directory);
  Storage(Storage&& other) noexcept;
  Storage& operator=(Storage&&) = delete;
  ~Storage();

  // Absent: there is none yet.
  Result<std::optional<std::string>, Fault> read_state() const;
  Result<std::optional<std::string>, Fault> read_journal() const;

  Done save_state(std::string_view bytes);
  Done append_journal(std::string_view bytes);
  Done replace_journal(std::string_view bytes);

 private:
  Storage(std::string directory, int lock) : directory_(std::move(directory)), lock_(lock) {}
  std::string state_path() const { return directory_ + "/state.json"; }
  std::string journal_path() const { return directory_ + "/journal"; }

  std::string directory_;
  int lock_;
  std::optional<process::DurableAppender> journal_;
};

}  // namespace pf::hub
