// The events that must not be lost: kept until the cloud has stored them, sent in order, sent again
// after every reconnect. An event leaves only when its journal frame is flushed: a sequence number
// that the cloud has seen is never given to another event.
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <variant>

#include "hub/core/refusal.hpp"
#include "hub/core/server_time.hpp"
#include "protocol/hub_messages.hpp"

namespace pf::hub {

inline constexpr std::size_t outbox_events_max = 2048;  // Then the oldest external print goes.
inline constexpr std::int64_t outbox_in_flight_max = 64;

// Records of the journal. `at` inside the message is filled in when it is sent.
struct PendingJobEvent {
  static constexpr std::string_view type = "pending_job_event";
  JobEvent event;
  When when;
  FIELDS(event, when)
};
struct PendingPrintEvent {
  static constexpr std::string_view type = "pending_print_event";
  PrintEvent event;
  When when;
  FIELDS(event, when)
};
using PendingEvent = std::variant<PendingJobEvent, PendingPrintEvent>;

class Outbox {
 public:
  std::int64_t next_seq() { return ++seq_high_; }
  std::int64_t seq_high() const { return seq_high_; }
  std::int64_t acknowledged() const { return acknowledged_; }
  std::int64_t sent() const { return sent_; }
  const std::deque<PendingEvent>& waiting() const { return waiting_; }
  bool nearly_full() const { return waiting_.size() >= outbox_events_max / 2; }

  void add(PendingEvent event, Ticket written);  // With a seq of next_seq().
  void load(PendingEvent event);                 // As recovered from the journal.
  void load_mark(std::int64_t seq_high, std::int64_t acknowledged);

  // The cloud has stored everything up to here. False: it says nothing new. Numbers beyond ours
  // mean that our journal lost its end; they are never used again.
  bool acknowledge(std::int64_t upto);

  void resend_all() { sent_ = acknowledged_; }  // A new session.
  // The next one to send, marked as sent; null while there is none, or too many are on their way.
  const PendingEvent* take_next(Ticket flushed);

 private:
  std::deque<PendingEvent> waiting_;
  std::deque<Ticket> written_;  // Of waiting_, one each.
  std::int64_t seq_high_ = 0;
  std::int64_t acknowledged_ = 0;
  std::int64_t sent_ = 0;
};

std::int64_t seq_of(const PendingEvent& event);

}  // namespace pf::hub
