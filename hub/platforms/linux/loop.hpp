// The Linux platform of the hub: one thread, one loop. Events of sockets, files and time go to the
// core one by one; the effects it answers with are performed in their order. Only translates.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <optional>

#include "hub/core/hub.hpp"
#include "hub/platforms/linux/cloud.hpp"
#include "hub/platforms/linux/discovery.hpp"
#include "hub/platforms/linux/downloads.hpp"
#include "hub/platforms/linux/recent_log.hpp"
#include "hub/platforms/linux/storage.hpp"
#include "hub/platforms/linux/streams.hpp"

namespace pf::hub {

inline constexpr Milliseconds tick_interval{100};
inline constexpr Milliseconds vitals_interval{60'000};
inline constexpr Milliseconds journal_retry_interval{5'000};
inline constexpr Milliseconds leave_deadline{3'000};
// By construction there are far fewer: streams and downloads bring only what was granted, and the
// cloud's next message is read after the last was handled.
inline constexpr std::size_t inbox_events_max = 4'096;
inline constexpr std::size_t inbox_room = 256;  // Beyond that, announcements are dropped.

enum class Ending { stopped, reboot, failed };

// Who else looks at what happens; the claim program does.
class LoopWatch {
 public:
  virtual ~LoopWatch() = default;
  // After the core has handled the event and its effects were performed. A value ends the loop.
  virtual std::optional<Ending> after(const Event& event) = 0;
};

struct Network {
  const TlsClient& printer_tls;
  const TlsClient& cloud_tls;
  Origin cloud;
};

class Loop final : public EventSink, public StreamEventSink {
 public:
  Loop(Hub& hub, Storage& storage, const Network& network, const Clock& clock, RecentLog& log);

  void listen_for_printers() { discovery_.start(); }
  // Lets SIGTERM and SIGINT end run(); a program with more than a hub in it has its own way.
  void stop_on_signals();
  // From any thread, also before run(): says goodbye to the cloud and ends run().
  void stop();
  // Until it is stopped, a reboot or a fault; watch may be absent.
  Ending run(LoopWatch* watch = nullptr);

  void deliver(Event event) override;
  void deliver(StreamEvent event) override { deliver(Event(std::move(event))); }
  bool has_room() const override { return inbox_.size() < inbox_room; }

 private:
  void handle_inbox();
  void handle(const Event& event);
  void tick();
  void leave();
  void end(Ending ending);

  void perform_all(const std::vector<Effect>& effects);
  void perform(const CloudOpen& effect) { cloud_.perform(effect); }
  void perform(const CloudClose& effect) { cloud_.perform(effect); }
  void perform(const SendToCloud& effect) { cloud_.perform(effect); }
  void perform(const StreamEffect& effect) { streams_.perform(effect); }
  void perform(const Download& effect) { downloads_.perform(effect); }
  void perform(const DownloadRead& effect) { downloads_.perform(effect); }
  void perform(const DownloadStop& effect) { downloads_.perform(effect); }
  void perform(const Discover& effect) { discovery_.perform(effect); }
  void perform(const AppendJournal& effect) { write_journal(effect); }
  void perform(const ReplaceJournal& effect) { write_journal(effect); }
  void perform(const SaveState& effect);
  void perform(const Reboot&) { end(Ending::reboot); }
  void perform(const Identify& effect);
  void perform(const SendLogs& effect);

  using JournalWrite = std::variant<AppendJournal, ReplaceJournal>;
  void write_journal(const JournalWrite& write);
  Storage::Done keep(const JournalWrite& write);

  Hub& hub_;
  Storage& storage_;
  const Clock& clock_;
  RecentLog& log_;
  boost::asio::io_context loop_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer tick_timer_;
  Streams streams_;
  Cloud cloud_;
  Downloads downloads_;
  Discovery discovery_;

  LoopWatch* watch_ = nullptr;
  std::deque<Event> inbox_;
  std::optional<JournalWrite> unwritten_;  // There was no room for it yet.
  std::optional<Instant> unwritten_since_;
  std::optional<Instant> vitals_read_;
  std::optional<Instant> leaving_since_;
  std::optional<Ending> ending_;
};

}  // namespace pf::hub
