// One connection of one hub: the opening, then its messages. What a printer says goes straight into
// the live map on the I/O thread; whatever needs the database waits its turn on the serial queue
// and is acknowledged only after its commit.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/log.hpp"
#include "cloud/domain/commands/commands.hpp"
#include "cloud/domain/hubs/hubs.hpp"
#include "cloud/domain/jobs/jobs.hpp"
#include "cloud/domain/printers/printers.hpp"
#include "cloud/link/serial_queue.hpp"
#include "cloud/ports/sockets.hpp"
#include "protocol/json.hpp"

namespace pf {

inline constexpr int close_too_large = 1009;  // RFC 6455 section 7.4.1.

class HubSession;

// What sessions share.
struct HubSessionRooms {
  Hubs& hubs;
  Printers& printers;
  Jobs& jobs;
  Commands& commands;
  LivePrinters& live;
  LiveFeed& feed;
  const Clock& clock;
  Random& random;
  Log& log;
};

// Who is told that a session is open, or over.
class HubSessionOwner {
 public:
  virtual ~HubSessionOwner() = default;
  virtual void opened(const std::shared_ptr<HubSession>& session) = 0;
  // True: it was the hub's current session.
  virtual bool closed(const HubSession& session) = 0;
};

class HubSession : public std::enable_shared_from_this<HubSession> {
 public:
  HubSession(HubSessionRooms& rooms, HubSessionOwner& owner, Workers& workers,
             std::shared_ptr<SocketPeer> peer, std::string host);

  // ---- on the connection's I/O thread ----
  void begin();
  void on_text(std::string_view text);
  void on_binary(std::string_view frame);
  void on_closed();

  // ---- from anywhere ----
  const std::string& hub_id() const { return grant_.hub_id; }
  std::int64_t epoch() const { return grant_.epoch; }
  // Sends what waits in the outbox for this hub.
  void send_outbox();
  void supersede();
  // The hub was released: it forgets our printers with their access codes, and is closed.
  void dismiss();
  void say_restart(Milliseconds retry_after);
  // Closes an opening that takes too long. False: nothing to watch any more.
  bool still_opening(Instant now);
  // Something may be due again: unanswered messages, and a look at the outbox now and then.
  bool wants_outbox(Instant now) const;

 private:
  enum class Stage { opening, open, closed };

  // ---- on the I/O thread ----
  void on_opening_text(std::string_view text);
  void on_status(PrinterStatusMessage&& message);
  void handle(HubToCloud&& message);
  template <class Message>
  void later(Message message);

  // ---- on the serial queue ----
  void claim(const HubClaim& claim);
  void hello(const HubHello& hello);
  void now(const CommandAck& ack);
  void now(const JobEvent& event);
  void now(const PrintEvent& event);
  void now(const FileUrlRequest& request);
  void now(const HubStatus& status);
  void now(const PrintersDiscovered& found);
  void renew_lease(const std::optional<HubStatus>& status);
  void keep_log(const std::string& lines);
  std::vector<std::string> learn_printers();
  void note_foreign_status(const Serial& serial);
  void acknowledge(const Text<1, 64>& journal_id, std::int64_t seq);
  void send_waiting_rows();
  std::optional<std::string> message_of(const OutboxRow& row);

  // Onto the serial queue.
  void enqueue(std::function<void(HubSession&)> work);
  template <class Message>
  void send(const Message& message) {
    send_text(json::encode(message));
  }
  void send_text(std::string text);
  void refuse_text(std::string_view text, const json::Fault& fault);
  void refuse(std::string_view in_reply_to, std::string_view code, std::string_view text);

  HubSessionRooms& rooms_;
  HubSessionOwner& owner_;
  std::shared_ptr<SocketPeer> peer_;
  std::shared_ptr<SerialQueue> queue_;
  const std::string host_;
  const Instant began_at_;
  std::string nonce_;
  std::atomic<Stage> stage_ = Stage::opening;
  bool hello_given_ = false;  // I/O thread only: one hello a connection.
  Instant lease_renewed_at_;  // I/O thread only.
  HubSessionGrant grant_;     // Written before stage_ becomes open, constant afterwards.

  struct Routes {
    std::mutex mutex;
    std::map<std::string, PrinterRoute, std::less<>> by_serial;
  } routes_;
  bool foreign_status_noted_ = false;       // I/O thread only: one log line a connection.
  std::map<std::string, Instant> sent_;     // Serial queue only: when each unanswered row was sent.
  std::atomic<bool> log_arriving_ = false;  // One at a time: each may be half a megabyte.
  std::atomic<bool> has_unanswered_ = false;
  std::atomic<std::int64_t> outbox_looked_ms_ = 0;
};

}  // namespace pf
