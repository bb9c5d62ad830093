// For tests: keeps the events it is given, and runs the loop until the next one comes.
#pragma once
#include <boost/asio/io_context.hpp>
#include <deque>
#include <optional>

#include "hub/platforms/linux/event_sink.hpp"

namespace pf::hub {

class RecordingSink final : public EventSink {
 public:
  static constexpr Milliseconds patience{20'000};

  void deliver(Event event) override { events.push_back(std::move(event)); }
  bool has_room() const override { return room; }

  std::optional<Event> next(boost::asio::io_context& loop, Milliseconds within = patience) {
    const auto until = std::chrono::steady_clock::now() + within;
    while (events.empty() && std::chrono::steady_clock::now() < until) {
      loop.restart();
      loop.run_one_until(until);
    }
    if (events.empty()) return std::nullopt;
    auto event = std::move(events.front());
    events.pop_front();
    return event;
  }

  std::deque<Event> events;
  bool room = true;
};

}  // namespace pf::hub
