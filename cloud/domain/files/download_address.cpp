#include "cloud/domain/files/download_address.hpp"

#include "crypto/hash.hpp"
#include "crypto/text.hpp"

namespace pf {
namespace {

// The length comes first, so that no two lists of parts read as the same bytes.
void append_part(std::string& message, std::string_view part) {
  message += std::to_string(part.size());
  message += ':';
  message += part;
}

}  // namespace

std::string DownloadAddress::signature(std::string_view key) const {
  std::string message;
  append_part(message, "file download 1");  // What else is signed with the key reads differently.
  append_part(message, tenant.value);
  append_part(message, file_id);
  append_part(message, std::to_string(expires));
  return crypto::base64url(crypto::hmac_sha256(key, message));
}

bool DownloadAddress::is_signed_with(std::string_view key, std::string_view given) const {
  return crypto::constant_time_equal(signature(key), given);
}

std::string DownloadAddress::path_and_query(std::string_view key) const {
  return "/download/files/" + file_id + "?tenant=" + tenant.value +
         "&expires=" + std::to_string(expires) + "&signature=" + signature(key);
}

}  // namespace pf
