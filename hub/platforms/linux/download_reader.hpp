// Reads the answer to a download: bytes of the connection in, bytes of the file out. Bytes that a
// server without ranges repeats are dropped, so that what comes out always starts at the offset.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "hub/core/events.hpp"
#include "hub/platforms/linux/origin.hpp"

namespace pf::hub {

struct DownloadResult {
  std::optional<DownloadFailure> failure;  // Absent: the whole file came.
  std::string detail;
};

// Absent: the url is not a path on the origin, and could smuggle a second request.
std::optional<std::string> download_request(const Origin& origin, std::string_view url,
                                            std::uint64_t offset);

class DownloadReader {
 public:
  explicit DownloadReader(std::uint64_t offset);
  ~DownloadReader();

  std::string take(std::string_view received);
  void on_end_of_stream();
  const std::optional<DownloadResult>& result() const { return result_; }

 private:
  struct Parser;
  void check_header();
  void fail(DownloadFailure failure, std::string detail);

  std::unique_ptr<Parser> parser_;
  std::string unparsed_;
  std::uint64_t offset_;
  std::uint64_t to_drop_ = 0;
  std::optional<DownloadResult> result_;
};

}  // namespace pf::hub
