// One HTTP connection: reads requests, has them answered, streams uploads in and files out, and
// hands the socket over when a request becomes a WebSocket. A coroutine that stays on its thread;
// whatever may block is offloaded.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cloud/adapters/http/asio.hpp"
#include "cloud/adapters/http/byte_range.hpp"
#include "cloud/adapters/http/dispatcher.hpp"
#include "cloud/adapters/http/io_thread.hpp"
#include "cloud/adapters/http/request_reader.hpp"
#include "cloud/adapters/http/stream.hpp"
#include "cloud/adapters/http/worker_pool.hpp"

namespace pf {

class Connection final : public Resident {
 public:
  Connection(Stream stream, IoThread& io, const HttpSettings& settings, const HttpRooms& rooms,
             Dispatcher& dispatcher, WorkerPool& workers, TlsContext* tls);
  ~Connection() override;

  Task<void> run();

  void on_tick(Instant now) override;
  void on_drain() override;
  void on_stop() override;

 private:
  // connection.cpp: reading, and who answers
  Task<bool> shake_hands();
  Task<void> answer_plain_http();
  Task<bool> read_head();
  Task<bool> read_more();
  Task<std::optional<std::string>> read_body();
  Task<void> say_continue();
  Task<void> serve();
  Task<void> handle();
  Task<void> answer_from_workers(std::string body);
  Task<void> answer_from_web_app();
  Task<void> upgrade();

  // connection_upload.cpp
  Task<void> receive_upload();
  Task<std::optional<Response>> receive_file(Upload& upload, std::string boundary);
  Fault upload_too_large() const;
  bool drips(std::uint64_t received) const;

  // connection_write.cpp
  Task<void> refuse(const Fault& fault);
  Task<void> refuse_unread(const Fault& fault);
  Task<void> refuse_busy();
  Task<void> respond(Response response);
  Task<void> respond(Response response, std::string_view body);
  Task<void> send_blob(Response response);
  Task<void> send_range(std::shared_ptr<const BlobReader> reader, ByteRange range);
  Task<bool> write(std::string_view bytes);
  Task<void> linger();
  std::string head_for(const Response& response, std::uint64_t body_bytes);
  void count(int status);

  bool is_head() const { return reader_->head().method == "HEAD"; }
  void allow(Milliseconds at_most);

  Stream stream_;
  IoThread& io_;
  const HttpSettings& settings_;
  const HttpRooms& rooms_;
  Dispatcher& dispatcher_;
  WorkerPool& workers_;
  TlsContext* tls_;  // Null: this server speaks plain HTTP.
  IoThread::Place place_;
  std::string peer_address_;
  std::string unread_;

  // Of the wait that is going on; absent while workers think.
  std::optional<Instant> deadline_;
  bool has_expired_ = false;
  bool is_idle_ = false;  // Between two requests: may be closed at once.

  // Of the request that is being served.
  std::optional<RequestReader> reader_;
  bool has_whole_body_ = false;
  bool has_answered_ = false;
  bool keeps_alive_ = true;
  Instant began_;
  Destination where_;
  Visitor visitor_;
};

}  // namespace pf
