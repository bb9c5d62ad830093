#include "hub/core/outbox.hpp"

#include <algorithm>
#include <iterator>

namespace pf::hub {

std::int64_t seq_of(const PendingEvent& event) {
  return std::visit([](const auto& pending) { return pending.event.seq; }, event);
}

void Outbox::add(PendingEvent event, Ticket written) {
  if (waiting_.size() >= outbox_events_max) {
    // What became of our own jobs is never dropped; new starts are refused long before this.
    const auto oldest = std::find_if(waiting_.begin(), waiting_.end(), [](const auto& one) {
      return std::holds_alternative<PendingPrintEvent>(one);
    });
    if (oldest != waiting_.end()) {
      written_.erase(written_.begin() + std::distance(waiting_.begin(), oldest));
      waiting_.erase(oldest);
    }
  }
  waiting_.push_back(std::move(event));
  written_.push_back(written);
}

void Outbox::load(PendingEvent event) {
  const std::int64_t seq = seq_of(event);
  seq_high_ = std::max(seq_high_, seq);
  if (seq <= acknowledged_) return;
  // A compacted journal lists attempts and events each for themselves: not in order, some twice.
  const auto place = std::partition_point(waiting_.begin(), waiting_.end(),
                                          [&](const auto& one) { return seq_of(one) < seq; });
  if (place != waiting_.end() && seq_of(*place) == seq) return;
  waiting_.insert(place, std::move(event));
  written_.push_back(0);
}

void Outbox::load_mark(std::int64_t seq_high, std::int64_t acknowledged) {
  seq_high_ = std::max(seq_high_, seq_high);
  acknowledge(acknowledged);
}

bool Outbox::acknowledge(std::int64_t upto) {
  if (upto <= acknowledged_) return false;
  acknowledged_ = upto;
  seq_high_ = std::max(seq_high_, upto);
  sent_ = std::max(sent_, upto);
  while (!waiting_.empty() && seq_of(waiting_.front()) <= upto) {
    waiting_.pop_front();
    written_.pop_front();
  }
  return true;
}

const PendingEvent* Outbox::take_next(Ticket flushed) {
  if (sent_ - acknowledged_ >= outbox_in_flight_max) return nullptr;
  const auto next = std::partition_point(waiting_.begin(), waiting_.end(),
                                         [&](const auto& one) { return seq_of(one) <= sent_; });
  if (next == waiting_.end()) return nullptr;
  const auto index = static_cast<std::size_t>(std::distance(waiting_.begin(), next));
  if (written_[index] > flushed) return nullptr;
  sent_ = seq_of(*next);
  return &*next;
}

}  // namespace pf::hub
