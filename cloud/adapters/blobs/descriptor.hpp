// An open file that closes itself, and what a failed system call means for blobs.
#pragma once
#include <string>
#include <string_view>

namespace pf {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }

 private:
  int number_;
};

// Throws BlobStorageFull where errno says that there is no room, BlobError otherwise.
[[noreturn]] void throw_blob_error(std::string_view doing, const std::string& path);

// So that a power cut cannot undo what was made or renamed in the folder.
void flush_folder(const std::string& path);

}  // namespace pf
