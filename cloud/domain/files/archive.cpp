#include "cloud/domain/files/archive.hpp"

#include <zip.h>

#include <algorithm>
#include <cassert>

#include "cloud/domain/files/shown_text.hpp"
#include "cloud/domain/files/zip_directory.hpp"

namespace pf {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;
constexpr std::size_t shown_name_bytes_max = 80;
constexpr std::uint32_t unix_type_mask = 0170000, unix_link = 0120000;

Fault bomb() {
  return {422,
          "This file unpacks to far more than any print needs, so it was not read. Export it "
          "again from the slicer, and upload it once more."};
}

// A path inside the archive and nowhere else, whatever system it were unpacked on.
bool is_safe_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos)
    return false;
  if (name.size() >= 2 && name[1] == ':') return false;
  while (!name.empty()) {
    const auto slash = name.find('/');
    if (name.substr(0, slash) == "..") return false;
    if (slash == std::string_view::npos) break;
    name.remove_prefix(slash + 1);
  }
  return true;
}

bool is_link(zip* archive, std::uint64_t index) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(archive, index, 0, &system, &attributes) != 0) return false;
  return system == ZIP_OPSYS_UNIX && (attributes >> 16 & unix_type_mask) == unix_link;
}

}  // namespace

Fault damaged(std::string_view part) {
  return {422, "This file is damaged or incomplete (" + shown_text(part, shown_name_bytes_max) +
                   "). Export it again from the slicer, and upload it once more."};
}

Fault too_many_entries(std::uint64_t entries_max) {
  return {422, "This archive holds more than " + std::to_string(entries_max) +
                   " files, so it is not a sliced print. Export it again from the slicer."};
}

Fault unsafe_name(std::string_view name) {
  return {422, "This archive holds a file whose name is not allowed (\"" +
                   shown_text(name, shown_name_bytes_max) +
                   "\"). Export it again from the slicer."};
}

void ArchiveEntry::Close::operator()(zip_file* file) const { zip_fclose(file); }
void Archive::Close::operator()(zip* archive) const { zip_discard(archive); }

ArchiveEntry::ArchiveEntry(std::string name, std::uint64_t declared_bytes, zip_file* file,
                           std::uint64_t& budget)
    : name_(std::move(name)),
      left_bytes_(declared_bytes),
      file_(file),
      budget_(budget),
      piece_(piece_bytes, '\0') {}

Answer<std::string_view> ArchiveEntry::next() {
  const auto got = zip_fread(file_.get(), piece_.data(), piece_.size());
  if (got < 0) return damaged(name_);
  const auto bytes = static_cast<std::uint64_t>(got);
  if (bytes > left_bytes_ || (bytes == 0 && left_bytes_ > 0)) return damaged(name_);
  if (bytes > budget_) return bomb();
  left_bytes_ -= bytes;
  budget_ -= bytes;
  return std::string_view(piece_).substr(0, static_cast<std::size_t>(bytes));
}

Archive::Archive(zip* archive, const ArchiveLimits& limits)
    : archive_(archive),
      limits_(limits),
      budget_(std::make_unique<std::uint64_t>(limits.total_bytes_max)) {}

Answer<Archive> Archive::open(const std::string& path, const ArchiveLimits& limits) {
  auto checked = check_zip_directory(path, limits.entries_max);
  if (!checked) return checked.error();
  int code = 0;
  zip* opened = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (!opened) return damaged("its directory cannot be read");
  Archive archive(opened, limits);
  auto read = archive.read_directory();
  if (!read) return read.error();
  return archive;
}

Answer<Nothing> Archive::read_directory() {
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(archive_.get(), 0));
  if (count > limits_.entries_max) return too_many_entries(limits_.entries_max);
  for (std::uint64_t index = 0; index < count; ++index) {
    auto added = add_entry(index);
    if (!added) return added;
  }
  return check_sizes();
}

Answer<Nothing> Archive::add_entry(std::uint64_t index) {
  zip_stat_t facts;
  zip_stat_init(&facts);
  const char* raw_name = zip_get_name(archive_.get(), index, ZIP_FL_ENC_RAW);
  constexpr zip_uint64_t wanted =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if (!raw_name || zip_stat_index(archive_.get(), index, 0, &facts) != 0 ||
      (facts.valid & wanted) != wanted) {
    return damaged("its directory cannot be read");
  }
  const std::string name = raw_name;
  if (name.size() > limits_.name_bytes_max || !is_safe_name(name)) return unsafe_name(name);
  if (is_link(archive_.get(), index)) return unsafe_name(name);
  if (facts.encryption_method != ZIP_EM_NONE) {
    return Fault{422,
                 "This file is protected with a password, which no printer can open. Export it "
                 "again from the slicer."};
  }
  if (facts.comp_method != ZIP_CM_STORE && facts.comp_method != ZIP_CM_DEFLATE) {
    return Fault{422,
                 "This file is packed in a way that printers cannot open. Export it again from "
                 "the slicer instead of packing it by hand."};
  }
  // Of two with one name, we could read one and the printer print the other.
  if (!entries_.emplace(name, Entry{index, facts.size, facts.comp_size}).second) {
    return unsafe_name(name);
  }
  return Nothing{};
}

Answer<Nothing> Archive::check_sizes() const {
  std::uint64_t total = 0;
  for (const auto& [name, entry] : entries_) {
    if (entry.bytes > limits_.entry_bytes_max) return bomb();
    if (entry.bytes > limits_.total_bytes_max - total) return bomb();
    total += entry.bytes;
    if (entry.bytes > limits_.ratio_free_bytes &&
        entry.bytes / limits_.ratio_max > entry.packed_bytes) {
      return bomb();
    }
  }
  return Nothing{};
}

std::vector<std::string> Archive::names_under(std::string_view folder) const {
  std::vector<std::string> names;
  for (auto at = entries_.lower_bound(folder);
       at != entries_.end() && at->first.starts_with(folder); ++at) {
    names.push_back(at->first);
  }
  return names;
}

Answer<ArchiveEntry> Archive::open_entry(std::string_view name) {
  const auto known = entries_.find(name);
  assert(known != entries_.end());
  zip_file* file = zip_fopen_index(archive_.get(), known->second.index, 0);
  if (!file) return damaged(name);
  return ArchiveEntry(known->first, known->second.bytes, file, *budget_);
}

Answer<std::string> Archive::read(std::string_view name, std::uint64_t bytes_max) {
  auto entry = open_entry(name);
  if (!entry) return entry.error();
  std::string content;
  while (true) {
    const auto piece = entry->next();
    if (!piece) return piece.error();
    if (piece->empty()) return content;
    if (piece->size() > bytes_max - content.size()) return bomb();
    content += *piece;
  }
}

}  // namespace pf
