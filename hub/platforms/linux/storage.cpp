#include "hub/platforms/linux/storage.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <utility>

namespace pf::hub {
namespace {

constexpr mode_t private_directory_mode = 0700;

Result<std::optional<std::string>, process::FileFault> read_if_there(const std::string& path,
                                                                     std::size_t bytes_max) {
  auto bytes = process::read_file(path, bytes_max);
  if (bytes) return std::optional<std::string>(std::move(*bytes));
  if (bytes.error().missing) return std::optional<std::string>();
  return bytes.error();
}

}  // namespace

Result<Storage, Storage::Fault> Storage::open(const std::string& directory) {
  const auto made = process::make_directories(directory, private_directory_mode);
  if (!made) return made.error();
  const std::string lock_path = directory + "/lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, process::private_mode);
  if (lock < 0) return Fault{"Cannot write into " + directory + ": check its owner and mode."};
  // Two hubs with one journal would each believe that only they start prints.
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return Fault{"Another printfarm-hub uses " + directory +
                 ": stop it, or give this one a --data-dir of its own."};
  }
  return Storage(directory, lock);
}

Storage::Storage(Storage&& other) noexcept
    : directory_(std::move(other.directory_)),
      lock_(std::exchange(other.lock_, -1)),
      journal_(std::move(other.journal_)) {}

Storage::~Storage() {
  if (lock_ >= 0) ::close(lock_);
}

Result<std::optional<std::string>, Storage::Fault> Storage::read_state() const {
  return read_if_there(state_path(), state_file_bytes_max);
}

Result<std::optional<std::string>, Storage::Fault> Storage::read_journal() const {
  return read_if_there(journal_path(), journal_file_bytes_max);
}

Storage::Done Storage::save_state(std::string_view bytes) {
  return process::write_file_durably(state_path(), bytes, process::private_mode);
}

Storage::Done Storage::append_journal(std::string_view bytes) {
  if (!journal_) {
    auto opened = process::DurableAppender::open(journal_path(), process::private_mode);
    if (!opened) return opened.error();
    journal_.emplace(std::move(*opened));
  }
  return journal_->append(bytes);
}

Storage::Done Storage::replace_journal(std::string_view bytes) {
  auto written = process::write_file_durably(journal_path(), bytes, process::private_mode);
  if (written) journal_.reset();  // It still had the old file open.
  return written;
}

}  // namespace pf::hub
