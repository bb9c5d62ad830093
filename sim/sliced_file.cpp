#include "sim/sliced_file.hpp"

#include <openssl/evp.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>

#include "sim/gcode_facts.hpp"
#include "sim/slice_info.hpp"

namespace pf::sim {
namespace {

constexpr std::uint64_t slice_info_bytes_max = 4ull * 1024 * 1024;
constexpr std::uint64_t gcode_bytes_max = 4ull * 1024 * 1024 * 1024;
constexpr std::size_t checksum_characters = 32;

// What a file without the facts is printed with: it still has to take some time and some heat.
constexpr int prediction_seconds_default = 600;
constexpr int layers_default = 1;
constexpr int nozzle_celsius_default = 220;
constexpr int bed_celsius_default = 60;

struct CloseZip {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
struct FreeDigest {
  void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
};
using Zip = std::unique_ptr<zip_t, CloseZip>;

// Gives the entry to `take` piece by piece. False: not there, damaged or over the limit.
template <class Take>
bool read_entry(const Zip& archive, const std::string& name, std::uint64_t bytes_max, Take take) {
  const std::unique_ptr<zip_file_t, CloseEntry> entry(zip_fopen(archive.get(), name.c_str(), 0));
  if (!entry) return false;
  std::array<char, 64 * 1024> buffer;
  std::uint64_t total = 0;
  for (;;) {
    const auto count = zip_fread(entry.get(), buffer.data(), buffer.size());
    if (count < 0) return false;
    if (count == 0) return true;
    total += static_cast<std::uint64_t>(count);
    if (total > bytes_max) return false;
    take(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
  }
}

std::optional<std::string> read_text(const Zip& archive, const std::string& name,
                                     std::uint64_t bytes_max) {
  std::string text;
  const bool read = read_entry(archive, name, bytes_max, [&](auto bytes) { text += bytes; });
  return read ? std::optional(std::move(text)) : std::nullopt;
}

// "Metadata/plate_12.gcode" -> 12.
std::optional<int> plate_of_entry(std::string_view entry) {
  constexpr std::string_view prefix = "Metadata/plate_", suffix = ".gcode";
  if (!entry.starts_with(prefix) || !entry.ends_with(suffix)) return std::nullopt;
  entry.remove_prefix(prefix.size());
  entry.remove_suffix(std::min(entry.size(), suffix.size()));
  int plate = 0;
  const auto parsed = std::from_chars(entry.data(), entry.data() + entry.size(), plate);
  if (parsed.ec != std::errc{} || parsed.ptr != entry.data() + entry.size()) return std::nullopt;
  return plate;
}

class Md5 {
 public:
  Md5() : digest_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(digest_.get(), EVP_md5(), nullptr); }
  void add(std::string_view bytes) { EVP_DigestUpdate(digest_.get(), bytes.data(), bytes.size()); }
  // As the slicer writes it: upper case.
  std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned count = 0;
    EVP_DigestFinal_ex(digest_.get(), bytes.data(), &count);
    std::string text;
    for (unsigned i = 0; i < count; ++i) {
      text += "0123456789ABCDEF"[bytes[i] >> 4];
      text += "0123456789ABCDEF"[bytes[i] & 15];
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, FreeDigest> digest_;
};

RefusedFile unreadable(std::string why) { return {error_file_unreadable, std::move(why)}; }

}  // namespace

Result<PlateFacts, RefusedFile> read_sliced_plate(const std::string& path, std::string_view entry) {
  const auto plate = plate_of_entry(entry);
  if (!plate) return unreadable("param does not name a plate's G-code");
  const Zip archive(zip_open(path.c_str(), ZIP_RDONLY, nullptr));
  if (!archive) return unreadable("the file is not a whole zip archive");

  GcodeFacts gcode;
  Md5 checksum;
  const std::string name(entry);
  const bool read = read_entry(archive, name, gcode_bytes_max, [&](std::string_view bytes) {
    gcode.add(bytes);
    checksum.add(bytes);
  });
  if (!read) return unreadable("the file has no such plate, or it is damaged");
  const auto expected = read_text(archive, name + ".md5", checksum_characters);
  if (expected && *expected != checksum.finish()) {
    return unreadable("the G-code is not the one its checksum was made for");
  }

  const auto xml = read_text(archive, "Metadata/slice_info.config", slice_info_bytes_max);
  const auto info = xml ? read_slice_info(*xml, *plate) : std::nullopt;
  if (!info) return unreadable("slice_info.config does not describe the plate");
  return PlateFacts{
      .prediction =
          Seconds{std::max(1, info->prediction_seconds.value_or(prediction_seconds_default))},
      .layers = std::max(1, gcode.layers().value_or(layers_default)),
      .filament_grams = info->weight_grams.value_or(0),
      .nozzle_celsius = gcode.nozzle_celsius().value_or(nozzle_celsius_default),
      .bed_celsius = gcode.bed_celsius().value_or(bed_celsius_default),
  };
}

}  // namespace pf::sim
