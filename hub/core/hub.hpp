// The hub as a value: one event goes in, the effects it led to come out. No socket, no clock, no
// thread; time is an argument, storage is bytes. What runs under a unit test is what runs on the
// chip.
//
// What happens on an event: the message or signal reaches the one who owns its noun (session,
// printers, attempts, controls); drivers' signals are worked off; then attempts advance, answers
// whose records are durable are given, events and due statuses are sent, and the journal is
// written.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/random.hpp"
#include "hub/core/attempts.hpp"
#include "hub/core/command_acks.hpp"
#include "hub/core/crypto_port.hpp"
#include "hub/core/driver.hpp"
#include "hub/core/events.hpp"
#include "hub/core/ledger.hpp"
#include "hub/core/print_controls.hpp"
#include "hub/core/printers.hpp"
#include "hub/core/session.hpp"

namespace pf::hub {

inline constexpr Milliseconds hub_status_every{60'000};
inline constexpr std::size_t signals_per_event_max =
    4'096;  // More is a driver that runs in circles.

// What was found on storage; empty where nothing was.
struct StoredBytes {
  std::string state;
  std::string journal;
};

class Hub {
 public:
  // Refuses bytes that it cannot trust.
  static Result<std::unique_ptr<Hub>, StorageFault> open(const HubSettings& settings,
                                                         const StoredBytes& stored,
                                                         DriverFactory& drivers, Crypto& crypto,
                                                         Random& random, Log& log);

  // Counts the boot, connects printers and cloud. Once, before the first event.
  std::vector<Effect> start(Instant now);
  std::vector<Effect> handle(const Event& event, Instant now);

  const StoredState& state() const { return state_; }

 private:
  Hub(const HubSettings& settings, StoredState state, Ledger ledger, DriverFactory& drivers,
      Crypto& crypto, Random& random, Log& log);

  // Events.
  void on(const Tick&, Instant now, Output& out);
  void on(const CloudUp&, Instant now, Output& out);
  void on(const CloudDown& down, Instant now, Output& out);
  void on(const CloudText& text, Instant now, Output& out);
  void on(const StreamEvent& event, Instant now, Output& out);
  void on(const DownloadData& data, Instant now, Output& out);
  void on(const DownloadEnded& ended, Instant now, Output& out);
  void on(const JournalFlushed& flushed, Instant now, Output& out);
  void on(const Discovered& found, Instant now, Output& out);
  void on(const VitalsRead& vitals, Instant now, Output& out);
  void on(const CommandPerformed& performed, Instant now, Output& out);

  // Messages of the cloud (hub_cloud.cpp).
  void on(const HubChallenge& challenge, Instant now, Output& out);
  void on(const HubClaimed& claimed, Instant now, Output& out);
  void on(const CloudHello& hello, Instant now, Output& out);
  void on(const PrintersConfig& config, Instant now, Output& out);
  void on(const EventAck& ack, Instant now, Output& out);
  void on(const ConfigurePrinter& command, Instant now, Output& out);
  void on(const PrintCommand& command, Instant now, Output& out);
  void on(const JobCancel& command, Instant now, Output& out);
  void on(const AttemptResolve& command, Instant now, Output& out);
  void on(const JobQuery& command, Instant now, Output& out);
  void on(const FileUrl& url, Instant now, Output& out);
  void on(const DiscoverPrinters& command, Instant now, Output& out);
  void on(const PinAccept& command, Instant now, Output& out);
  void on(const HubCommand& command, Instant now, Output& out);
  void on(const WireError& error, Instant now, Output& out);
  bool refuse_epoch(std::string_view command_id, std::int64_t epoch, Output& out);
  void refuse_text(std::string_view text, std::string code, std::string says, Output& out);
  void reboot(const HubCommand& command, Output& out);
  void wipe(Output& out);
  void save(Output& out) { out.ask(SaveState{encode_state(state_)}); }
  HelloFacts hello_facts() const;

  // Signals of a driver.
  void on(Printer& printer, const ConnectionChanged& change, Instant now, Output& out);
  void on(Printer& printer, const ReportArrived& report, Instant now, Output& out);
  void on(Printer& printer, const CertificatePinned& pinned, Instant now, Output& out);
  void on(Printer& printer, const UploadWants& wants, Instant now, Output& out);
  void on(Printer& printer, const UploadProgress& progress, Instant now, Output& out);
  void on(Printer& printer, const UploadEnded& ended, Instant now, Output& out);
  void on(Printer& printer, const CommandAnswered& answer, Instant now, Output& out);

  void work_off_signals(Instant now, Output& out);
  void settle(Instant now, Output& out);
  void watch_print(Printer& printer, Instant now);
  void report_run(Printer& printer, const RunChange& change, Instant now);
  void send_statuses(Instant now, Output& out);
  void send_hub_status(Instant now, Output& out);
  void keep_incarnation(Output& out);

  const HubSettings settings_;
  Random& random_;
  Log& log_;
  StoredState state_;
  Ledger ledger_;
  ServerTime time_;
  Session session_;
  Printers printers_;
  Attempts attempts_;
  PrintControls controls_;
  CommandAcks acks_;
  PrintIds print_ids_;
  std::optional<VitalsRead> vitals_;
  std::optional<Instant> hub_status_sent_;
  std::int64_t status_seq_ = 0;
  std::optional<Uuid> new_incarnation_;  // Of the cloud's store; kept once our journal was resent.
  std::optional<Ticket> reboot_after_;
};

}  // namespace pf::hub
