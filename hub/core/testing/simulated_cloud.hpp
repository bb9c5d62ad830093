// The cloud of the simulation: owns intent, repeats its orders until they are answered, believes
// only events. As careless as the rules allow: it never voids a plate token by itself.
#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "hub/core/testing/simulated_farm.hpp"

namespace pf::hub {

class SimulatedCloud {
 public:
  struct Try {
    PrintCommand command;
    AttemptState state = AttemptState::received;
    std::int64_t seq = 0;
    bool answered = false;
    bool cancelled = false;
    bool called_not_started = false;  // By a person, who may not have waited long enough.
    bool lied_about = false;          // By a person who did not look.
    bool overruled = false;
    std::string name() const { return "cube-" + command.start_token->value; }
  };

  // `printer`: what a person sees who goes there and looks.
  SimulatedCloud(Chance& chance, std::string secret, const SimulatedPrinter& printer)
      : chance_(chance), secret_(std::move(secret)), printer_(printer) {}

  bool faults = true;
  Millis now = 0;
  std::deque<std::string> to_hub;  // Frames.
  std::map<std::pair<std::string, std::int64_t>, Try> tries;
  std::string file = std::string(20'000, 'f');

  void on_connected() {
    online_ = false;
    say(HubChallenge{protocol_version, std::string(64, 'b'), "farm.example", now});
  }
  void on_disconnected() { online_ = false; }

  // A person has emptied the plate; what was the last print, to his knowledge?
  void clear_plate() { plate_ = Plate{"plate-" + std::to_string(++plates_), last_print_id_}; }

  void hear(const std::string& text) {
    const auto message = json::decode_message<HubToCloud>(text);
    ASSERT_TRUE(message) << text;
    if (const auto* hello = std::get_if<HubHello>(&*message)) welcome(*hello);
    if (const auto* status = std::get_if<PrinterStatusMessage>(&*message);
        status && status->print) {
      last_print_id_ = status->print->print_id.value;
    }
    if (const auto* event = std::get_if<JobEvent>(&*message)) hear(*event);
    if (const auto* event = std::get_if<PrintEvent>(&*message))
      acknowledge(event->journal_id, event->seq);
    if (const auto* ack = std::get_if<CommandAck>(&*message)) hear(*ack);
    if (const auto* request = std::get_if<FileUrlRequest>(&*message)) {
      say(FileUrl{request->job_id, request->attempt, "/f", now + 900'000, fake_sha256(file),
                  static_cast<std::int64_t>(file.size())});
    }
  }

  void step() {
    if (!online_) return;
    bool open = false;
    for (auto& [key, one] : tries) {
      if (is_closed(one.state)) continue;
      open = true;
      if (!one.answered && chance_.of(100)) send_start(one);
      if (chance_.of(20)) say(JobQuery{"query-" + key.first, Uuid(key.first)});
      if (faults && chance_.of(3)) one.cancelled = true;
      if (one.cancelled && chance_.of(50)) {
        say(JobCancel{"cancel-" + key.first, epoch_, key.first, key.second});
      }
      if (faults && chance_.of(one.state == AttemptState::unknown ? 20 : 2)) answer(one);
    }
    if (!open && plate_ && faults && chance_.of(100)) order();
  }

 private:
  struct Plate {
    std::string token;
    std::string last_print_id;
  };

  template <class Message>
  void say(const Message& message) {
    to_hub.push_back(json::encode(message));
    if (faults && chance_.of(30)) to_hub.push_back(to_hub.back());  // The outbox sent it twice.
  }
  void welcome(const HubHello& hello) {
    epoch_ = std::max(epoch_, hello.last_epoch) + 1;
    CloudHello answer;
    answer.session_id = "s";
    answer.server_time = now;
    answer.epoch = epoch_;
    answer.store_incarnation = "store";
    answer.event_ack = hello.journal_id.value == journal_id_ ? acknowledged_ : 0;
    FakeCrypto crypto;
    answer.proof = crypto.hmac_sha256_hex(secret_, signed_welcome(hello.client_nonce, epoch_));
    to_hub.push_back(json::encode(answer));
    online_ = true;
  }
  void order() {
    // The next attempt of the last job where that may be tried again, or a new job.
    std::string job = "job-" + std::to_string(jobs_);
    std::int64_t attempt = 1;
    const auto last = tries.empty() ? tries.end() : find_last(job);
    const bool again = last != tries.end() && (last->second.state == AttemptState::rejected ||
                                               last->second.state == AttemptState::aborted ||
                                               last->second.state == AttemptState::not_started);
    if (again && chance_.of(600)) {
      attempt = last->first.second + 1;
    } else {
      job = "job-" + std::to_string(++jobs_);
    }
    Try one;
    PrintCommand& command = one.command;
    command.command_id = "start-" + job + "-" + std::to_string(attempt);
    command.printer_id = Serial("01P00A000000001");
    command.assignment = 1;
    command.action = PrintAction::start;
    command.job_id = job;
    command.attempt = attempt;
    command.start_token = "T" + std::to_string(jobs_) + "A" + std::to_string(attempt) + "XXXX";
    command.not_after = now + 600'000;
    const auto sha256 = fake_sha256(file);
    command.file = PrintFile{sha256, static_cast<std::int64_t>(file.size()), file_name(sha256)};
    command.plate = 1;
    command.display_name = "cube";
    command.plate_token = plate_->token;
    command.last_print_id = plate_->last_print_id;
    send_start(one);
    tries.emplace(std::make_pair(job, attempt), std::move(one));
  }
  // Somebody says what became of it, at any moment, mostly after having looked.
  void answer(Try& one) {
    const auto seen = printer_.outcomes.find(one.name());
    auto outcome = seen == printer_.outcomes.end() ? AttemptOutcome::not_started : seen->second;
    if (chance_.of(150)) {
      outcome = static_cast<AttemptOutcome>(chance_.between(0, 4));
      one.lied_about = true;
    }
    if (outcome == AttemptOutcome::not_started) one.called_not_started = true;
    say(AttemptResolve{"answer-" + std::to_string(++answers_), epoch_, *one.command.job_id,
                       *one.command.attempt, outcome});
  }
  std::map<std::pair<std::string, std::int64_t>, Try>::iterator find_last(const std::string& job) {
    auto found = tries.end();
    for (auto one = tries.begin(); one != tries.end(); ++one) {
      if (one->first.first == job) found = one;
    }
    return found;
  }
  void send_start(Try& one) {
    one.command.epoch = epoch_;
    say(one.command);
  }
  void hear(const JobEvent& event) {
    if (event.journal_id != std::string_view(journal_id_)) acknowledged_ = 0;
    const auto found = tries.find({event.job_id.value, event.attempt});
    ASSERT_NE(found, tries.end());
    Try& one = found->second;
    if (event.seq > one.seq) {
      one.seq = event.seq;
      one.overruled = one.overruled || (one.state == AttemptState::not_started &&
                                        event.state == AttemptState::started);
      one.state = event.state;
      one.answered = true;
      const bool spent = !is_before_start(event.state) && was_spent(event);
      if (spent && !chance_.of(100)) plate_.reset();  // Else its database came from a backup.
    }
    acknowledge(event.journal_id, event.seq);
  }
  bool was_spent(const JobEvent& event) const {
    if (event.state == AttemptState::aborted) return false;
    if (event.state != AttemptState::rejected) return true;
    return event.reason && (event.reason == "plate_changed" || event.reason == "plate_token_used");
  }
  void hear(const CommandAck& ack) {
    for (auto& [key, one] : tries) {
      const bool start = ack.command_id == one.command.command_id;
      const bool query = ack.command_id.value == "query-" + key.first;
      const bool last = find_last(key.first)->first == key;
      if (start && ack.success) one.answered = true;
      if (start && !ack.success && !one.answered && ack.code != "lower_epoch")
        close(one, *ack.code);
      const bool over = query && last && !ack.success && now > one.command.not_after;
      if (over && !one.answered) close(one, "unknown");
    }
  }
  void close(Try& one, std::string_view code) {
    one.state = AttemptState::rejected;
    if (code == "plate_changed" || code == "plate_token_used") plate_.reset();
  }
  void acknowledge(std::string_view journal_id, std::int64_t seq) {
    journal_id_ = journal_id;
    acknowledged_ = std::max(acknowledged_, seq);
    say(EventAck{journal_id_, acknowledged_});
  }

  Chance& chance_;
  std::string secret_;
  bool online_ = false;
  std::int64_t epoch_ = 0;
  std::string journal_id_;
  std::int64_t acknowledged_ = 0;
  std::string last_print_id_;
  std::optional<Plate> plate_;
  int plates_ = 0;
  int jobs_ = 0;
  int answers_ = 0;
  const SimulatedPrinter& printer_;
};

}  // namespace pf::hub
