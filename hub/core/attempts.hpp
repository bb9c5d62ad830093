// The attempts to print: from the order, written down before it is acknowledged, through delivery
// and the gate of START 7, to the evidence of what the printer did. What an attempt is stands in
// the ledger; what is being done about it right now is an Errand, and is lost with the power.
//
// A start is published once, by publish(), and only after `starting` was flushed. An attempt that a
// reboot finds in `starting` or later is only watched.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "hub/core/crypto_port.hpp"
#include "hub/core/delivery.hpp"
#include "hub/core/ledger.hpp"
#include "hub/core/output.hpp"
#include "hub/core/printers.hpp"
#include "hub/core/refusal.hpp"
#include "hub/core/server_time.hpp"
#include "hub/core/start_gate.hpp"

namespace pf::hub {

inline constexpr Milliseconds evidence_deadline{300'000};  // Then: unknown.
inline constexpr Milliseconds other_print_settles{
    10'000};  // State and name come apart for a moment.
inline constexpr Milliseconds report_asked_every{60'000};
inline constexpr Milliseconds report_deadline{300'000};
inline constexpr Milliseconds stop_repeated_every{15'000};

class Attempts {
 public:
  Attempts(Ledger& ledger, Printers& printers, const ServerTime& time, Crypto& crypto, Log& log)
      : ledger_(ledger), printers_(printers), time_(time), crypto_(crypto), log_(log) {}

  void start(Instant now);  // Takes up what the journal left open.

  // Orders of the cloud. Accepted means written down under that ticket.
  Acceptance order(const PrintCommand& command, Instant now);
  Acceptance cancel(const JobCancel& command, Instant now, Output& out);
  Acceptance query(const JobQuery& command);
  // A person's word on an attempt that may have been published; evidence stands above it.
  Acceptance resolve(const AttemptResolve& command, Instant now);

  // What happened. False: the message belongs to no errand.
  bool on(const FileUrl& url, Instant now, Output& out);
  void on(const DownloadData& data, Instant now, Output& out);
  void on(const DownloadEnded& ended, Instant now, Output& out);
  void on(Printer& printer, const UploadWants& wants, Instant now, Output& out);
  void on(Printer& printer, const UploadProgress& progress, Instant now);
  void on(Printer& printer, const UploadEnded& ended, Instant now, Output& out);
  void on(Printer& printer, const ReportArrived& report, Instant now, Output& out);
  void on(Printer& printer, const CommandAnswered& answer, Instant now);
  void on(Printer& printer, const RunChange& change, Instant now);

  // Whatever has become possible or too late. After every event.
  void advance(Instant now, Output& out);

  // Between publish and evidence, when nothing may be restarted (START 8).
  bool is_starting() const;
  void forget_all() { errands_.clear(); }  // With the journal.

  // The token of ours in that name, if its print may be running there.
  std::optional<std::string> token_in(const Printer& printer, std::string_view subtask_name) const;

 private:
  enum class Phase {
    writing,  // Until the order is flushed.
    waiting,  // For the cloud, the time or the printer.
    delivering,
    asking_report,  // The file is on the printer.
    writing_start,  // Until `starting` is flushed; nothing is published yet.
    watching        // It was published, by this boot or an earlier one.
  };
  struct Errand {
    Phase phase = Phase::waiting;
    Instant since;
    Ticket written = 0;
    std::optional<Delivery> delivery;
    std::optional<Instant> report_asked;
    std::optional<Instant> report_at;
    std::optional<Instant> other_print_since;
    std::optional<Instant> unseen_since;  // Started, and the printer does not show it.
    std::optional<Instant> stop_sent;
  };
  struct Task {  // An errand with what it is about, while one event is handled.
    const Attempt& attempt;
    Errand& errand;
    Printer* printer;  // Null: removed from this hub.
  };

  Acceptance report_again(const Attempt& known);
  Acceptance bury(const JobCancel& command, const Attempt* lower, Instant now);
  void enter(Errand& errand, Phase phase, Instant now);
  void move(Attempt attempt, AttemptState to, std::string_view reason, Evidence evidence,
            Instant now);
  std::optional<Task> task_on(Printer& printer, Phase phase);

  // attempts_work.cpp: up to the start.
  void step(const Task& task, Instant now, Output& out);
  bool expire(const Task& task, Instant now, Output& out);
  void begin_delivery(const Task& task, Instant now, Output& out);
  void deliver(const Task& task, Instant now, Output& out);
  void ask_report(const Task& task, Instant now, Output& out);
  void pass_gate(const Task& task, Instant now, Output& out);
  void publish(const Task& task, Instant now, Output& out);
  void reject(const Task& task, const Refusal& refusal, Instant now, Output& out);
  void close_before_start(const Task& task, AttemptState state, const Refusal& why, Instant now,
                          Output& out);
  StartFacts facts(const StartOrder& order, const Printer* printer, Instant now) const;

  // attempts_evidence.cpp: after it.
  void watch(const Task& task, Instant now, Output& out);
  void watch_other_print(const Task& task, Instant now);
  void watch_unseen(const Task& task, Instant now);
  void see_started(const Task& task, Instant now);
  void see_refused(const Task& task, const CommandAnswered& answer, Instant now);
  void see_end(const Attempt& attempt, PrintEnd end, const PrintObservation& seen, Instant now);
  void end_with_run(const Attempt& attempt, Printer& printer, const RunChange& change, Instant now);
  void overrule(const Attempt& attempt, Printer& printer, const RunChange& change, Instant now);
  void release(const Task& task);
  void stop_if_cancelled(const Task& task, Instant now, Output& out);

  Ledger& ledger_;
  Printers& printers_;
  const ServerTime& time_;
  Crypto& crypto_;
  Log& log_;
  std::map<std::string, Errand> errands_;  // By job; at most one open attempt a printer.
  std::uint32_t last_download_ = 0;
};

}  // namespace pf::hub
