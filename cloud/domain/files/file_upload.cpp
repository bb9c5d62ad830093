#include "cloud/domain/files/file_upload.hpp"

#include <utility>

#include "cloud/domain/files/foreign_format.hpp"
#include "cloud/domain/files/shown_text.hpp"

namespace pf {
namespace {

std::string in_words(std::uint64_t bytes) {
  constexpr std::uint64_t mebibyte = 1024 * 1024;
  if (bytes >= mebibyte) return std::to_string(bytes / mebibyte) + " MiB";
  return std::to_string(bytes) + " bytes";
}

Fault too_large(std::uint64_t bytes_max) {
  return {413, "This file is larger than " + in_words(bytes_max) +
                   ", the most that this server takes. Slice fewer plates into one file, or ask "
                   "who runs the server for a higher limit."};
}

}  // namespace

Fault storage_full() {
  return {507,
          "The server has no room left for this file. Remove files that nobody needs, or ask "
          "who runs the server for more space."};
}

FileUpload::FileUpload(Files& files, Caller caller, std::unique_ptr<BlobWriter> content,
                       std::uint64_t bytes_max)
    : files_(files),
      caller_(std::move(caller)),
      content_(std::move(content)),
      bytes_max_(bytes_max),
      name_(shown_file_name("")) {}

void FileUpload::named(std::string_view file_name) { name_ = shown_file_name(file_name); }

std::optional<Fault> FileUpload::append(std::string_view bytes) {
  if (!refused_) refused_ = take(bytes);
  return refused_;
}

std::optional<Fault> FileUpload::take(std::string_view bytes) {
  if (bytes.size() > bytes_max_ - size_) return too_large(bytes_max_);
  if (size_ < format_head_bytes) {
    head_ += bytes.substr(0, format_head_bytes - size_);
    if (head_.size() >= zip_signature.size() && !head_.starts_with(zip_signature)) {
      return foreign_format(name_, head_);
    }
  }
  size_ += bytes.size();
  sha256_.add(bytes);
  try {
    content_->append(bytes);
  } catch (const BlobStorageFull&) {
    return storage_full();
  }
  return std::nullopt;
}

Response FileUpload::finish() {
  if (refused_) return problem(*refused_, caller_.request_id);
  try {
    auto kept = files_.keep(caller_, {name_, size_, sha256_.finish_hex(), *content_});
    if (!kept) return problem(kept.error(), caller_.request_id);
    return ReplyOf<Created<PrintFileInfo>>::response(std::move(*kept));
  } catch (const BlobStorageFull&) {
    return problem(storage_full(), caller_.request_id);
  }
}

}  // namespace pf
