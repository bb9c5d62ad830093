#include "sim/print_url.hpp"

#include <array>

#include "sim/card.hpp"

namespace pf::sim {

std::optional<std::string> card_path_of_url(std::string_view url) {
  // ftp:///sdcard/x is missing here on purpose: the FTP server's root is the card itself, so that
  // it names a folder "sdcard" on the card, which is not there.
  static constexpr std::array<std::string_view, 4> card_roots{
      "file:///sdcard/", "file:///mnt/sdcard/", "ftp:///", "ftp://"};
  for (const auto root : card_roots) {
    if (!url.starts_with(root)) continue;
    auto path = Card::resolve("/", url.substr(root.size()));
    if (path == "/") return std::nullopt;
    return path;
  }
  return std::nullopt;
}

}  // namespace pf::sim
