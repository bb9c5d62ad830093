#include "cloud/adapters/blobs/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "cloud/ports/blobs.hpp"

namespace pf {

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

void throw_blob_error(std::string_view doing, const std::string& path) {
  const int code = errno;
  const std::string says =
      "cannot " + std::string(doing) + " " + path + ": " + std::generic_category().message(code);
  // EFBIG: the file system or a limit of the process allows no longer file.
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) throw BlobStorageFull(says);
  throw BlobError(says);
}

void flush_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.number() < 0) throw_blob_error("open folder", path);
  if (::fsync(folder.number()) != 0) throw_blob_error("flush folder", path);
}

}  // namespace pf
