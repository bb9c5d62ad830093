// The built web app, read once into memory: files under their path, with what was compressed at
// build time (.br, .gz) beside them. Nothing outside this index can be asked for, so no path can
// escape.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/adapters/http/request_head.hpp"
#include "cloud/kit/http.hpp"

namespace pf {

inline constexpr std::uintmax_t static_file_bytes_max = 32 * 1024 * 1024;
inline constexpr std::size_t static_files_max = 5'000;

// The body is a view into the index, which outlives every reply.
struct StaticReply {
  Response response;
  std::string_view body;
};

class StaticFiles {
 public:
  // A folder that is absent or holds no index.html gives a page that says so.
  explicit StaticFiles(const std::filesystem::path& folder);

  // For GET and HEAD. None: there is no such file, and the request does not ask for a page.
  std::optional<StaticReply> find(const RequestHead& head) const;
  bool is_built() const { return files_.contains("/index.html"); }

 private:
  struct Variant {
    std::string coding;  // "br", "gzip" or "".
    std::string etag;
    std::string content;
  };
  struct File {
    std::string content_type;
    std::string cache_control;
    std::vector<Variant> variants;  // The best first, the plain one last.
  };
  void add(const std::filesystem::path& path, const std::string& url);
  static StaticReply reply(const File& file, const RequestHead& head);

  std::map<std::string, File, std::less<>> files_;
};

// The media type for a file's name; the fallback is application/octet-stream.
std::string_view media_type(std::string_view file_name);

}  // namespace pf
