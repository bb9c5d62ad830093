#include "process/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace pf::process {
namespace {

constexpr std::size_t read_piece_bytes = 64 * 1024;
constexpr std::size_t path_segments_max = 64;

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

std::string_view remedy(int error) {
  switch (error) {
    case ENOSPC: return "the disk is full: free some space";
    case EDQUOT: return "the disk quota is used up: free some space";
    case EFBIG: return "the file would be larger than the system allows";
    case EACCES:
    case EPERM: return "permission denied: check the owner and the mode";
    case EROFS: return "the file system is read-only";
    case ENOENT: return "no such file or directory";
    case EISDIR: return "it is a directory";
    case EIO: return "the disk reports an error: check it, and the system's log";
    default: return {};
  }
}

FileFault fault(std::string_view verb, const std::string& path, int error) {
  std::string says = "Cannot ";
  says.append(verb).append(" ").append(path).append(": ");
  const std::string_view known = remedy(error);
  says.append(known.empty() ? std::string_view(std::strerror(error)) : known).append(".");
  return {std::move(says), error == ENOENT, error == ENOSPC || error == EDQUOT || error == EFBIG};
}

int open_retrying(const char* path, int flags, mode_t mode = 0) {
  int file = -1;
  do {
    file = ::open(path, flags | O_CLOEXEC, mode);
  } while (file < 0 && errno == EINTR);
  return file;
}

// False with errno set.
bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A rename or a new name is durable only when its directory is.
bool flush_directory_of(const std::string& path) {
  const Descriptor directory(open_retrying(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY));
  return directory.get() >= 0 && ::fsync(directory.get()) == 0;
}

bool write_aside(const std::string& aside, std::string_view bytes, mode_t mode) {
  ::unlink(aside.c_str());  // Left by a crash; its mode would stay.
  const Descriptor file(open_retrying(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL, mode));
  // fchmod, because the umask has taken its share of the mode above.
  return file.get() >= 0 && ::fchmod(file.get(), mode) == 0 && write_all(file.get(), bytes) &&
         ::fsync(file.get()) == 0;
}

}  // namespace

Result<std::string, FileFault> read_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor file(open_retrying(path.c_str(), O_RDONLY));
  if (file.get() < 0) return fault("read", path, errno);
  std::string bytes;
  for (;;) {
    const std::size_t had = bytes.size();
    bytes.resize(had + read_piece_bytes);
    const ssize_t got = ::read(file.get(), bytes.data() + had, read_piece_bytes);
    const int error = errno;
    bytes.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got == 0) return bytes;
    if (got < 0 && error != EINTR) return fault("read", path, error);
    if (bytes.size() > bytes_max) {
      return FileFault{"Cannot read " + path + ": it is larger than " + std::to_string(bytes_max) +
                       " bytes, so it is not what it should be."};
    }
  }
}

Result<Nothing, FileFault> write_file_durably(const std::string& path, std::string_view bytes,
                                              mode_t mode) {
  const std::string aside = path + ".new";
  if (!write_aside(aside, bytes, mode) || ::rename(aside.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(aside.c_str());
    return fault("write", path, error);
  }
  if (!flush_directory_of(path)) return fault("flush", path, errno);
  return Nothing{};
}

Result<Nothing, FileFault> make_directories(const std::string& path, mode_t mode) {
  std::size_t slash = 0;
  for (std::size_t segment = 0; segment < path_segments_max; ++segment) {
    slash = path.find('/', slash + 1);
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), mode) == 0) {
      if (!flush_directory_of(part)) return fault("flush", part, errno);
    } else if (errno != EEXIST) {
      return fault("make the directory", part, errno);
    }
    if (slash != std::string::npos) continue;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return fault("use the directory", path, errno);
    if (!S_ISDIR(status.st_mode)) return fault("use the directory", path, ENOTDIR);
    return Nothing{};
  }
  return fault("make the directory", path, ENAMETOOLONG);
}

Result<DurableAppender, FileFault> DurableAppender::open(const std::string& path, mode_t mode) {
  Descriptor file(open_retrying(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, mode));
  if (file.get() < 0) return fault("open", path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return fault("open", path, errno);
  if (!flush_directory_of(path)) return fault("flush", path, errno);
  return DurableAppender(path, file.release(), static_cast<std::uint64_t>(status.st_size));
}

DurableAppender::DurableAppender(DurableAppender&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      size_(other.size_),
      broken_(other.broken_) {}

DurableAppender& DurableAppender::operator=(DurableAppender&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(size_, other.size_);
  std::swap(broken_, other.broken_);
  return *this;
}

DurableAppender::~DurableAppender() {
  if (file_ >= 0) ::close(file_);
}

Result<Nothing, FileFault> DurableAppender::append(std::string_view bytes) {
  if (broken_) {
    return FileFault{"Cannot append to " + path_ +
                     ": an earlier write failed and what the disk holds is unknown; check the "
                     "disk, then start the program again."};
  }
  if (!write_all(file_, bytes)) return undo(fault("append to", path_, errno));
  if (::fdatasync(file_) != 0) {
    // The kernel may have dropped the pages and will report success next time: trust nothing.
    broken_ = true;
    return fault("flush", path_, errno);
  }
  size_ += bytes.size();
  return Nothing{};
}

Result<Nothing, FileFault> DurableAppender::undo(FileFault fault) {
  if (::ftruncate(file_, static_cast<off_t>(size_)) != 0 || ::fdatasync(file_) != 0) {
    broken_ = true;
  }
  return fault;
}

}  // namespace pf::process
