#include "hub/core/ledger.hpp"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "hub/core/journal_frames.hpp"
#include "protocol/json.hpp"

namespace pf::hub {
namespace {

constexpr int journal_format = 1;

struct JournalHead {
  static constexpr std::string_view type = "journal";
  Text<1, 64> journal_id;
  int format = journal_format;
  std::int64_t seq_high = 0;
  std::int64_t acknowledged = 0;
  FIELDS(journal_id, format, seq_high, acknowledged)
};
struct EventsAcknowledged {
  static constexpr std::string_view type = "acknowledged";
  std::int64_t upto = 0;
  FIELDS(upto)
};
struct PlateTokensUsed {
  static constexpr std::string_view type = "plate_tokens";
  List<Uuid, plate_tokens_max> tokens;
  FIELDS(tokens)
};
struct RunForgotten {
  static constexpr std::string_view type = "run_forgotten";
  Serial printer_id;
  FIELDS(printer_id)
};
using JournalRecord = std::variant<JournalHead, Attempt, PendingJobEvent, PendingPrintEvent, Run,
                                   EventsAcknowledged, PlateTokensUsed, RunForgotten>;

template <class Record>
void append_line(std::string& lines, const Record& record) {
  json::write(lines, record);
  lines += '\n';
}

// What a closed attempt is still remembered for: its outcome, token and plate.
void forget_details(Attempt& attempt) {
  if (attempt.order) attempt.order->options = {};
}

}  // namespace

Result<Nothing, StorageFault> Ledger::load(std::string_view bytes, Random& random) {
  if (bytes.empty()) {
    begin_new(random);
    return Nothing{};
  }
  auto frames = recover_frames(bytes);
  if (!frames) return frames.error();
  // A journal is begun whole (ReplaceJournal), so its first frame is never a torn one.
  if (frames->payloads.empty()) {
    return StorageFault{
        "the hub's journal is damaged at its beginning; restore it from a backup, or "
        "wipe the hub and claim it again"};
  }
  for (auto payload : frames->payloads) {
    while (!payload.empty()) {
      const auto end = payload.find('\n');
      if (auto taken = replay(payload.substr(0, end)); !taken) return taken;
      payload.remove_prefix(end == std::string_view::npos ? payload.size() : end + 1);
    }
  }
  if (journal_id_.empty()) return StorageFault{"the hub's journal does not say which one it is"};
  journal_ = Journal(bytes.size());
  rewrite_ = frames->torn_bytes > 0;
  return Nothing{};
}

Result<Nothing, StorageFault> Ledger::replay(std::string_view text) {
  auto record = json::decode_message<JournalRecord>(text);
  if (!record) {
    return StorageFault{"the hub's journal has a record this version does not understand (" +
                        record.error().text() + "); use the version that wrote it"};
  }
  if (auto* head = std::get_if<JournalHead>(&*record)) {
    if (head->format != journal_format) {
      return StorageFault{"the hub's journal is of another version; use the version that wrote it"};
    }
    journal_id_ = head->journal_id.value;
    outbox_.load_mark(head->seq_high, head->acknowledged);
  } else if (auto* attempt = std::get_if<Attempt>(&*record)) {
    outbox_.load(PendingJobEvent{job_event(*attempt, journal_id_), attempt->when});
    if (attempt->state == AttemptState::starting && attempt->order) {
      spend(attempt->order->plate_token);
    }
    attempts_[attempt->job_id.value] = std::move(*attempt);
  } else if (auto* pending_job = std::get_if<PendingJobEvent>(&*record)) {
    outbox_.load(std::move(*pending_job));
  } else if (auto* pending_print = std::get_if<PendingPrintEvent>(&*record)) {
    outbox_.load(std::move(*pending_print));
  } else if (auto* run = std::get_if<Run>(&*record)) {
    runs_[run->printer_id.value] = std::move(*run);
  } else if (auto* acknowledged = std::get_if<EventsAcknowledged>(&*record)) {
    outbox_.acknowledge(acknowledged->upto);
  } else if (auto* used = std::get_if<PlateTokensUsed>(&*record)) {
    for (const auto& token : used->tokens) spend(token);
  } else if (auto* forgotten = std::get_if<RunForgotten>(&*record)) {
    runs_.erase(forgotten->printer_id.value);
  }
  return Nothing{};
}

void Ledger::begin_new(Random& random) {
  journal_id_ = base32_token(random, 20);
  rewrite_ = true;
}

void Ledger::wipe(Random& random) {
  attempts_.clear();
  plate_tokens_.clear();
  runs_.clear();
  reports_.clear();
  outbox_ = Outbox{};
  begin_new(random);
}

const Attempt* Ledger::find(std::string_view job_id) const {
  const auto found = attempts_.find(std::string(job_id));
  return found == attempts_.end() ? nullptr : &found->second;
}

const Attempt* Ledger::open_on(std::string_view printer_id) const {
  for (const auto& [job_id, attempt] : attempts_) {
    if (is_closed(attempt.state) || !attempt.order) continue;
    if (std::string_view(attempt.order->printer_id) == printer_id) return &attempt;
  }
  return nullptr;
}

bool Ledger::plate_token_used(std::string_view plate_token) const {
  return std::find(plate_tokens_.begin(), plate_tokens_.end(), plate_token) != plate_tokens_.end();
}

void Ledger::spend(std::string_view plate_token) {
  if (plate_token_used(plate_token)) return;
  plate_tokens_.emplace_back(plate_token);
  if (plate_tokens_.size() > plate_tokens_max) plate_tokens_.pop_front();
}

bool Ledger::has_room() const {
  return journal_.has_room() && attempts_.size() < attempts_max && !outbox_.nearly_full();
}

Ticket Ledger::record(Attempt attempt, const When& when) {
  attempt.seq = outbox_.next_seq();
  attempt.when = when;
  const Ticket written = note(attempt);
  outbox_.add(PendingJobEvent{job_event(attempt, journal_id_), when}, written);
  return written;
}

Ticket Ledger::note(Attempt attempt) {
  if (is_closed(attempt.state)) forget_details(attempt);
  if (attempt.state == AttemptState::starting) spend(attempt.order->plate_token);
  const Ticket written = journal_.append(json::encode(attempt));
  attempts_[attempt.job_id.value] = std::move(attempt);
  return written;
}

std::optional<Run> Ledger::run_of(std::string_view printer_id) const {
  const auto found = runs_.find(std::string(printer_id));
  if (found == runs_.end()) return std::nullopt;
  return found->second;
}

Ticket Ledger::note(const Run& run) {
  runs_[run.printer_id.value] = run;
  return journal_.append(json::encode(run));
}

void Ledger::forget_run(std::string_view printer_id) {
  if (runs_.erase(std::string(printer_id)) == 0) return;
  journal_.append(json::encode(RunForgotten{Serial(std::string(printer_id))}));
}

void Ledger::record(PrintEvent event, const When& when) {
  event.journal_id = journal_id_;
  event.seq = outbox_.next_seq();
  PendingPrintEvent pending{std::move(event), when};
  const Ticket written = journal_.append(json::encode(pending));
  outbox_.add(std::move(pending), written);
}

void Ledger::acknowledge(std::string_view journal_id, std::int64_t upto) {
  if (journal_id != journal_id_ || !outbox_.acknowledge(upto)) return;
  journal_.append(json::encode(EventsAcknowledged{upto}));
}

void Ledger::restart_sending() {
  outbox_.resend_all();
  reports_.clear();
}

void Ledger::report(std::string_view job_id) {
  if (std::find(reports_.begin(), reports_.end(), job_id) != reports_.end()) return;
  reports_.emplace_back(job_id);
}

void Ledger::report_all() {
  std::vector<const Attempt*> all;
  for (const auto& [job_id, attempt] : attempts_) all.push_back(&attempt);
  std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->seq < b->seq; });
  reports_.clear();
  for (const auto* attempt : all) reports_.push_back(attempt->job_id.value);
}

void Ledger::send_reports(const ServerTime& time, Output& out) {
  for (std::size_t count = 0; count < reports_per_tick_max && !reports_.empty(); ++count) {
    const Attempt* attempt = find(reports_.front());
    reports_.pop_front();
    // What was never sent goes its own way, in order: an acknowledgement covers all before it.
    if (!attempt || attempt->seq > std::max(outbox_.sent(), outbox_.acknowledged())) continue;
    JobEvent event = job_event(*attempt, journal_id_);
    event.at = time.at(attempt->when).value_or(0);
    out.send(event);
  }
}

void Ledger::send_events(const ServerTime& time, Output& out) {
  if (!out.online || !reports_.empty()) return;  // Online, the time is known.
  while (const PendingEvent* next = outbox_.take_next(journal_.flushed_upto())) {
    std::visit(
        [&](const auto& pending) {
          auto event = pending.event;
          event.at = time.at(pending.when).value_or(0);
          out.send(event);
        },
        *next);
  }
}

void Ledger::write(std::optional<Millis> server_now, Output& out) {
  if (!journal_.ready()) return;
  if (rewrite_ || journal_.wants_compaction()) {
    if (server_now) forget_old(*server_now);
    rewrite_ = false;
    out.ask(journal_.replace_by(snapshot()));
  } else if (journal_.has_pending()) {
    out.ask(journal_.write_pending());
  }
}

void Ledger::forget_old(Millis server_now) {
  for (auto& [job_id, attempt] : attempts_) {
    // It closed no later than now.
    if (is_closed(attempt.state) && !attempt.when.at) attempt.when.at = server_now;
  }
  std::erase_if(attempts_, [&](const auto& one) {
    const Attempt& attempt = one.second;
    return is_closed(attempt.state) && attempt.seq <= outbox_.acknowledged() &&
           server_now - *attempt.when.at > final_kept.count();
  });
}

std::string Ledger::snapshot() const {
  std::string lines;
  append_line(lines,
              JournalHead{journal_id_, journal_format, outbox_.seq_high(), outbox_.acknowledged()});
  PlateTokensUsed used;
  for (const auto& token : plate_tokens_) used.tokens.value.emplace_back(token);
  append_line(lines, used);
  for (const auto& [job_id, attempt] : attempts_) append_line(lines, attempt);
  for (const auto& [printer_id, run] : runs_) append_line(lines, run);
  for (const auto& pending : outbox_.waiting()) {
    std::visit([&](const auto& one) { append_line(lines, one); }, pending);
  }
  return lines;
}

}  // namespace pf::hub
