#include "cloud/adapters/blobs/disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "cloud/adapters/blobs/descriptor.hpp"

namespace pf {
namespace {

constexpr mode_t folder_mode = 0700;  // What customers print is nobody else's business.

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// Makes the missing folders from root (which exists) down to path.
void make_folders(const std::string& root, const std::string& path) {
  if (path == root || ::access(path.c_str(), F_OK) == 0) return;
  make_folders(root, parent_of(path));
  if (::mkdir(path.c_str(), folder_mode) != 0 && errno != EEXIST) {
    throw_blob_error("make folder", path);
  }
}

// All of them, also those that stood already: another writer may just have made them.
void flush_folders(const std::string& root, std::string path) {
  for (; path != root; path = parent_of(path)) flush_folder(path);
  flush_folder(root);
}

class DiskWriter final : public BlobWriter {
 public:
  DiskWriter(const std::string& temporary_folder, const std::string& stored_folder)
      : temporary_folder_(temporary_folder),
        stored_folder_(stored_folder),
        path_(temporary_folder + "/XXXXXX"),
        file_(::mkostemp(path_.data(), O_CLOEXEC)) {
    if (file_.number() < 0) throw_blob_error("make a file in", temporary_folder);
  }
  ~DiskWriter() override {
    if (!committed_) ::unlink(path_.c_str());
  }

  void append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto written = ::write(file_.number(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw_blob_error("write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  std::string path() const override { return path_; }

  void commit(const std::string& key) override {
    if (!is_blob_key(key)) throw BlobError("not a blob key: " + key);
    const auto target = stored_folder_ + "/" + key;
    if (::fsync(file_.number()) != 0) throw_blob_error("flush", path_);
    make_folders(stored_folder_, parent_of(target));
    if (::rename(path_.c_str(), target.c_str()) != 0) throw_blob_error("rename to", target);
    committed_ = true;
    flush_folders(stored_folder_, parent_of(target));
    flush_folder(temporary_folder_);
  }

 private:
  std::string temporary_folder_;
  std::string stored_folder_;
  std::string path_;
  Descriptor file_;
  bool committed_ = false;
};

class DiskReader final : public BlobReader {
 public:
  DiskReader(int number, std::uint64_t size, std::string path)
      : file_(number), size_(size), path_(std::move(path)) {}

  std::uint64_t size() const override { return size_; }

  std::string read_at(std::uint64_t offset, std::size_t bytes) const override {
    if (offset >= size_) return {};
    std::string content(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, size_ - offset)),
                        '\0');
    std::size_t done = 0;
    while (done < content.size()) {
      const auto got = ::pread(file_.number(), content.data() + done, content.size() - done,
                               static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw_blob_error("read", path_);
      // Stored content never shrinks; whoever cut it off from outside must not go unnoticed.
      if (got == 0) throw BlobError("shorter than it was: " + path_);
      done += static_cast<std::size_t>(got);
    }
    return content;
  }

 private:
  Descriptor file_;
  std::uint64_t size_;
  std::string path_;
};

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

bool is_key_segment(std::string_view segment) {
  return !segment.empty() && segment.size() <= blob_name_bytes_max && segment != "." &&
         segment != ".." && std::all_of(segment.begin(), segment.end(), is_key_character);
}

}  // namespace

bool is_blob_key(std::string_view key) {
  if (key.size() > blob_key_bytes_max) return false;
  while (true) {
    const auto slash = key.find('/');
    if (!is_key_segment(key.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    key.remove_prefix(slash + 1);
  }
}

DiskBlobs::DiskBlobs(const std::string& folder)
    : temporary_folder_(folder + "/tmp"), stored_folder_(folder + "/stored") {}

void DiskBlobs::start() {
  namespace fs = std::filesystem;
  try {
    fs::create_directories(stored_folder_);
    fs::create_directories(temporary_folder_);
    for (const auto& leftover : fs::directory_iterator(temporary_folder_)) {
      fs::remove_all(leftover.path());
    }
    for (const auto& folder : {temporary_folder_, stored_folder_}) {
      fs::permissions(folder, fs::perms::owner_all);
    }
  } catch (const fs::filesystem_error& error) {
    throw BlobError(error.what());
  }
  flush_folder(parent_of(stored_folder_));
}

std::unique_ptr<BlobWriter> DiskBlobs::create() {
  return std::make_unique<DiskWriter>(temporary_folder_, stored_folder_);
}

std::unique_ptr<BlobReader> DiskBlobs::open(const std::string& key) {
  auto path = stored_path(key);
  const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (number < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return nullptr;
    throw_blob_error("open", path);
  }
  struct stat facts {};
  if (::fstat(number, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    ::close(number);
    return nullptr;
  }
  return std::make_unique<DiskReader>(number, static_cast<std::uint64_t>(facts.st_size),
                                      std::move(path));
}

void DiskBlobs::remove(const std::string& key) {
  // Not flushed: what comes back after a power cut is an orphan, which costs room and nothing else.
  const auto path = stored_path(key);
  if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return;
  throw_blob_error("remove", path);
}

std::string DiskBlobs::stored_path(const std::string& key) const {
  if (!is_blob_key(key)) throw BlobError("not a blob key: " + key);
  return stored_folder_ + "/" + key;
}

}  // namespace pf
