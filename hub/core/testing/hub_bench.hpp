// A hub on the bench: storage, a cloud that opens correctly, printers that do what they are told.
// Everything goes through Hub::handle, as on a platform. kill() loses what a power cut would lose.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/core/hub.hpp"
#include "hub/core/testing/fake_crypto.hpp"
#include "hub/core/testing/fake_driver.hpp"
#include "protocol/handshake.hpp"
#include "protocol/json.hpp"

namespace pf::hub {

inline constexpr Millis bench_epoch_ms = 1'700'000'000'000;
inline const std::string bench_serial = "01P00A000000001";
inline const std::string bench_secret(64, 'a');

// What a power cut does with the effects of the last event.
enum class Cut { performed, journal_lost, journal_torn, all_lost };

class HubBench {
 public:
  // How the world behaves.
  bool flushes = true;        // The journal reaches storage.
  bool downloads = true;      // The file server answers.
  bool answers_hello = true;  // The cloud knows the hub, and proves itself.
  bool answers_urls = true;   // The cloud answers file_url_request.
  std::string file = std::string(100'000, 'x');
  std::string store = "store-1";

  std::optional<int> cut_after;  // That many more events are handled, then the power goes.
  Cut cut = Cut::performed;

  StoredBytes stored;
  FakeDrivers drivers;
  FakeCrypto crypto;
  SeededRandom random{7};
  QuietLog log;
  HubSettings settings{"1.0.0", "test", {"print"}, std::nullopt};
  std::unique_ptr<Hub> hub;
  std::vector<HubToCloud> sent;   // What the cloud heard.
  std::vector<Effect> performed;  // Everything but SendToCloud.
  std::int64_t epoch = 0;
  std::int64_t event_ack = 0;

  HubBench() {
    StoredState state;
    state.hub_id = "hub-1";
    state.secret = bench_secret;
    state.printers.value.push_back(configured(bench_serial));
    stored.state = encode_state(state);
  }

  static ConfiguredPrinter configured(std::string serial, std::int64_t assignment = 1) {
    ConfiguredPrinter printer;
    printer.printer_id = Serial(std::move(serial));
    printer.assignment = assignment;
    printer.ip_address = "127.0.0.2";
    printer.access_code = "12345678";
    printer.name = "A printer";
    return printer;
  }

  FakePrinter& printer() { return drivers.printer(bench_serial); }
  Instant now() const { return now_; }
  Millis server_now() const { return bench_epoch_ms + total_.count(); }

  // ---- life ----

  Result<Nothing, StorageFault> try_boot() {
    now_ = {};
    events_.clear();
    auto opened = Hub::open(settings, stored, drivers, crypto, random, log);
    if (!opened) return opened.error();
    hub = std::move(*opened);
    perform(hub->start(now_));
    drain();
    return Nothing{};
  }
  void boot() {
    const auto opened = try_boot();
    if (!opened) std::abort();
  }
  void kill() {
    hub.reset();
    events_.clear();
    unflushed_.clear();
  }
  void connect() {
    give(CloudUp{});
    say(HubChallenge{protocol_version, std::string(64, 'b'), "farm.example", server_now()});
  }
  void boot_and_connect() {
    boot();
    connect();
    run(Milliseconds{500});
  }
  void reboot() {
    kill();
    boot_and_connect();
  }
  void run(Milliseconds time, Milliseconds step = Milliseconds{250}) {
    for (Milliseconds done{0}; done < time; done += step) {
      now_ = now_ + step;
      total_ += step;
      printer().live(step);
      give(Tick{});
    }
  }

  // ---- what happens ----

  void give(const Event& event) {
    events_.push_back(event);
    drain();
  }
  template <class Message>
  void say(const Message& message) {
    give(CloudText{json::encode(message)});
  }
  void flush_now() {
    auto waiting = std::exchange(unflushed_, {});
    for (auto& effect : waiting) store_journal(std::move(effect));
    drain();
  }

  // ---- what was heard ----

  template <class Message>
  std::vector<Message> heard() const {
    std::vector<Message> found;
    for (const auto& one : sent) {
      if (const auto* message = std::get_if<Message>(&one)) found.push_back(*message);
    }
    return found;
  }
  template <class Wanted>
  std::vector<Wanted> effects() const {
    std::vector<Wanted> found;
    for (const auto& one : performed) {
      if (const auto* effect = std::get_if<Wanted>(&one)) found.push_back(*effect);
    }
    return found;
  }
  std::optional<CommandAck> ack_of(std::string_view command_id) const {
    std::optional<CommandAck> last;
    for (const auto& ack : heard<CommandAck>()) {
      if (ack.command_id == command_id) last = ack;
    }
    return last;
  }
  // The states reported for a job, each once, in the order of their sequence numbers.
  std::vector<AttemptState> states_of(std::string_view job_id) const {
    std::map<std::int64_t, AttemptState> states;
    for (const auto& event : heard<JobEvent>()) {
      if (event.job_id == job_id) states[event.seq] = event.state;
    }
    std::vector<AttemptState> ordered;
    for (const auto& [seq, state] : states) ordered.push_back(state);
    return ordered;
  }
  std::optional<JobEvent> last_event_of(std::string_view job_id) const {
    std::optional<JobEvent> last;
    for (const auto& event : heard<JobEvent>()) {
      if (event.job_id == job_id && (!last || event.seq >= last->seq)) last = event;
    }
    return last;
  }

  // ---- orders ----

  PrintCommand start_command(std::string job_id = "job-1", std::int64_t attempt = 1,
                             std::string plate_token = "plate-1") const {
    PrintCommand command;
    command.command_id = "start-" + job_id + "-" + std::to_string(attempt);
    command.epoch = epoch;
    command.printer_id = Serial(bench_serial);
    command.assignment = 1;
    command.action = PrintAction::start;
    command.job_id = job_id;
    command.attempt = attempt;
    command.start_token = token_of(job_id, attempt);
    command.not_after = server_now() + 3'600'000;
    const std::string sha256 = fake_sha256(file);
    command.file = PrintFile{sha256, static_cast<std::int64_t>(file.size()), file_name(sha256)};
    command.plate = 1;
    command.display_name = "cube";
    command.plate_token = plate_token;
    command.last_print_id = last_print_id();
    return command;
  }
  static std::string token_of(std::string_view job_id, std::int64_t attempt) {
    std::string token;
    for (const char c : job_id) {
      if (c != '-') token += c;
    }
    return token + "T" + std::to_string(attempt);
  }
  static std::string name_of(std::string_view job_id, std::int64_t attempt = 1) {
    return "cube-" + token_of(job_id, attempt);
  }
  JobCancel cancel_command(std::string job_id = "job-1", std::int64_t attempt = 1) const {
    return {"cancel-" + job_id, epoch, job_id, attempt};
  }
  PrintCommand control_command(PrintAction action, std::string_view token) const {
    PrintCommand command;
    command.command_id = "control-" + std::string(word(action));
    command.epoch = epoch;
    command.printer_id = Serial(bench_serial);
    command.assignment = 1;
    command.action = action;
    command.start_token = token;
    command.not_after = server_now() + 30'000;
    return command;
  }
  // As the last status named it: what a person looked at when calling the plate empty.
  std::string last_print_id() const {
    std::string id;
    for (const auto& status : heard<PrinterStatusMessage>()) {
      if (status.print) id = status.print->print_id.value;
    }
    return id;
  }

 private:
  void drain() {
    while (!events_.empty() && hub) {
      const Event next = std::move(events_.front());
      events_.pop_front();
      auto effects = hub->handle(next, now_);
      if (!cut_after || --*cut_after > 0) {
        perform(std::move(effects));
        continue;
      }
      cut_after.reset();
      perform_cut(std::move(effects));
      kill();
    }
  }

  void perform_cut(std::vector<Effect> effects) {
    if (cut == Cut::all_lost) return;
    const bool journal_last =
        !effects.empty() && std::holds_alternative<AppendJournal>(effects.back());
    if (cut == Cut::performed || !journal_last) return perform(std::move(effects));
    const std::string bytes = std::get<AppendJournal>(effects.back()).bytes;
    effects.pop_back();
    perform(std::move(effects));
    if (cut == Cut::journal_torn) stored.journal += bytes.substr(0, bytes.size() / 2);
  }

  void perform(std::vector<Effect> effects) {
    for (auto& effect : effects) {
      if (auto* text = std::get_if<SendToCloud>(&effect)) {
        hear(text->text);
        continue;
      }
      performed.push_back(effect);
      if (auto* save = std::get_if<SaveState>(&effect)) stored.state = save->bytes;
      if (std::holds_alternative<AppendJournal>(effect) ||
          std::holds_alternative<ReplaceJournal>(effect)) {
        if (flushes) {
          store_journal(std::move(effect));
        } else {
          unflushed_.push_back(std::move(effect));
        }
        continue;
      }
      if (auto* download = std::get_if<Download>(&effect))
        offset_[download->download] = download->offset;
      if (auto* read = std::get_if<DownloadRead>(&effect)) serve(*read);
    }
  }

  void store_journal(Effect effect) {
    std::uint64_t record = 0;
    if (auto* append = std::get_if<AppendJournal>(&effect)) {
      stored.journal += append->bytes;
      record = append->record;
    } else if (auto* replace = std::get_if<ReplaceJournal>(&effect)) {
      stored.journal = replace->bytes;
      record = replace->record;
    }
    events_.push_back(JournalFlushed{record});
  }

  void serve(const DownloadRead& read) {
    if (!downloads) return;
    const std::uint64_t at = offset_[read.download];
    const std::string bytes = file.substr(at, read.credit);
    offset_[read.download] += bytes.size();
    events_.push_back(DownloadData{read.download, bytes});
    if (offset_[read.download] == file.size())
      events_.push_back(DownloadEnded{read.download, {}, {}});
  }

  void hear(const std::string& text) {
    auto message = json::decode_message<HubToCloud>(text);
    if (!message) {  // The hub must never send what its own protocol refuses.
      std::fprintf(stderr, "%s in %s\n", message.error().text().c_str(), text.c_str());
      std::abort();
    }
    sent.push_back(*message);
    if (const auto* hello = std::get_if<HubHello>(&*message); hello && answers_hello)
      welcome(*hello);
    if (const auto* request = std::get_if<FileUrlRequest>(&*message); request && answers_urls) {
      events_.push_back(CloudText{json::encode(url_for(*request))});
    }
  }

  void welcome(const HubHello& hello) {
    epoch = std::max(epoch, hello.last_epoch) + 1;
    CloudHello answer;
    answer.session_id = "session";
    answer.server_time = server_now();
    answer.epoch = epoch;
    answer.store_incarnation = store;
    answer.event_ack = event_ack;
    answer.proof =
        crypto.hmac_sha256_hex(bench_secret, signed_welcome(hello.client_nonce, answer.epoch));
    events_.push_back(CloudText{json::encode(answer)});
  }

  FileUrl url_for(const FileUrlRequest& request) const {
    FileUrl url;
    url.job_id = request.job_id;
    url.attempt = request.attempt;
    url.url = "/files/1?signature=2";
    url.expires = server_now() + 900'000;
    url.sha256 = fake_sha256(file);
    url.size = static_cast<std::int64_t>(file.size());
    return url;
  }

  Instant now_;
  Milliseconds total_{0};
  std::deque<Event> events_;
  std::deque<Effect> unflushed_;
  std::map<std::uint32_t, std::uint64_t> offset_;
};

}  // namespace pf::hub
