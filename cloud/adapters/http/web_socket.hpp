// One WebSocket after its upgrade: reads into its thread's buffer, writes everything that was
// queued since the last time with as few system calls as possible. Idle, it owns no buffer.
//
// Life: made, then start() to finish(). Whoever keeps it as a SocketPeer may outlive all of that;
// its functions then do nothing.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "cloud/adapters/http/http_settings.hpp"
#include "cloud/adapters/http/io_thread.hpp"
#include "cloud/adapters/http/stream.hpp"
#include "cloud/adapters/http/websocket_codec.hpp"
#include "cloud/ports/sockets.hpp"

namespace pf {

class WebSocket final : public SocketPeer,
                        public Resident,
                        private websocket::Listener,
                        public std::enable_shared_from_this<WebSocket> {
 public:
  WebSocket(IoThread& io, SocketKind kind, const HttpSettings& settings, std::string address,
            Log& log);

  // Takes the connection over. `upgrade_reply` leaves before anything that was sent already;
  // `unread` came behind the request.
  void start(Stream stream, std::unique_ptr<SocketHandler> handler, std::string upgrade_reply,
             std::string unread);
  // Instead of start(): nobody wanted it.
  void abandon();

  void send(std::shared_ptr<const std::string> text) override;
  std::size_t queued_bytes() const override {
    return queued_bytes_.load(std::memory_order_relaxed);
  }
  void close(int code, std::string reason) override;
  std::string address() const override { return address_; }

  void on_tick(Instant now) override;
  void on_drain() override;
  void on_stop() override { finish(); }
  void flush();

 private:
  struct Outgoing {
    std::shared_ptr<const std::string> payload;  // Shared by all who get the same text.
    websocket::FrameHeader header;
    std::size_t size() const { return header.size + payload->size(); }
  };
  void enqueue(websocket::Opcode opcode, std::shared_ptr<const std::string> payload);
  bool take_queued();
  std::size_t write_some(error_code& error);
  void sent(std::size_t bytes);
  void after_flush();
  void wait_readable();
  void wait_writable();
  void on_readable();
  void receive(std::span<char> bytes);
  void finish();
  // What a handler throws is caught, once, here. False: it threw.
  template <class Call>
  bool guarded(Call&& call);

  void on_text(std::string_view text) override;
  void on_binary(std::string_view bytes) override;
  void on_ping(std::string_view payload) override;
  void on_close(std::optional<int> code) override;

  IoThread& io_;
  SocketCounters& counters_;
  const HttpSettings& settings_;
  const std::string address_;
  Log& log_;

  // Touched by any thread.
  enum class Stage { made, open, closing, closed };
  struct Queue {
    std::mutex mutex;
    Stage stage = Stage::made;
    std::vector<Outgoing> frames;
    bool flush_requested = false;
    std::size_t largest_frame = 0;  // Since everything had left.
  };
  Queue queue_;
  std::atomic<std::size_t> queued_bytes_{0};
  std::atomic<bool> closing_{false};     // A close frame was queued by us.
  std::atomic<bool> overflowed_{false};  // The reader is hopelessly behind.

  // Touched by the I/O thread only.
  std::optional<Stream> stream_;
  IoThread::Place place_;
  std::unique_ptr<SocketHandler> handler_;
  websocket::Decoder decoder_;
  std::vector<Outgoing> sending_;
  std::size_t sending_at_ = 0;      // The first frame of sending_ that has not left...
  std::size_t sending_offset_ = 0;  // ...and how much of it has.
  bool is_blocked_ = false;         // The system takes no more for now.
  bool was_blocked_ = false;
  bool peer_closed_ = false;
  bool discards_ = false;  // After a violation nothing that comes has a meaning.
  Instant last_heard_, last_ping_;
  std::optional<Instant> close_deadline_;
};

}  // namespace pf
