// Sockets and workers for tests: what was said is kept, and work is done at once.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "cloud/ports/sockets.hpp"
#include "cloud/ports/workers.hpp"
#include "protocol/json.hpp"

namespace pf {

class InlineWorkers final : public Workers {
 public:
  bool post(std::function<void()> work) override {
    if (takes) work();
    return takes;
  }
  bool takes = true;
};

class RecordingPeer final : public SocketPeer {
 public:
  void send(std::shared_ptr<const std::string> text) override {
    sent.push_back(*text);
    if (answers) answers(*text);
  }
  std::size_t queued_bytes() const override { return queued; }
  void close(int code, std::string reason) override {
    if (close_code == 0) close_code = code;
    close_reason = std::move(reason);
  }
  std::string address() const override { return "127.0.0.1"; }

  // The newest message of that type.
  template <class Message>
  std::optional<Message> last() const {
    for (auto it = sent.rbegin(); it != sent.rend(); ++it) {
      const auto type = json::message_type(*it);
      if (type && *type == Message::type) return *json::decode<Message>(*it);
    }
    return std::nullopt;
  }
  template <class Message>
  std::size_t count() const {
    std::size_t found = 0;
    for (const auto& text : sent) {
      const auto type = json::message_type(text);
      if (type && *type == Message::type) ++found;
    }
    return found;
  }

  std::vector<std::string> sent;
  std::function<void(const std::string&)> answers;  // A peer that speaks at once.
  std::size_t queued = 0;
  int close_code = 0;
  std::string close_reason;
};

}  // namespace pf
