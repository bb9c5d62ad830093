// Answers to commands: at once when refused, when written down otherwise. The last answers are
// remembered, so that a command that comes twice gets the same answer and is not done twice.
#pragma once
#include <deque>
#include <string>

#include "hub/core/ledger.hpp"
#include "hub/core/output.hpp"
#include "hub/core/refusal.hpp"

namespace pf::hub {

inline constexpr std::size_t acks_remembered = 64;
inline constexpr std::size_t acks_waiting_max = 64;

class CommandAcks {
 public:
  const CommandAck* find(std::string_view command_id) const;
  void accept(std::string_view command_id, Output& out);
  void refuse(std::string_view command_id, const Refusal& refusal, Output& out);
  // Not for good: the same command may come again under better circumstances.
  void refuse_once(std::string_view command_id, const Refusal& refusal, Output& out);
  // Accepted, once its ticket is durable.
  void answer(std::string_view command_id, const Acceptance& acceptance, Output& out);
  void release(const Ledger& ledger, Output& out);
  void forget_waiting() { waiting_.clear(); }  // The cloud asks again after a reconnect.

 private:
  struct Waiting {
    std::string command_id;
    Ticket written = 0;
  };
  void remember(CommandAck ack, Output& out);

  std::deque<CommandAck> remembered_;
  std::deque<Waiting> waiting_;
};

}  // namespace pf::hub
