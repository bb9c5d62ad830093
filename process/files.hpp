// Files that matter: keys, state, journals. What is reported as written is on stable storage, and a
// crash at any moment leaves the old bytes or the new ones, never a mixture.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pf::process {

inline constexpr mode_t private_mode = 0600;  // Secrets.

struct FileFault {
  std::string says;      // A sentence for people: which file, what is wrong, what to do.
  bool missing = false;  // There is no such file; often not a fault at all.
  bool full = false;     // No room: the disk, the quota, or the size limit.
};

// Refuses files over bytes_max rather than filling the memory.
Result<std::string, FileFault> read_file(const std::string& path, std::size_t bytes_max);

// Writes aside (path + ".new"), flushes, renames over path, flushes the directory. One writer a
// path.
Result<Nothing, FileFault> write_file_durably(const std::string& path, std::string_view bytes,
                                              mode_t mode);

// Makes the directory and its parents where they are missing, with that mode for new ones.
Result<Nothing, FileFault> make_directories(const std::string& path, mode_t mode);

// A file that only grows. An append either is on stable storage in full, or has left no byte
// behind; when the device cannot promise even that, every later append fails too.
class DurableAppender {
 public:
  static Result<DurableAppender, FileFault> open(const std::string& path, mode_t mode);
  DurableAppender(DurableAppender&& other) noexcept;
  DurableAppender& operator=(DurableAppender&& other) noexcept;
  ~DurableAppender();

  Result<Nothing, FileFault> append(std::string_view bytes);
  std::uint64_t size() const { return size_; }

 private:
  DurableAppender(std::string path, int file, std::uint64_t size)
      : path_(std::move(path)), file_(file), size_(size) {}
  Result<Nothing, FileFault> undo(FileFault fault);

  std::string path_;
  int file_ = -1;
  std::uint64_t size_ = 0;
  bool broken_ = false;
};

}  // namespace pf::process
