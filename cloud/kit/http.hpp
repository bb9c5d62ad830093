// A request and a response as values, with no library's types: what the route table works on.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud/kit/fault.hpp"
#include "protocol/describe.hpp"

namespace pf {

inline constexpr std::size_t body_bytes_max = 256 * 1024;  // Of a JSON body; uploads stream.

enum class Method { get, post, put, patch, delete_ };
WORDS(Method, get, post, put, patch, delete_)

struct Request {
  Method method = Method::get;
  std::string path;   // Decoded path without the query.
  std::string query;  // Raw, without '?'.
  std::string content_type;
  std::string body;
};

// A stored blob to be sent as a body, streamed and Range-able.
struct BlobBody {
  std::string key;
  std::uint64_t size = 0;
  std::string etag;       // Without quotes.
  std::string file_name;  // For Content-Disposition; empty: shown inline.
};

struct Cookie {
  std::string name;
  std::string value;
  std::int64_t max_age_seconds = 0;  // 0 deletes it.
  std::string path = "/";
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::optional<BlobBody> blob;  // Instead of body.
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<Cookie> cookies;
};

// application/problem+json (RFC 9457), with errors[] for a field's fault.
Response problem(const Fault& fault, std::string_view request_id);

// Receives a streamed upload. All calls run on a worker and may block; destroying an unfinished
// upload discards what it received.
class Upload {
 public:
  virtual ~Upload() = default;
  // Once, before the first append(): the name as its sender wrote it. It is only a label.
  virtual void named(std::string_view file_name) = 0;
  virtual std::optional<Fault> append(std::string_view bytes) = 0;
  virtual Response finish() = 0;
};

}  // namespace pf
