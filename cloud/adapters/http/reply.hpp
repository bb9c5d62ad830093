// A response as the bytes before its body: status line, the fields that every reply of this server
// carries, and the handler's own.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "cloud/adapters/http/cookies.hpp"
#include "cloud/kit/http.hpp"

namespace pf {

struct ReplyContext {
  std::string_view request_id;
  std::string_view host;  // Checked; empty when the request had none that could be trusted.
  CookieSafety safety = CookieSafety::plain_http;
  bool keeps_alive = true;
  UnixTime now;
};

std::string reply_head(const Response& response, std::uint64_t body_bytes,
                       const ReplyContext& context);

// Whether this status is sent without body and length.
bool is_bodiless(int status);
// "attachment" with the name in both forms of RFC 6266.
std::string content_disposition(std::string_view file_name);

}  // namespace pf
