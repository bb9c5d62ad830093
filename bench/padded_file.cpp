#include "bench/padded_file.hpp"

#include <zip.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace pf::bench {
namespace {

constexpr std::size_t piece_bytes = 1024 * 1024;
constexpr const char* padding_entry = "Auxiliaries/padding.bin";

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

void write_random_bytes(const std::string& path, std::int64_t bytes, Random& random) {
  std::ofstream out(path, std::ios::binary);
  while (bytes > 0 && out) {
    const auto piece = std::min<std::int64_t>(bytes, piece_bytes);
    out << random.bytes(static_cast<std::size_t>(piece));
    bytes -= piece;
  }
  if (!out.flush()) throw std::runtime_error("The disk has no room for a file of this size.");
}

}  // namespace

void write_padded_file(const std::string& from, const std::string& to, std::int64_t padding_bytes,
                       Random& random) {
  std::error_code failed;
  std::filesystem::copy_file(from, to, failed);
  if (failed) throw std::runtime_error("The sliced file " + from + " cannot be copied.");
  const std::string padding = to + ".padding";
  write_random_bytes(padding, padding_bytes, random);

  std::unique_ptr<zip_t, Discard> archive(zip_open(to.c_str(), 0, nullptr));
  if (!archive) throw std::runtime_error(from + " is no ZIP archive.");
  auto* source = zip_source_file(archive.get(), padding.c_str(), 0, -1);
  const auto index =
      source ? zip_file_add(archive.get(), padding_entry, source, ZIP_FL_ENC_UTF_8) : -1;
  const bool added =
      index >= 0 && zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index),
                                             ZIP_CM_STORE, 0) == 0;
  if (!added) throw std::runtime_error("The sliced file cannot be padded.");
  if (zip_close(archive.get()) != 0) {
    throw std::runtime_error("The padded file cannot be written: the disk may be full.");
  }
  static_cast<void>(archive.release());  // Closing it has freed it.
  std::filesystem::remove(padding, failed);
}

}  // namespace pf::bench
