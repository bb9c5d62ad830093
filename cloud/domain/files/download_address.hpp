// An address that is its own permission until it expires: an HMAC over what it opens and for how
// long. Hubs download with it, and so can curl.
#pragma once
#include <string>
#include <string_view>

#include "cloud/kit/caller.hpp"
#include "protocol/words.hpp"

namespace pf {

struct DownloadAddress {
  TenantId tenant;
  std::string file_id;
  Millis expires = 0;

  std::string signature(std::string_view key) const;
  bool is_signed_with(std::string_view key, std::string_view signature) const;
  std::string path_and_query(std::string_view key) const;
};

}  // namespace pf
