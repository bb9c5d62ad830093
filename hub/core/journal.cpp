#include "hub/core/journal.hpp"

#include <cassert>
#include <utility>

#include "hub/core/journal_frames.hpp"

namespace pf::hub {

Ticket Journal::append(std::string_view record) {
  pending_ += record;
  pending_ += '\n';
  return last_frame_ + 1;
}

void Journal::flushed(Ticket frame) {
  if (in_flight_ != frame) return;  // Of another time: a platform's slip proves nothing.
  in_flight_.reset();
  flushed_ = frame;
}

Ticket Journal::everything() const { return pending_.empty() ? last_frame_ : last_frame_ + 1; }

bool Journal::has_room() const {
  return bytes_ + pending_.size() + journal_reserve_bytes <= journal_bytes_max;
}

AppendJournal Journal::write_pending() {
  assert(ready() && has_pending());
  const std::string records = std::exchange(pending_, {});
  in_flight_ = ++last_frame_;
  AppendJournal effect{last_frame_, journal_frame(records)};
  bytes_ += effect.bytes.size();
  return effect;
}

ReplaceJournal Journal::replace_by(std::string_view records) {
  assert(ready());
  pending_.clear();
  in_flight_ = ++last_frame_;
  ReplaceJournal effect{last_frame_, journal_frame(records)};
  bytes_ = effect.bytes.size();
  compact_at_ = bytes_ + journal_garbage_bytes_max;
  return effect;
}

}  // namespace pf::hub
