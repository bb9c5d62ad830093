#include "cloud/domain/auth/email.hpp"

#include <algorithm>

namespace pf {
namespace {

constexpr std::size_t email_bytes_max = 254;
constexpr std::size_t local_part_bytes_max = 64;
constexpr std::size_t label_bytes_max = 63;

bool is_local_character(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != '\x7f' && c != '@' &&
         std::string_view("\"(),:;<>[\\]").find(c) == std::string_view::npos;
}

// Bytes above 127 are internationalised names.
bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= label_bytes_max && !label.starts_with('-') &&
         !label.ends_with('-') && std::all_of(label.begin(), label.end(), is_label_character);
}

// Farms without the internet have names such as admin@localhost.
bool is_domain(std::string_view domain) {
  if (domain == "localhost") return true;
  std::size_t labels = 0;
  while (true) {
    const auto dot = domain.find('.');
    if (!is_label(domain.substr(0, dot))) return false;
    ++labels;
    if (dot == std::string_view::npos) return labels >= 2;
    domain.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<std::string> normalised_email(std::string_view text) {
  std::string email(text);
  for (char& c : email) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const auto at = email.find('@');
  if (at == std::string::npos || at == 0 || at > local_part_bytes_max) return std::nullopt;
  const std::string_view local = std::string_view(email).substr(0, at);
  const bool good = email.size() <= email_bytes_max &&
                    std::all_of(local.begin(), local.end(), is_local_character) &&
                    is_domain(std::string_view(email).substr(at + 1));
  if (!good) return std::nullopt;
  return email;
}

}  // namespace pf
