#include <algorithm>

#include "cloud/adapters/http/connection.hpp"
#include "cloud/adapters/http/offload.hpp"
#include "cloud/adapters/http/reply.hpp"

namespace pf {
namespace {

constexpr std::size_t blob_chunk_bytes = 64 * 1024;
// Smaller bodies leave in the same packet as their head.
constexpr std::size_t joined_body_bytes_max = 64 * 1024;

constexpr std::string_view counted_methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

std::string_view counted_method(std::string_view method) {
  const auto* found = std::find(std::begin(counted_methods), std::end(counted_methods), method);
  return found == std::end(counted_methods) ? "other" : *found;
}

// Without its quotes; empty when there is none.
std::string_view etag_of(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "ETag" && value.size() > 2)
      return std::string_view(value).substr(1, value.size() - 2);
  }
  return {};
}

bool is_unchanged(const RequestHead& head, const Response& response) {
  const auto known = head.field("if-none-match");
  const auto etag = etag_of(response);
  return known && !etag.empty() && response.status == 200 &&
         (head.method == "GET" || head.method == "HEAD") && names_etag(*known, etag);
}

}  // namespace

void Connection::count(int status) {
  const std::chrono::duration<double> took = io_.clock().now() - began_;
  io_.metrics().count_request(where_.route, counted_method(reader_->head().method), status,
                              took.count());
}

std::string Connection::head_for(const Response& response, std::uint64_t body_bytes) {
  // Who has not been heard to the end, or is about to be sent away, gets no further turn.
  if (!has_whole_body_ || io_.is_draining()) keeps_alive_ = false;
  const auto host = where_.kind == Destination::Kind::refused
                        ? std::string_view{}
                        : reader_->head().field("host").value_or("");
  has_answered_ = true;
  return reply_head(response, body_bytes,
                    {.request_id = visitor_.request_id,
                     .host = host,
                     .safety = dispatcher_.cookie_safety(),
                     .keeps_alive = keeps_alive_,
                     .now = rooms_.clock.unix_now()});
}

// No coroutine, and never called with a braced temporary: g++ 12 copies such an argument of a
// co_await byte by byte, strings and all.
Task<void> Connection::refuse(const Fault& fault) {
  auto response = problem(fault, visitor_.request_id);
  if (where_.explanation) response.headers.push_back(*where_.explanation);
  return respond(std::move(response));
}

Task<void> Connection::refuse_busy() {
  return refuse(Fault{.status = 503,
                      .says = "The server has too much to do. Try again in a few seconds.",
                      .retry_after = Seconds{2}});
}

Task<void> Connection::respond(Response response) {
  if (response.blob) co_return co_await send_blob(std::move(response));
  const auto body = std::move(response.body);
  co_await respond(std::move(response), body);
}

Task<void> Connection::respond(Response response, std::string_view body) {
  if (is_unchanged(reader_->head(), response)) response.status = 304;
  auto bytes = head_for(response, body.size());
  if (is_head() || is_bodiless(response.status)) body = {};
  if (body.size() <= joined_body_bytes_max) bytes += std::exchange(body, {});
  const bool has_left = co_await write(bytes);
  if (has_left && !body.empty()) co_await write(body);
  count(response.status);
  if (!has_whole_body_) co_await linger();
}

Task<void> Connection::send_blob(Response response) {
  const BlobBody blob = *response.blob;
  auto open = [&] { return std::shared_ptr<const BlobReader>(rooms_.blobs.open(blob.key)); };
  auto opened = co_await offload(workers_, WorkerPool::Admission::next_step, open);
  if (!opened || !*opened) {
    const auto gone = not_found("file");
    co_return co_await refuse(gone);
  }
  const auto reader = *opened;
  const auto size = reader->size();
  auto& headers = response.headers;
  headers.emplace_back("Accept-Ranges", "bytes");
  headers.emplace_back("ETag", "\"" + blob.etag + "\"");
  if (!blob.file_name.empty()) {
    headers.emplace_back("Content-Disposition", content_disposition(blob.file_name));
  }
  const auto& head = reader_->head();
  if (is_unchanged(head, response)) co_return co_await respond(std::move(response), "");
  RangeChoice choice;
  if (head.method == "GET") {
    choice = choose_range(head.field("range"), head.field("if-range"), blob.etag, size);
  }
  if (choice.kind == RangeKind::unsatisfiable) {
    where_.explanation = {"Content-Range", "bytes */" + std::to_string(size)};
    const Fault beyond{416, "The file has only " + std::to_string(size) + " bytes."};
    co_return co_await refuse(beyond);
  }
  ByteRange range{0, size};
  if (choice.kind == RangeKind::part) {
    range = choice.range;
    response.status = 206;
    headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                              std::to_string(range.first + range.size - 1) + "/" +
                                              std::to_string(size));
  }
  const auto bytes = head_for(response, range.size);
  const bool has_left = co_await write(bytes);
  if (has_left && !is_head()) co_await send_range(reader, range);
  count(response.status);
}

Task<void> Connection::send_range(std::shared_ptr<const BlobReader> reader, ByteRange range) {
  while (range.size > 0) {
    const auto wanted = std::min<std::uint64_t>(range.size, blob_chunk_bytes);
    auto read = [&] { return reader->read_at(range.first, wanted); };
    auto chunk = co_await offload(workers_, WorkerPool::Admission::next_step, read);
    // The length is promised; a file that ends before it can only be cut.
    const bool has_left = chunk && !chunk->empty() && co_await write(*chunk);
    if (!has_left) {
      keeps_alive_ = false;
      co_return;
    }
    range.first += chunk->size();
    range.size -= std::min<std::uint64_t>(range.size, chunk->size());
  }
}

Task<bool> Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    error_code error;
    const asio::const_buffer rest(bytes.data(), bytes.size());
    const auto sent = stream_.write_some({&rest, 1}, error);
    if (!error) {
      bytes.remove_prefix(sent);
      continue;
    }
    bool may_go_on = error == asio::error::would_block;
    if (may_go_on) {
      allow(settings_.stall_timeout);
      const auto [waited] =
          co_await stream_.socket().async_wait(Socket::wait_write, asio::as_tuple(awaiting));
      deadline_.reset();
      may_go_on = !waited && !has_expired_;
    }
    if (!may_go_on) {
      keeps_alive_ = false;
      co_return false;
    }
  }
  co_return true;
}

// Closing while the visitor still sends would reset the connection and take our answer with it:
// end our side, and listen a while to what nobody will read.
Task<void> Connection::linger() {
  error_code error;
  stream_.end_sending(error);
  if (error) co_return;
  allow(settings_.close_timeout);
  bool has_more = true;
  while (has_more) {
    unread_.clear();
    has_more = co_await read_more();
  }
  deadline_.reset();
}

}  // namespace pf
