#include "hub/core/hub.hpp"

#include <cassert>
#include <utility>

#include "hub/core/fit.hpp"
#include "hub/core/print_event.hpp"

namespace pf::hub {

Result<std::unique_ptr<Hub>, StorageFault> Hub::open(const HubSettings& settings,
                                                     const StoredBytes& stored,
                                                     DriverFactory& drivers, Crypto& crypto,
                                                     Random& random, Log& log) {
  StoredState state;
  if (stored.state.empty()) {
    state = new_state(random);
  } else {
    auto decoded = decode_state(stored.state);
    if (!decoded) return decoded.error();
    state = std::move(*decoded);
  }
  Ledger ledger;
  if (auto loaded = ledger.load(stored.journal, random); !loaded) return loaded.error();
  if (stored.journal.empty() && state.boot_count > 0) {
    log.warning("the journal is gone; a new one begins", {{"journal_id", ledger.journal_id()}});
  }
  return std::unique_ptr<Hub>(
      new Hub(settings, std::move(state), std::move(ledger), drivers, crypto, random, log));
}

Hub::Hub(const HubSettings& settings, StoredState state, Ledger ledger, DriverFactory& drivers,
         Crypto& crypto, Random& random, Log& log)
    : settings_(settings),
      random_(random),
      log_(log),
      state_(std::move(state)),
      ledger_(std::move(ledger)),
      session_(settings_, state_, crypto, random, log),
      printers_(state_, ledger_, drivers, random, log),
      attempts_(ledger_, printers_, time_, crypto, log) {}

std::vector<Effect> Hub::start(Instant now) {
  Output out;
  ++state_.boot_count;
  time_.begin_boot(state_.boot_count);
  print_ids_.prefix = ledger_.journal_id().substr(0, 8) + "-" + std::to_string(state_.boot_count);
  save(out);
  attempts_.start(now);
  printers_.start(now, out);
  session_.start(out);
  settle(now, out);
  return std::move(out.effects);
}

std::vector<Effect> Hub::handle(const Event& event, Instant now) {
  Output out;
  out.online = session_.ready();
  std::visit([&](const auto& one) { on(one, now, out); }, event);
  settle(now, out);
  return std::move(out.effects);
}

void Hub::settle(Instant now, Output& out) {
  work_off_signals(now, out);
  attempts_.advance(now, out);
  work_off_signals(now, out);
  acks_.release(ledger_, out);
  ledger_.send_events(time_, out);
  ledger_.write(time_.at(now), out);
  if (reboot_after_ && ledger_.durable(*reboot_after_)) {
    reboot_after_.reset();
    out.ask(Reboot{});
  }
}

void Hub::work_off_signals(Instant now, Output& out) {
  for (std::size_t count = 0; !out.signals.empty(); ++count) {
    assert(count < signals_per_event_max);
    const PrinterSignal next = std::move(out.signals.front());
    out.signals.pop_front();
    Printer* printer = printers_.in_slot(next.slot);
    if (!printer) continue;  // Removed by the very event that made it speak.
    std::visit([&](const auto& signal) { on(*printer, signal, now, out); }, next.signal);
  }
}

// ---- events ----

void Hub::on(const Tick&, Instant now, Output& out) {
  session_.tick(now, out);
  printers_.tick(now, out);
  work_off_signals(now, out);
  for (const auto& printer : printers_.all()) watch_print(*printer, now);
  controls_.tick(now, printers_, acks_, out);
  if (!out.online) return;
  ledger_.send_reports(time_, out);
  keep_incarnation(out);
  send_statuses(now, out);
  send_hub_status(now, out);
}

void Hub::on(const CloudUp&, Instant now, Output&) { session_.on_up(now); }

void Hub::on(const CloudDown& down, Instant now, Output& out) {
  out.online = false;
  new_incarnation_.reset();
  acks_.forget_waiting();
  session_.on_down(down, now, out);
}

void Hub::on(const StreamEvent& event, Instant now, Output& out) {
  if (Printer* printer = printers_.in_slot(stream_of(event).slot)) printer->handle(event, now, out);
}

void Hub::on(const DownloadData& data, Instant now, Output& out) { attempts_.on(data, now, out); }

void Hub::on(const DownloadEnded& ended, Instant now, Output& out) {
  attempts_.on(ended, now, out);
}

void Hub::on(const JournalFlushed& flushed, Instant, Output&) { ledger_.flushed(flushed.record); }

void Hub::on(const Discovered& found, Instant now, Output& out) {
  for (const auto& printer : found.printers) printers_.heard(printer, now, out);
  if (!found.command_id) return;  // An announcement: only its address was of interest.
  PrintersDiscovered message;
  message.command_id = *found.command_id;
  for (const auto& printer : found.printers) {
    if (message.printers.size() < decltype(message.printers)::max_items) {
      message.printers.value.push_back(printer);
    }
  }
  out.send(message);
}

void Hub::on(const VitalsRead& vitals, Instant, Output&) { vitals_ = vitals; }

void Hub::on(const CommandPerformed& performed, Instant, Output& out) {
  if (performed.refusal) return acks_.refuse(performed.command_id, *performed.refusal, out);
  acks_.accept(performed.command_id, out);
}

// ---- signals of a driver ----

void Hub::on(Printer& printer, const ConnectionChanged& change, Instant now, Output&) {
  printer.note(change, now);
  log_.info("printer connection", {{"printer_id", printer.serial()},
                                   {"state", word(change.state)},
                                   {"reason", change.reason ? word(*change.reason) : ""}});
}

void Hub::on(Printer& printer, const ReportArrived& report, Instant now, Output& out) {
  printer.note(report, now);
  watch_print(printer, now);
  attempts_.on(printer, report, now, out);
}

void Hub::on(Printer& printer, const CertificatePinned& pinned, Instant, Output& out) {
  printers_.remember_pin(printer, pinned.fingerprint, out);
}

void Hub::on(Printer& printer, const UploadWants& wants, Instant now, Output& out) {
  attempts_.on(printer, wants, now, out);
}

void Hub::on(Printer& printer, const UploadProgress& progress, Instant now, Output&) {
  attempts_.on(printer, progress, now);
}

void Hub::on(Printer& printer, const UploadEnded& ended, Instant now, Output& out) {
  attempts_.on(printer, ended, now, out);
}

void Hub::on(Printer& printer, const CommandAnswered& answer, Instant now, Output& out) {
  attempts_.on(printer, answer, now);
  controls_.on(printer, answer, acks_, out);
}

// ---- prints and statuses ----

void Hub::watch_print(Printer& printer, Instant now) {
  const PrintObservation& seen = printer.seen();
  const auto token =
      seen.known ? attempts_.token_in(printer, seen.subtask_name) : std::optional<std::string>{};
  for (const auto& change : printer.print_run().observe(seen, token, time_.when(now), print_ids_)) {
    report_run(printer, change, now);
    printer.pacing().note_change();
  }
}

void Hub::report_run(Printer& printer, const RunChange& change, Instant now) {
  ledger_.note(change.run);
  const When when = time_.when(now);
  if (auto event = print_event(printer, change, when)) ledger_.record(std::move(*event), when);
  attempts_.on(printer, change, now);
}

// One write for all that are due.
void Hub::send_statuses(Instant now, Output& out) {
  for (const auto& printer : printers_.all()) {
    if (!printer->status_due(now)) continue;
    PrinterStatusMessage message = printer->status_message(now, time_);
    message.boot = state_.boot_count;
    message.seq = ++status_seq_;
    out.send(message);
    printer->pacing().note_sent(now);
  }
}

void Hub::send_hub_status(Instant now, Output& out) {
  if (!vitals_ || (hub_status_sent_ && now - *hub_status_sent_ < hub_status_every)) return;
  HubStatus status;
  status.uptime_seconds = now.since_start / Seconds{1};
  status.free_heap = vitals_->free_heap;
  status.psram_free = vitals_->psram_free;
  status.rssi = vitals_->rssi;
  if (vitals_->ip_address) status.ip_address = fit<Text<0, 64>>(*vitals_->ip_address);
  status.temperature = vitals_->temperature;
  out.send(status);
  hub_status_sent_ = now;
}

}  // namespace pf::hub
