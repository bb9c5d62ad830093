// What one event led to, gathered while it is handled.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "hub/core/driver.hpp"
#include "hub/core/events.hpp"
#include "protocol/json.hpp"

namespace pf::hub {

struct PrinterSignal {
  std::uint8_t slot = 0;
  DriverSignal signal;
};

struct Output {
  std::vector<Effect> effects;
  std::deque<PrinterSignal> signals;  // Of drivers; handled before the event is done with.
  bool online = false;                // The cloud has proved itself on this connection.

  template <class Request>
  void ask(Request request) {
    effects.emplace_back(std::move(request));
  }
  // Nothing is queued for a cloud that is away; what must not be lost waits in the outbox.
  template <class Message>
  void send(const Message& message) {
    if (online) say(message);
  }
  // Also to a cloud that has not proved itself: the opening only.
  template <class Message>
  void say(const Message& message) {
    std::string text = json::encode(message);
    if (text.size() <= hub_frame_bytes_max) ask(SendToCloud{std::move(text)});
  }
  void take(std::uint8_t slot, DriverOutput told) {
    for (auto& effect : told.effects) ask(std::move(effect));
    for (auto& signal : told.signals) signals.push_back({slot, std::move(signal)});
  }
};

}  // namespace pf::hub
