#include "cloud/adapters/http/connection.hpp"
#include "cloud/adapters/http/multipart.hpp"
#include "cloud/adapters/http/offload.hpp"

namespace pf {

Task<void> Connection::receive_upload() {
  const auto& head = reader_->head();
  auto boundary = multipart_boundary(head.field("content-type").value_or(""));
  if (!boundary) co_return co_await refuse(boundary.error());
  if (head.content_length.value_or(0) > settings_.upload_bytes_max) {
    const auto too_large = upload_too_large();
    co_return co_await refuse(too_large);
  }
  auto begin = [&] { return dispatcher_.begin_upload(where_, head, visitor_); };
  auto begun = co_await offload(workers_, WorkerPool::Admission::new_work, begin);
  if (!begun) co_return co_await refuse_busy();
  if (!*begun) co_return co_await respond(std::move(begun->error()));
  std::shared_ptr<Upload> upload = std::move(**begun);
  co_await say_continue();
  auto response = co_await receive_file(*upload, std::move(*boundary));
  // Discarding may take a disk its time.
  workers_.submit(WorkerPool::Admission::next_step, [upload = std::move(upload)] {});
  if (response) co_await respond(std::move(*response));
}

Fault Connection::upload_too_large() const {
  const auto mebibytes = settings_.upload_bytes_max / (1024 * 1024);
  return {413, "The file is over " + std::to_string(mebibytes) + " MiB, the limit of this server."};
}

// Each byte in time for the stall's limit, and yet never done: that would keep a place for ever.
bool Connection::drips(std::uint64_t received) const {
  const auto took = io_.clock().now() - began_;
  const auto seconds = static_cast<std::uint64_t>(took.count()) / 1000;
  return took > settings_.upload_grace &&
         received < seconds * settings_.upload_bytes_per_second_min;
}

// Nothing: the visitor went away.
Task<std::optional<Response>> Connection::receive_file(Upload& upload, std::string boundary) {
  MultipartReader parts(boundary);
  std::string piece, file_bytes;
  std::uint64_t received = 0;
  bool is_named = false;
  while (!has_whole_body_) {
    const auto done = reader_->read_body(unread_, piece);
    if (!done) co_return problem(done.error(), visitor_.request_id);
    has_whole_body_ = *done;
    received += piece.size();
    if (received > settings_.upload_bytes_max) {
      co_return problem(upload_too_large(), visitor_.request_id);
    }
    auto fault = parts.feed(piece, file_bytes);
    piece.clear();
    if (!fault && parts.file_name()) {
      // The next piece is not read before this one is stored: a slow disk slows the sender down.
      auto store = [&]() -> std::optional<Fault> {
        if (!std::exchange(is_named, true)) upload.named(*parts.file_name());
        if (file_bytes.empty()) return std::nullopt;
        return upload.append(file_bytes);
      };
      auto stored = co_await offload(workers_, WorkerPool::Admission::next_step, store);
      if (!stored) co_return std::nullopt;
      fault = std::move(*stored);
      file_bytes.clear();
    }
    if (fault) co_return problem(*fault, visitor_.request_id);
    if (has_whole_body_) break;
    allow(settings_.stall_timeout);
    const bool has_more = co_await read_more();
    deadline_.reset();
    const bool is_held_up = has_more ? drips(received) : has_expired_;
    if (has_more && !is_held_up) continue;
    keeps_alive_ = false;
    if (!is_held_up) co_return std::nullopt;
    const Fault stalled{408, "The upload stalled. Check the connection, then send the file again."};
    co_return problem(stalled, visitor_.request_id);
  }
  if (!parts.is_complete()) {
    const Fault cut{400, "The upload ends in the middle of the file. Send it again."};
    co_return problem(cut, visitor_.request_id);
  }
  auto finish = [&] { return upload.finish(); };
  auto finished = co_await offload(workers_, WorkerPool::Admission::next_step, finish);
  co_return finished;
}

}  // namespace pf
