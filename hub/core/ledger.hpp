// What the journal says, in memory: attempts, spent plate tokens, the print of each printer, and
// the events that the cloud has not stored yet. Everything that changes it is recorded in the
// journal in the same breath, so that a hub rebuilt from the bytes knows what this one knew.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "hub/core/attempt.hpp"
#include "hub/core/journal.hpp"
#include "hub/core/outbox.hpp"
#include "hub/core/output.hpp"
#include "hub/core/print_run.hpp"

namespace pf::hub {

inline constexpr std::size_t attempts_max = 1024;  // Remembered; above it new starts are refused.
inline constexpr std::size_t plate_tokens_max = 1024;  // Older ones are far beyond their not_after.
inline constexpr Milliseconds final_kept{7LL * 24 * 3600 * 1000};
inline constexpr std::size_t reports_per_tick_max = 16;

class Ledger {
 public:
  // Takes the bytes found on storage; an empty journal begins a new one with an id of its own.
  Result<Nothing, StorageFault> load(std::string_view bytes, Random& random);

  const Attempt* find(std::string_view job_id) const;
  const std::map<std::string, Attempt>& attempts() const { return attempts_; }
  // The open attempt on that printer, if there is one.
  const Attempt* open_on(std::string_view printer_id) const;
  bool plate_token_used(std::string_view plate_token) const;
  bool has_room() const;  // For another start.

  // Moves an attempt, or accepts a new one, and makes the event that reports it.
  Ticket record(Attempt attempt, const When& when);
  Ticket note(Attempt attempt);  // The same state; nothing to report.

  std::optional<Run> run_of(std::string_view printer_id) const;
  Ticket note(const Run& run);
  void forget_run(std::string_view printer_id);
  void record(PrintEvent event, const When& when);

  const std::string& journal_id() const { return journal_id_; }
  std::int64_t event_high() const { return outbox_.seq_high(); }
  void acknowledge(std::string_view journal_id, std::int64_t upto);
  void restart_sending();                // A new session: everything unacknowledged again.
  void report(std::string_view job_id);  // Again, whatever was acknowledged.
  void report_all();
  bool all_reported() const { return reports_.empty(); }

  void send_reports(const ServerTime& time, Output& out);  // Once a tick.
  void send_events(const ServerTime& time, Output& out);
  void write(std::optional<Millis> server_now, Output& out);
  void flushed(Ticket frame) { journal_.flushed(frame); }
  bool durable(Ticket ticket) const { return journal_.durable(ticket); }
  Ticket everything() const { return rewrite_ ? journal_.next() : journal_.everything(); }
  void wipe(Random& random);  // Forgets everything; what follows is another journal.

 private:
  Result<Nothing, StorageFault> replay(std::string_view record);
  void begin_new(Random& random);
  void forget_old(Millis server_now);
  std::string snapshot() const;
  void spend(std::string_view plate_token);

  std::string journal_id_;
  std::map<std::string, Attempt> attempts_;  // By job: its highest attempt.
  std::deque<std::string> plate_tokens_;     // Spent ones, oldest first.
  std::map<std::string, Run> runs_;          // By printer: its latest.
  Outbox outbox_;
  std::deque<std::string> reports_;
  Journal journal_;
  bool rewrite_ = false;  // New, or with a torn end: written whole before anything is appended.
};

}  // namespace pf::hub
