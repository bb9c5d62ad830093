#include "cloud/adapters/http/request_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>

namespace pf {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using Text = boost::beast::string_view;

// Chunk sizes with their extensions, and the trailers, of one request.
constexpr std::size_t chunk_overhead_bytes_max = 16 * 1024;
// "0\r\n\r\n" ends every chunked body. Beast's parser assumes these bytes come together.
constexpr std::size_t last_chunk_bytes = 5;

std::string_view view(Text text) { return {text.data(), text.size()}; }

Fault malformed() { return {400, "This is not a well-formed HTTP request."}; }

Fault fault_of(const error_code& error) {
  if (error == http::error::header_limit) {
    return {431, "The head of the request is over " + std::to_string(head_bytes_max / 1024) +
                     " KiB. Are there too many cookies?"};
  }
  if (error == http::error::bad_version) return {505, "This server speaks HTTP/1.1 and HTTP/1.0."};
  return malformed();
}

// Before Beast sees the head: every line ends with CRLF, none continues the one before, and the
// first is not empty. Goes on at `at`; gives the end of the head, 0 while it is not there.
Answer<std::size_t> head_end(std::string_view unread, std::size_t& at) {
  for (; at < unread.size(); ++at) {
    const char c = unread[at];
    const char before = at > 0 ? unread[at - 1] : '\n';
    const bool folds = before == '\n' && (c == ' ' || c == '\t');
    const bool bare_feed = c == '\n' && before != '\r';
    const bool bare_return = before == '\r' && c != '\n';
    if (folds || bare_feed || bare_return || (at == 0 && c == '\r')) return malformed();
    if (c == '\n' && at >= 3 && unread[at - 2] == '\n') return at + 1;
  }
  return std::size_t{0};
}

}  // namespace

struct RequestReader::Parser final : http::basic_parser<true> {
  explicit Parser(RequestHead& head) : head_(head) {
    header_limit(head_bytes_max);
    body_limit(boost::none);  // The caller counts: the limit depends on the route.
  }

  std::string target;
  bool is_http_1_0 = false;
  bool head_done = false;
  std::string* piece = nullptr;

 private:
  void on_request_impl(http::verb, Text method, Text request_target, int version,
                       error_code&) override {
    head_.method = view(method);
    target = view(request_target);
    is_http_1_0 = version < 11;
  }
  void on_response_impl(int, Text, int, error_code&) override {}
  void on_field_impl(http::field, Text name, Text value, error_code& error) override {
    if (head_done) return;  // Trailers: nobody here may depend on them.
    if (head_.fields.size() >= fields_max) {
      error = http::error::header_limit;
      return;
    }
    HeaderField field{std::string(view(name)), std::string(view(value))};
    for (auto& c : field.name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    head_.fields.push_back(std::move(field));
  }
  void on_header_impl(error_code&) override { head_done = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(Text bytes, error_code&) override {
    piece->append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t, Text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, error_code&) override {
    piece->append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}

  RequestHead& head_;
};

RequestReader::RequestReader() : parser_(std::make_unique<Parser>(head_)) {}
RequestReader::~RequestReader() = default;

Answer<bool> RequestReader::read_head(std::string& unread) {
  const auto found = head_end(unread, checked_bytes_);
  if (!found) return found.error();
  const auto end = *found;
  if (end == 0) {
    if (unread.size() > head_bytes_max) return fault_of(http::error::header_limit);
    return false;
  }
  error_code error;
  parser_->put(boost::asio::const_buffer(unread.data(), end), error);
  if (error) return fault_of(error);
  unread.erase(0, end);
  if (auto fault = settle(head_, parser_->is_http_1_0)) return *fault;
  auto target = parse_target(parser_->target);
  if (!target) return target.error();
  head_.path = std::move(target->path);
  head_.query = std::move(target->query);
  return true;
}

Answer<bool> RequestReader::read_body(std::string& unread, std::string& piece) {
  parser_->piece = &piece;
  std::size_t taken = 0;
  while (!parser_->is_done()) {
    const auto left = unread.size() - taken;
    if (left < (head_.is_chunked ? last_chunk_bytes : 1)) break;
    error_code error;
    const auto used = parser_->put(boost::asio::const_buffer(unread.data() + taken, left), error);
    taken += used;
    if (error == http::error::need_more) {
      if (left - used > chunk_overhead_bytes_max) return malformed();
      break;
    }
    if (error) return malformed();
  }
  unread.erase(0, taken);
  return parser_->is_done();
}

}  // namespace pf
