#include "hub/core/command_acks.hpp"

#include <utility>

#include "hub/core/fit.hpp"

namespace pf::hub {
namespace {

CommandAck refused(std::string_view command_id, const Refusal& refusal) {
  CommandAck ack;
  ack.command_id = command_id;
  ack.error_message = fit<Text<0, 300>>(refusal.says);
  ack.code = fit<Text<0, 64>>(refusal.code);
  return ack;
}

}  // namespace

const CommandAck* CommandAcks::find(std::string_view command_id) const {
  for (const auto& ack : remembered_) {
    if (ack.command_id == command_id) return &ack;
  }
  return nullptr;
}

void CommandAcks::accept(std::string_view command_id, Output& out) {
  CommandAck ack;
  ack.command_id = command_id;
  ack.success = true;
  remember(std::move(ack), out);
}

void CommandAcks::refuse(std::string_view command_id, const Refusal& refusal, Output& out) {
  remember(refused(command_id, refusal), out);
}

void CommandAcks::refuse_once(std::string_view command_id, const Refusal& refusal, Output& out) {
  out.send(refused(command_id, refusal));
}

void CommandAcks::answer(std::string_view command_id, const Acceptance& acceptance, Output& out) {
  if (!acceptance) return refuse(command_id, acceptance.error(), out);
  // A cloud that sends faster than storage writes asks again for those that fall out here.
  if (waiting_.size() >= acks_waiting_max) waiting_.pop_front();
  waiting_.push_back({std::string(command_id), *acceptance});
}

void CommandAcks::release(const Ledger& ledger, Output& out) {
  while (!waiting_.empty() && ledger.durable(waiting_.front().written)) {
    accept(waiting_.front().command_id, out);
    waiting_.pop_front();
  }
}

void CommandAcks::remember(CommandAck ack, Output& out) {
  out.send(ack);
  if (remembered_.size() >= acks_remembered) remembered_.pop_front();
  remembered_.push_back(std::move(ack));
}

}  // namespace pf::hub
