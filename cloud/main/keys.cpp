#include "cloud/main/keys.hpp"

#include <stdexcept>

#include "crypto/cipher.hpp"
#include "crypto/text.hpp"
#include "process/files.hpp"

namespace pf {
namespace {

constexpr std::size_t key_file_bytes_max = 16 * 1024;

template <class Make>
std::string load_or_make(const std::string& path, Make&& make) {
  auto known = process::read_file(path, key_file_bytes_max);
  if (known) return std::move(*known);
  if (!known.error().missing) throw std::runtime_error(known.error().says);
  std::string made = make();
  const auto written = process::write_file_durably(path, made, process::private_mode);
  if (!written) throw std::runtime_error(written.error().says);
  return made;
}

std::string symmetric_key(const std::string& path, Random& random) {
  const auto text =
      load_or_make(path, [&] { return crypto::hex(random.bytes(crypto::key_bytes)) + "\n"; });
  auto key = crypto::from_hex(std::string_view(text).substr(0, 2 * crypto::key_bytes));
  if (!key || key->size() != crypto::key_bytes) {
    throw std::runtime_error(path + " must hold 64 hexadecimal digits. Restore it from a backup.");
  }
  return std::move(*key);
}

}  // namespace

Keys load_or_make_keys(const std::string& folder, Random& random) {
  const auto made = process::make_directories(folder, 0700);
  if (!made) throw std::runtime_error(made.error().says);
  auto master = symmetric_key(folder + "/master.key", random);
  auto download = symmetric_key(folder + "/download.key", random);
  const auto pem =
      load_or_make(folder + "/tokens.pem", [] { return crypto::RsaKey::generate().private_pem(); });
  auto tokens = crypto::RsaKey::from_pem(pem);
  if (!tokens)
    throw std::runtime_error(folder + "/tokens.pem holds no RSA key. Restore or remove it.");
  return {std::move(master), std::move(download), std::move(*tokens)};
}

}  // namespace pf
