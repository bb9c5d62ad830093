// One file on its way in: appended to a temporary blob while its size and SHA-256 are counted, and
// refused as early as it can be told that it will never print.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "cloud/domain/files/files.hpp"
#include "crypto/hash.hpp"

namespace pf {

class FileUpload final : public Upload {
 public:
  FileUpload(Files& files, Caller caller, std::unique_ptr<BlobWriter> content,
             std::uint64_t bytes_max);

  void named(std::string_view file_name) override;
  std::optional<Fault> append(std::string_view bytes) override;
  Response finish() override;

 private:
  std::optional<Fault> take(std::string_view bytes);

  Files& files_;
  Caller caller_;
  std::unique_ptr<BlobWriter> content_;
  std::uint64_t bytes_max_;
  std::string name_;
  std::string head_;  // The first bytes, until they have been judged.
  std::uint64_t size_ = 0;
  crypto::Sha256 sha256_;
  std::optional<Fault> refused_;  // Once refused, it stays refused.
};

Fault storage_full();

}  // namespace pf
