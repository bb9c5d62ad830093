#include "hub/platforms/linux/loop.hpp"

#include <boost/asio/post.hpp>
#include <cassert>
#include <csignal>

#include "hub/platforms/linux/vitals.hpp"
#include "protocol/binary_frames.hpp"

namespace pf::hub {

Loop::Loop(Hub& hub, Storage& storage, const Network& network, const Clock& clock, RecentLog& log)
    : hub_(hub),
      storage_(storage),
      clock_(clock),
      log_(log),
      signals_(loop_),
      tick_timer_(loop_),
      streams_(loop_, network.printer_tls, *this),
      cloud_(loop_, network.cloud_tls, network.cloud, hub.state().hub_id.value, *this),
      downloads_(loop_, network.cloud_tls, network.cloud, *this),
      discovery_(loop_, network.printer_tls, clock, *this, log) {}

void Loop::stop_on_signals() {
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (!error) leave();
  });
}

void Loop::stop() {
  boost::asio::post(loop_, [this] { leave(); });
}

Ending Loop::run(LoopWatch* watch) {
  watch_ = watch;
  perform_all(hub_.start(clock_.now()));
  tick();
  while (!ending_) loop_.run_one();
  return *ending_;
}

void Loop::deliver(Event event) {
  assert(inbox_.size() < inbox_events_max);
  inbox_.push_back(std::move(event));
  if (inbox_.size() == 1) boost::asio::post(loop_, [this] { handle_inbox(); });
}

void Loop::handle_inbox() {
  // What these events lead to waits for the next turn, so that sockets get theirs in between.
  const auto events = std::exchange(inbox_, {});
  for (const auto& event : events) {
    if (ending_) return;
    handle(event);
  }
}

void Loop::handle(const Event& event) {
  if (leaving_since_) return;  // Nothing new is begun; what is written down waits for the next run.
  perform_all(hub_.handle(event, clock_.now()));
  if (watch_ == nullptr || ending_) return;
  if (const auto ending = watch_->after(event)) end(*ending);
}

void Loop::tick() {
  const Instant now = clock_.now();
  if (leaving_since_ && (!cloud_.is_connected() || now - *leaving_since_ >= leave_deadline)) {
    return end(Ending::stopped);
  }
  if (!vitals_read_ || now - *vitals_read_ >= vitals_interval) {
    vitals_read_ = now;
    deliver(Event(read_vitals()));
  }
  if (unwritten_ && now - *unwritten_since_ >= journal_retry_interval) {
    const JournalWrite write = *std::exchange(unwritten_, std::nullopt);
    write_journal(write);
  }
  deliver(Event(Tick{}));
  tick_timer_.expires_after(tick_interval);
  tick_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

void Loop::leave() {
  if (leaving_since_) return;
  log_.info("stopping");
  leaving_since_ = clock_.now();
  cloud_.leave();
}

void Loop::end(Ending ending) {
  if (!ending_) ending_ = ending;
}

void Loop::perform_all(const std::vector<Effect>& effects) {
  for (const auto& effect : effects) {
    // After a fault nothing is acted upon: what should have been written down first was not.
    if (ending_ == Ending::failed) return;
    std::visit([this](const auto& one) { perform(one); }, effect);
  }
}

void Loop::perform(const SaveState& effect) {
  const auto saved = storage_.save_state(effect.bytes);
  if (saved) return;
  log_.error("cannot keep the hub's state; stopping before anything depends on it",
             {{"why", saved.error().says}});
  end(Ending::failed);
}

// A program has no light of its own to blink: whoever looks for it finds this line on its machine.
void Loop::perform(const Identify& effect) {
  const auto& state = hub_.state();
  log_.warning("somebody asks which hub this is: it is this one",
               {{"hub_id", state.hub_id}, {"name", state.name ? state.name->value : ""}});
  deliver(Event(CommandPerformed{effect.command_id, std::nullopt}));
}

void Loop::perform(const SendLogs& effect) {
  CommandPerformed performed{effect.command_id, std::nullopt};
  if (!cloud_.send_binary(binary_frame(LogFrame{effect.command_id}, log_.text()))) {
    performed.refusal = Refusal{"not_connected", "The connection ended before the log was sent."};
  }
  deliver(Event(std::move(performed)));
}

Storage::Done Loop::keep(const JournalWrite& write) {
  if (const auto* append = std::get_if<AppendJournal>(&write)) {
    return storage_.append_journal(append->bytes);
  }
  return storage_.replace_journal(std::get<ReplaceJournal>(write).bytes);
}

void Loop::write_journal(const JournalWrite& write) {
  const auto kept = keep(write);
  if (kept) {
    const auto record = std::visit([](const auto& one) { return one.record; }, write);
    return deliver(Event(JournalFlushed{record}));
  }
  log_.error("cannot write the journal; nothing is started until it can be",
             {{"why", kept.error().says}});
  if (!kept.error().full) return end(Ending::failed);
  // The core waits for JournalFlushed, so trying again later is safe, and heals by itself.
  unwritten_ = write;
  unwritten_since_ = clock_.now();
}

}  // namespace pf::hub
