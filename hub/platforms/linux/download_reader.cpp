#include "hub/platforms/linux/download_reader.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <charconv>

#include "process/settings.hpp"

namespace pf::hub {
namespace {

namespace http = boost::beast::http;

constexpr std::uint32_t header_bytes_max = 8 * 1024;
constexpr std::uint64_t body_bytes_max = std::uint64_t{4} * 1024 * 1024 * 1024;
constexpr std::size_t url_bytes_max = 2048;

// "bytes 100-199/200": the 100.
std::optional<std::uint64_t> first_byte(std::string_view content_range) {
  constexpr std::string_view unit = "bytes ";
  if (content_range.substr(0, unit.size()) != unit) return std::nullopt;
  content_range.remove_prefix(unit.size());
  std::uint64_t first = 0;
  const auto* end = content_range.data() + content_range.size();
  const auto parsed = std::from_chars(content_range.data(), end, first);
  if (parsed.ec != std::errc{} || parsed.ptr == end || *parsed.ptr != '-') return std::nullopt;
  return first;
}

}  // namespace

std::optional<std::string> download_request(const Origin& origin, std::string_view url,
                                            std::uint64_t offset) {
  if (url.empty() || url.front() != '/' || url.size() > url_bytes_max) return std::nullopt;
  for (const char c : url) {
    if (c <= ' ' || c > '~') return std::nullopt;
  }
  std::string request = "GET ";
  request.append(url).append(" HTTP/1.1\r\nHost: ").append(origin.authority());
  request.append("\r\nUser-Agent: printfarm-hub/").append(process::program_version);
  request.append("\r\nAccept-Encoding: identity\r\nConnection: close\r\n");
  if (offset > 0) request += "Range: bytes=" + std::to_string(offset) + "-\r\n";
  return request + "\r\n";
}

struct DownloadReader::Parser {
  http::response_parser<http::buffer_body> http;
};

DownloadReader::DownloadReader(std::uint64_t offset)
    : parser_(std::make_unique<Parser>()), offset_(offset) {
  parser_->http.header_limit(header_bytes_max);
  parser_->http.body_limit(body_bytes_max);
}

DownloadReader::~DownloadReader() = default;

std::string DownloadReader::take(std::string_view received) {
  unparsed_ += received;
  std::string file_bytes;
  std::array<char, 16 * 1024> piece;
  auto& http = parser_->http;
  std::size_t used = 0;
  while (!result_ && used < unparsed_.size()) {
    auto& body = http.get().body();
    body.data = piece.data();
    body.size = piece.size();
    boost::system::error_code error;
    const bool had_header = http.is_header_done();
    const std::size_t parsed =
        http.put(boost::asio::buffer(unparsed_.data() + used, unparsed_.size() - used), error);
    used += parsed;
    if (had_header) file_bytes.append(piece.data(), piece.size() - body.size);
    if (error == http::error::need_more) break;
    if (error && error != http::error::need_buffer) {
      fail(DownloadFailure::refused, "the server's answer is not valid HTTP: " + error.message());
    } else if (!had_header && http.is_header_done()) {
      check_header();
      http.eager(true);
    }
    if (!result_ && http.is_done()) result_ = DownloadResult{};
    if (parsed == 0 && !error) break;
  }
  unparsed_.erase(0, used);
  const auto dropped = std::min<std::uint64_t>(to_drop_, file_bytes.size());
  to_drop_ -= dropped;
  return file_bytes.substr(static_cast<std::size_t>(dropped));
}

void DownloadReader::check_header() {
  const auto& answer = parser_->http.get();
  const unsigned status = answer.result_int();
  const std::string says = "the server answered " + std::to_string(status);
  if (status == 206) {
    const auto range = answer[http::field::content_range];
    if (first_byte({range.data(), range.size()}) != offset_) {
      fail(DownloadFailure::wrong_length, "the server sent another range than the one asked for");
    }
  } else if (status == 200) {
    to_drop_ = offset_;
  } else if (status == 404 || status == 410) {
    fail(DownloadFailure::gone, says);
  } else if (status == 416) {
    fail(DownloadFailure::wrong_length, says + ": the file is shorter than what we have of it");
  } else if (status >= 300 && status < 400) {
    fail(DownloadFailure::refused, says + ": redirections are not followed");
  } else if (status >= 500 || status == 429) {
    fail(DownloadFailure::unreachable, says);
  } else {
    fail(DownloadFailure::refused, says);
  }
}

void DownloadReader::on_end_of_stream() {
  if (result_) return;
  auto& http = parser_->http;
  if (!http.is_header_done()) {
    return fail(DownloadFailure::unreachable, "the server closed the connection without an answer");
  }
  boost::system::error_code error;
  http.put_eof(error);
  if (error) return fail(DownloadFailure::wrong_length, "the connection ended before the file did");
  result_ = DownloadResult{};
}

void DownloadReader::fail(DownloadFailure failure, std::string detail) {
  result_ = DownloadResult{failure, std::move(detail)};
}

}  // namespace pf::hub
