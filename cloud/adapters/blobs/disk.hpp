// Blobs in a folder. What arrives is written under DIR/tmp without a name, flushed, and renamed to
// DIR/stored/<key>: after a power cut a key holds all of its content or does not exist. Whatever
// lies in DIR/tmp at start belongs to uploads that nobody will finish.
#pragma once
#include <string>

#include "cloud/ports/blobs.hpp"

namespace pf {

inline constexpr std::size_t blob_key_bytes_max = 512;
inline constexpr std::size_t blob_name_bytes_max = 200;  // Of one segment; file systems take 255.

class DiskBlobs final : public Blobs {
 public:
  explicit DiskBlobs(const std::string& folder);

  // Makes the folders and removes leftovers. Once, before anything else; one process a folder.
  void start();

  std::unique_ptr<BlobWriter> create() override;
  std::unique_ptr<BlobReader> open(const std::string& key) override;
  void remove(const std::string& key) override;

 private:
  std::string stored_path(const std::string& key) const;

  std::string temporary_folder_;
  std::string stored_folder_;
};

// Segments of [A-Za-z0-9._-] joined by single slashes, none of them "." or "..".
bool is_blob_key(std::string_view key);

}  // namespace pf
