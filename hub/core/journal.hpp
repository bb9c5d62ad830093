// Writes the journal: records are gathered into frames, one frame is under way at a time, and
// nobody acts on a record before its frame is flushed. If the storage fails, no JournalFlushed
// comes, and the hub does nothing more that would have to be remembered.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/core/events.hpp"
#include "hub/core/refusal.hpp"

namespace pf::hub {

inline constexpr std::size_t journal_bytes_max = 1024 * 1024;    // Above it new starts are refused.
inline constexpr std::size_t journal_reserve_bytes = 64 * 1024;  // For what was already begun.
inline constexpr std::size_t journal_garbage_bytes_max = 128 * 1024;  // Then it is compacted.

class Journal {
 public:
  // `size`: of the bytes found on storage.
  explicit Journal(std::size_t size = 0) : bytes_(size), compact_at_(journal_garbage_bytes_max) {}

  Ticket append(std::string_view record);  // One line of JSON. Durable once the ticket is.
  void flushed(Ticket frame);
  bool durable(Ticket ticket) const { return ticket <= flushed_; }
  Ticket flushed_upto() const { return flushed_; }
  // Everything appended so far is durable once this ticket is.
  Ticket everything() const;
  Ticket next() const { return last_frame_ + 1; }
  bool has_room() const;

  bool ready() const { return !in_flight_; }
  bool wants_compaction() const { return bytes_ + pending_.size() > compact_at_; }
  bool has_pending() const { return !pending_.empty(); }
  AppendJournal write_pending();
  // These records hold all that was ever appended.
  ReplaceJournal replace_by(std::string_view records);

 private:
  std::string pending_;  // Records, a newline after each.
  Ticket last_frame_ = 0;
  Ticket flushed_ = 0;
  std::optional<Ticket> in_flight_;
  std::size_t bytes_ = 0;
  std::size_t compact_at_ = 0;
};

}  // namespace pf::hub
