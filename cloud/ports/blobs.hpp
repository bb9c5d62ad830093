// Where files live: content under keys such as "<tenant>/files/<sha256>". Embedded default: a
// folder; for those who outgrow one machine: any S3.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pf {

class BlobError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
class BlobStorageFull : public BlobError {
 public:
  using BlobError::BlobError;
};

// Written in pieces under no name; appears under its key at commit, durable, or never.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual void append(std::string_view bytes) = 0;
  virtual std::string path()
      const = 0;  // A local file with what was appended, for readers of ZIPs.
  virtual void commit(const std::string& key) = 0;
};

class BlobReader {
 public:
  virtual ~BlobReader() = default;
  virtual std::uint64_t size() const = 0;
  // Reads at most `bytes` from `offset`; shorter only at the end. Thread-safe.
  virtual std::string read_at(std::uint64_t offset, std::size_t bytes) const = 0;
};

class Blobs {
 public:
  virtual ~Blobs() = default;
  virtual std::unique_ptr<BlobWriter> create() = 0;
  virtual std::unique_ptr<BlobReader> open(const std::string& key) = 0;  // Null: no such key.
  virtual void remove(const std::string& key) = 0;                       // Absent is fine.
};

}  // namespace pf
