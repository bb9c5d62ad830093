#include "sim/card.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>

namespace pf::sim {

namespace fs = std::filesystem;

CardWriter::CardWriter(Card& card, std::string path, std::ofstream file)
    : card_(card), path_(std::move(path)), file_(std::move(file)) {
  card_.being_written_.insert(path_);
}

CardWriter::~CardWriter() { card_.being_written_.erase(path_); }

std::optional<CardFailure> CardWriter::write(std::string_view bytes) {
  if (bytes_ + bytes.size() > card_.limits_.file_bytes) return CardFailure::too_large;
  if (card_.bytes_used_ + bytes.size() > card_.limits_.card_bytes) return CardFailure::full;
  file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file_) return CardFailure::broken;
  bytes_ += bytes.size();
  card_.bytes_used_ += bytes.size();
  return std::nullopt;
}

std::optional<CardFailure> CardWriter::finish() {
  file_.close();
  card_.being_written_.erase(path_);
  if (file_.fail()) return CardFailure::broken;
  return std::nullopt;
}

Card::Card(fs::path root, CardLimits limits) : root_(std::move(root)), limits_(limits) {}

void Card::prepare() {
  for (const auto* folder : {"cache", "model", "timelapse"}) fs::create_directories(root_ / folder);
  for (const auto& entry : fs::recursive_directory_iterator(root_)) {
    if (entry.is_regular_file()) bytes_used_ += entry.file_size();
  }
}

std::optional<std::string> Card::resolve(std::string_view folder, std::string_view name) {
  if (name.size() > card_path_bytes_max) return std::nullopt;
  std::string joined = name.starts_with('/') ? std::string(name) : std::string(folder) + '/';
  if (!name.starts_with('/')) joined += name;
  std::string clean;
  for (std::size_t at = 0; at < joined.size();) {
    const auto end = std::min(joined.find('/', at), joined.size());
    const auto part = std::string_view(joined).substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    const auto unprintable = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '\\'; };
    if (part == ".." || std::any_of(part.begin(), part.end(), unprintable)) return std::nullopt;
    clean.append("/").append(part);
  }
  if (clean.size() > card_path_bytes_max) return std::nullopt;
  return clean.empty() ? "/" : clean;
}

fs::path Card::on_disk(const std::string& path) const { return root_ / path.substr(1); }

bool Card::is_folder(const std::string& path) const {
  std::error_code error;
  return fs::is_directory(on_disk(path), error);
}

std::optional<std::uint64_t> Card::file_size(const std::string& path) const {
  std::error_code error;
  if (!fs::is_regular_file(on_disk(path), error)) return std::nullopt;
  const auto bytes = fs::file_size(on_disk(path), error);
  return error ? std::nullopt : std::optional<std::uint64_t>(bytes);
}

std::optional<std::time_t> Card::changed(const std::string& path) const {
  struct stat status {};
  if (::stat(on_disk(path).c_str(), &status) != 0) return std::nullopt;
  return status.st_mtime;
}

std::vector<CardEntry> Card::list(const std::string& folder) const {
  const auto prefix = folder == "/" ? folder : folder + '/';
  std::vector<CardEntry> entries;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(on_disk(folder), error)) {
    if (entries.size() == card_entries_max) break;
    const auto name = entry.path().filename().string();
    const auto path = prefix + name;
    entries.push_back(
        {name, entry.is_directory(error), file_size(path).value_or(0), changed(path).value_or(0)});
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

bool Card::make_folder(const std::string& path) {
  std::error_code error;
  return fs::create_directory(on_disk(path), error);
}

bool Card::remove_file(const std::string& path) {
  const auto bytes = file_size(path);
  std::error_code error;
  if (!bytes || being_written_.contains(path) || !fs::remove(on_disk(path), error)) return false;
  bytes_used_ -= std::min(bytes_used_, *bytes);
  return true;
}

bool Card::remove_folder(const std::string& path) {
  std::error_code error;
  return path != "/" && is_folder(path) && fs::remove(on_disk(path), error);
}

bool Card::rename(const std::string& from, const std::string& to) {
  std::error_code error;
  if (being_written_.contains(from) || being_written_.contains(to)) return false;
  if (fs::exists(on_disk(to), error)) return false;
  fs::rename(on_disk(from), on_disk(to), error);
  return !error;
}

Result<std::unique_ptr<CardWriter>, CardFailure> Card::write(const std::string& path) {
  if (being_written_.contains(path)) return CardFailure::busy;
  if (is_folder(path)) return CardFailure::not_a_file;
  const auto folder = path.substr(0, path.rfind('/'));
  if (!is_folder(folder.empty() ? "/" : folder)) return CardFailure::no_such_folder;
  if (!file_size(path) && list(folder.empty() ? "/" : folder).size() >= card_entries_max) {
    return CardFailure::full;
  }
  bytes_used_ -= std::min(bytes_used_, file_size(path).value_or(0));
  std::ofstream file(on_disk(path), std::ios::binary | std::ios::trunc);
  if (!file) return CardFailure::broken;
  return std::make_unique<CardWriter>(*this, path, std::move(file));
}

std::optional<fs::path> Card::complete_file(const std::string& path) const {
  if (!file_size(path) || being_written_.contains(path)) return std::nullopt;
  return on_disk(path);
}

}  // namespace pf::sim
