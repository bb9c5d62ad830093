// Our hub's core and driver, a simulated printer and a cloud that opens correctly, in one thread
// and one made-up time: what START says must come of a fault is asked of the real code of both
// sides.
#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hub/core/hub.hpp"
#include "hub/core/testing/fake_crypto.hpp"
#include "hub/drivers/bambu/factory.hpp"
#include "protocol/handshake.hpp"
#include "sim/meeting_printer_fixture.hpp"

namespace pf::sim::testing {

struct MeetingWishes {
  const Model& model = a1_mini;
  double speed = 10;  // Of the printer: the fixture's plate takes 300 s at speed 1.
  bool developer_mode = true;
};

class Meeting {
 public:
  explicit Meeting(MeetingWishes wishes = {})
      : printer(wishes.model,
                {std::string(wishes.model.serial_prefix) + "00A000000001", "12345678", "Printer",
                 "127.77.0.1"},
                {.speed = wishes.speed, .developer_mode = wishes.developer_mode}) {
    SlicedFile sliced;
    write_sliced(folder_ / "cube", sliced);
    std::ifstream file(folder_ / "cube", std::ios::binary);
    file_.assign(std::istreambuf_iterator<char>(file), {});
    boot();
    run(Seconds{5});
  }

  MeetingPrinter printer;
  std::unique_ptr<hub::Hub> hub;
  PrintOptions options;  // Of the orders to come.

  std::string serial() const { return printer.printer.identity().serial_number; }
  static std::string token(int attempt = 1) { return "TOKEN0000" + std::to_string(attempt); }

  // ---- time ----

  void run(Milliseconds time) {
    constexpr Milliseconds step{250};
    for (Milliseconds done{0}; done < time; done += step) {
      now_ = now_ + step;
      printer.pass(step);
      drain();
      give(hub::Tick{});
    }
  }
  // As long as it takes, but no longer than that. Says whether it came so.
  template <class Condition>
  bool run_until(Condition condition, Milliseconds most = Seconds{1200}) {
    for (Milliseconds done{0}; done < most; done += Milliseconds{250}) {
      if (condition()) return true;
      run(Milliseconds{250});
    }
    return condition();
  }
  bool reaches(AttemptState state, Milliseconds most = Seconds{1200}) {
    return run_until([&] { return this->state() == state; }, most);
  }
  bool shows(GcodeState state, Milliseconds most = Seconds{1200}) {
    return run_until([&] { return printer.printer.print(now_).state == state; }, most);
  }
  bool prints(Milliseconds most = Seconds{1200}) {  // Past getting ready.
    return run_until(
        [&] {
          const auto view = printer.printer.print(now_);
          return view.state == GcodeState::running && view.stage == Stage::printing;
        },
        most);
  }

  // ---- the cloud ----

  void give(const hub::Event& event) {
    hub_events_.push_back(event);
    drain();
  }
  // cleared_after: the print on which a person called the plate empty; absent: the last one.
  void order(int attempt = 1, std::optional<std::string> cleared_after = std::nullopt) {
    PrintCommand command;
    command.command_id = "start-" + std::to_string(attempt);
    command.epoch = epoch_;
    command.printer_id = Serial(serial());
    command.assignment = 1;
    command.action = PrintAction::start;
    command.job_id = "job-1";
    command.attempt = attempt;
    command.start_token = token(attempt);
    command.not_after = wall() + 24 * 3'600'000;
    const auto sha256 = hub::fake_sha256(file_);
    command.file =
        PrintFile{sha256, static_cast<std::int64_t>(file_.size()), hub::file_name(sha256)};
    command.plate = 1;
    command.display_name = "cube";
    command.options = options;
    command.plate_token = "plate-" + std::to_string(attempt);
    command.last_print_id = cleared_after.value_or(last_print_id());
    say(command);
  }
  // Where the printer would be now, as discovery tells the hub.
  void announce() {
    DiscoveredPrinter found;
    found.printer_id = Serial(serial());
    found.ip_address = printer.printer.identity().ip_address;
    give(hub::Discovered{std::nullopt, {found}});
  }
  void configure(const std::string& access_code) {
    ConfigurePrinter command;
    command.command_id = "configure";
    command.epoch = epoch_;
    command.generation = 2;
    command.action = ConfigureAction::update;
    command.printer = configured();
    command.printer.access_code = access_code;
    say(command);
  }

  // ---- what the cloud knows ----

  std::vector<JobEvent> events() const {  // By sequence number: some are sent twice.
    std::map<std::int64_t, JobEvent> found;
    for (const auto& event : heard<JobEvent>()) found[event.seq] = event;
    std::vector<JobEvent> ordered;
    for (const auto& [seq, event] : found) ordered.push_back(event);
    return ordered;
  }
  std::optional<AttemptState> state() const {
    const auto all = events();
    return all.empty() ? std::nullopt : std::optional(all.back().state);
  }
  std::string reason() const {
    const auto all = events();
    return all.empty() || !all.back().reason ? "" : all.back().reason->value;
  }
  bool was(AttemptState state) const {
    for (const auto& event : events()) {
      if (event.state == state) return true;
    }
    return false;
  }
  std::vector<PrintPhase> phases_of(const std::string& name) const {
    std::map<std::int64_t, PrintPhase> phases;
    for (const auto& event : heard<PrintEvent>()) {
      if (event.name.value == name) phases[event.seq] = event.phase;
    }
    std::vector<PrintPhase> ordered;
    for (const auto& [seq, phase] : phases) ordered.push_back(phase);
    return ordered;
  }
  PrinterStatusMessage status() const {
    const auto all = heard<PrinterStatusMessage>();
    return all.empty() ? PrinterStatusMessage{} : all.back();
  }
  std::optional<CommandAck> ack(const std::string& command_id) const {
    std::optional<CommandAck> found;
    for (const auto& one : heard<CommandAck>()) {
      if (one.command_id.value == command_id) found = one;
    }
    return found;
  }
  std::string last_print_id() const {
    std::string id;
    for (const auto& status : heard<PrinterStatusMessage>()) {
      if (status.print) id = status.print->print_id.value;
    }
    return id;
  }
  std::int64_t starts() const { return printer.printer.starts_ordered(); }

 private:
  Millis wall() const { return meeting_wall.milliseconds + now_.since_start.count(); }
  ConfiguredPrinter configured() const {
    ConfiguredPrinter known;
    known.printer_id = Serial(serial());
    known.assignment = 1;
    known.ip_address = printer.printer.identity().ip_address;
    known.access_code = printer.printer.identity().access_code;
    known.name = "Printer";
    return known;
  }

  void boot() {
    hub::StoredState state;
    state.hub_id = "hub-1";
    state.secret = secret;
    state.printers.value.push_back(configured());
    auto opened =
        hub::Hub::open({"1.0.0", "test", {"print"}, std::nullopt},
                       {hub::encode_state(state), journal_}, drivers_, crypto_, random_, log_);
    ASSERT_TRUE(opened);
    hub = std::move(*opened);
    perform(hub->start(now_));
    give(hub::CloudUp{});
    say(HubChallenge{protocol_version, std::string(64, 'b'), "farm.example", wall()});
  }

  template <class Message>
  void say(const Message& message) {
    give(hub::CloudText{json::encode(message)});
  }
  template <class Message>
  std::vector<Message> heard() const {
    std::vector<Message> found;
    for (const auto& one : heard_) {
      if (const auto* message = std::get_if<Message>(&one)) found.push_back(*message);
    }
    return found;
  }
  void drain() {
    for (;;) {
      if (!hub_events_.empty()) {
        const auto event = std::move(hub_events_.front());
        hub_events_.pop_front();
        perform(hub->handle(event, now_));
      } else if (!printer.events.empty()) {
        const auto event = std::move(printer.events.front());
        printer.events.pop_front();
        perform(hub->handle(event, now_));
      } else {
        return;
      }
    }
  }
  void perform(std::vector<hub::Effect> effects) {
    for (auto& effect : effects) {
      if (const auto* text = std::get_if<hub::SendToCloud>(&effect)) hear(text->text);
      if (const auto* stream = std::get_if<hub::StreamEffect>(&effect)) printer.perform(*stream);
      if (const auto* append = std::get_if<hub::AppendJournal>(&effect)) {
        journal_ += append->bytes;
        hub_events_.push_back(hub::JournalFlushed{append->record});
      }
      if (const auto* replace = std::get_if<hub::ReplaceJournal>(&effect)) {
        journal_ = replace->bytes;
        hub_events_.push_back(hub::JournalFlushed{replace->record});
      }
      if (const auto* download = std::get_if<hub::Download>(&effect)) {
        offset_ = download->offset;
      }
      if (const auto* read = std::get_if<hub::DownloadRead>(&effect)) serve(*read);
    }
  }
  void serve(const hub::DownloadRead& read) {
    const auto bytes = file_.substr(offset_, read.credit);
    offset_ += bytes.size();
    hub_events_.push_back(hub::DownloadData{read.download, bytes});
    if (offset_ == file_.size()) hub_events_.push_back(hub::DownloadEnded{read.download, {}, {}});
  }
  void hear(const std::string& text) {
    auto message = json::decode_message<HubToCloud>(text);
    ASSERT_TRUE(message) << message.error().text() << " in " << text;
    heard_.push_back(*message);
    if (const auto* hello = std::get_if<HubHello>(&*message)) {
      epoch_ = std::max(epoch_, hello->last_epoch) + 1;
      CloudHello answer;
      answer.session_id = "session";
      answer.server_time = wall();
      answer.epoch = epoch_;
      answer.store_incarnation = "store";
      answer.proof = crypto_.hmac_sha256_hex(secret, signed_welcome(hello->client_nonce, epoch_));
      hub_events_.push_back(hub::CloudText{json::encode(answer)});
    }
    if (const auto* request = std::get_if<FileUrlRequest>(&*message)) {
      FileUrl url{
          request->job_id,  request->attempt,        "/files/1",
          wall() + 900'000, hub::fake_sha256(file_), static_cast<std::int64_t>(file_.size())};
      hub_events_.push_back(hub::CloudText{json::encode(url)});
    }
  }

  inline static const std::string secret = std::string(64, 'a');
  TemporaryFolder folder_;
  std::string file_;
  hub::bambu::BambuFactory drivers_;
  hub::FakeCrypto crypto_;
  SeededRandom random_{7};
  QuietLog log_;
  Instant now_;
  std::string journal_;
  std::deque<hub::Event> hub_events_;
  std::vector<HubToCloud> heard_;
  std::uint64_t offset_ = 0;
  std::int64_t epoch_ = 0;
};

}  // namespace pf::sim::testing
