#include "hub/drivers/bambu/bambu_driver.hpp"

#include <utility>

#include "hub/drivers/bambu/certificate.hpp"

namespace pf::hub::bambu {
namespace {

constexpr std::size_t client_id_random_characters = 8;
constexpr Seconds connect_margin{5};  // Beyond the platform's own deadline, should it keep silent.

constexpr const char* says_refused =
    "The printer refused the access code. Read the new one on the printer's screen under Settings "
    "> "
    "Network (WLAN) > Access Code and enter it here; it changes whenever LAN Only or Developer "
    "Mode "
    "is switched.";
constexpr const char* says_too_many =
    "The printer accepts no further connection. Close other programs that are connected to it, or "
    "restart it.";
constexpr const char* says_silent =
    "The printer accepts the connection but sends no reports. Check the serial number, and restart "
    "the printer if it is right.";
constexpr const char* says_changed =
    "The printer shows another certificate than before. If it was reset or repaired, accept the "
    "new "
    "certificate; otherwise somebody may be between hub and printer.";
constexpr const char* says_unknown =
    "The printer's certificate comes from an unknown issuer, and pinning it is switched off.";
constexpr const char* says_unreachable =
    "The printer does not answer. Check that it is on, in the same network, and has this address.";
constexpr const char* says_no_address =
    "The printer's address is not known yet. Switch it on, or enter its address.";

constexpr const char* says_lost = "The connection to the printer was lost; trying again.";
constexpr const char* says_no_connection = "The printer could not be reached; trying again.";

std::uint16_t port_of(const ConfiguredPrinter& printer, std::optional<Port> PrinterPorts::*which,
                      std::uint16_t usual) {
  if (!printer.ports || !((*printer.ports).*which)) return usual;
  return static_cast<std::uint16_t>(((*printer.ports).*which)->value);
}

}  // namespace

BambuDriver::BambuDriver(const DriverSettings& settings, Random& random)
    : settings_(settings),
      random_(random),
      family_(family_of(settings.printer.printer_id,
                        settings.printer.model ? settings.printer.model->value : "")),
      view_(family_),
      sequence_ids_(random),
      folder_(uploads_to_root(family_) ? Folder::root : Folder::cache) {
  if (settings.printer.fingerprint && !settings.printer.fingerprint->empty()) {
    known_fingerprint_ = settings.printer.fingerprint->value;
  }
}

void BambuDriver::start(Instant now, DriverOutput& out) {
  tell(ConnectionState::connecting, {}, "", out);
  connect(now, out);
}

void BambuDriver::stop(DriverOutput& out) {
  cancel_upload(out);
  if (stream_ && client_) {
    std::string bytes;
    client_->close(bytes);
    if (!bytes.empty()) write(std::move(bytes), out);
    out.effects.push_back(StreamClose{*stream_, CloseKind::orderly});
    stream_.reset();
  }
  drop_stream(out);
  view_.end_connection();
  phase_ = Phase::stopped;
}

void BambuDriver::connect(Instant now, DriverOutput& out) {
  const auto& printer = settings_.printer;
  if (!printer.ip_address) return halt(ConnectionReason::never_reached, says_no_address, out);
  stream_ = StreamId{settings_.slot, mqtt_channel, ++generation_};
  unwritten_ = 0;
  phase_ = Phase::connecting;
  deadline_ = now + connect_deadline + connect_margin;
  out.effects.push_back(TcpOpen{*stream_, printer.ip_address->value,
                                port_of(printer, &PrinterPorts::mqtt, mqtt_port),
                                connect_deadline});
}

// ---- streams ----

void BambuDriver::handle(const StreamEvent& event, Instant now, DriverOutput& out) {
  const auto stream = stream_of(event);
  if (stream_ && stream == *stream_) {
    std::visit([&](const auto& one) { on(one, now, out); }, event);
  } else if (upload_ && stream.channel != mqtt_channel && stream.generation == upload_generation_) {
    DriverOutput told;
    upload_->handle(event, now, told);
    pass_on(std::move(told), out);
  }
}

void BambuDriver::on(const StreamOpened& opened, Instant, DriverOutput& out) {
  out.effects.push_back(
      TlsStart{opened.stream, settings_.printer.printer_id.value, TlsCap::tls_1_2, {}});
}

void BambuDriver::on(const TlsReady& ready, Instant now, DriverOutput& out) {
  if (!accept_certificate(ready.peer, now, out)) return;
  phase_ = Phase::logging_in;
  deadline_ = now + login_wait;
  client_ = std::make_unique<MqttClient>(
      MqttLogin{settings_.client_id + "-" + base32_token(random_, client_id_random_characters),
                settings_.printer.access_code.value, settings_.printer.printer_id.value});
  out.effects.push_back(StreamRead{ready.stream});
  std::string bytes;
  client_->open(now, bytes);
  write(std::move(bytes), out);
}

// Before the access code is sent: nobody else may learn it.
bool BambuDriver::accept_certificate(const PeerCertificate& peer, Instant now, DriverOutput& out) {
  const auto& policies = settings_.printer.policies;
  const auto verdict = judge(peer, settings_.printer.printer_id, known_fingerprint_);
  switch (verdict) {
    case Verdict::wrong_serial:
      refuse(ConnectionReason::wrong_serial,
             "Another printer answers at this address: " + peer.common_name.substr(0, 40), now,
             out);
      return false;
    case Verdict::changed:
      shown_fingerprint_ = peer.fingerprint;  // For the person who is to accept it.
      halt(ConnectionReason::certificate_changed, says_changed, out);
      return false;
    case Verdict::first_use:
      if (policies && policies->pin_unknown_certificate == false) {
        shown_fingerprint_ = peer.fingerprint;
        halt(ConnectionReason::certificate_unknown, says_unknown, out);
        return false;
      }
      out.signals.push_back(CertificatePinned{peer.fingerprint});
      break;
    case Verdict::trusted:
    case Verdict::pinned: break;
  }
  known_fingerprint_ = shown_fingerprint_ = peer.fingerprint;
  pinned_ = verdict != Verdict::trusted;
  return true;
}

void BambuDriver::on(const StreamData& data, Instant now, DriverOutput& out) {
  if (!client_) return;
  out.effects.push_back(StreamRead{data.stream, static_cast<std::uint32_t>(data.bytes.size())});
  std::string bytes;
  const auto events = client_->receive(data.bytes, now, bytes);
  if (!bytes.empty()) write(std::move(bytes), out);
  for (const auto& event : events) {
    if (stream_ != data.stream) return;  // One of the events ended the connection.
    std::visit([&](const auto& one) { on(one, now, out); }, event);
  }
}

void BambuDriver::on(const StreamWritten& written, Instant, DriverOutput&) {
  unwritten_ -= std::min(written.bytes, unwritten_);
}

void BambuDriver::on(const StreamClosed& closed, Instant now, DriverOutput& out) {
  stream_.reset();
  if (closed.reason == CloseReason::tls_failed) {
    return retry(ConnectionReason::tls_failed,
                 "No encrypted connection to the printer could be made: " + closed.detail, now,
                 out);
  }
  // What a printer does that has no room for another client, once its network is fine.
  if (phase_ == Phase::logging_in && delay_.failures() + 1 >= failures_shown) {
    return retry(ConnectionReason::too_many_clients, says_too_many, now, out);
  }
  // Some models hang up on a subscription to another serial's reports.
  if (phase_ == Phase::online && !reported_) {
    return retry(ConnectionReason::no_reports, says_silent, now, out);
  }
  lose(phase_ == Phase::online ? says_lost : says_no_connection, now, out);
}

// ---- MQTT ----

void BambuDriver::on(const MqttAccepted&, Instant now, DriverOutput& out) {
  phase_ = Phase::online;
  ever_online_ = true;
  heard_at_ = now;
  reported_ = false;
  nudged_at_.reset();
  view_.begin_connection();
  mode_probe_.begin_connection(now);
  tell(ConnectionState::connected, {}, "", out);
  publish(get_version_message(sequence_ids_.next()), now, out);
  full_wait_ = first_full_wait;
  fetch_report(now, out);
}

void BambuDriver::on(const MqttRefused& refused, Instant now, DriverOutput& out) {
  switch (refused.code) {
    case mqtt::ConnectCode::bad_user_name_or_password:
    case mqtt::ConnectCode::not_authorised:
      return refuse(ConnectionReason::refused_code, says_refused, now, out);
    case mqtt::ConnectCode::server_unavailable:
      return retry(ConnectionReason::too_many_clients, says_too_many, now, out);
    default: return lose("The printer refused the connection.", now, out);
  }
}

void BambuDriver::on(const MqttBroken& broken, Instant now, DriverOutput& out) {
  lose("The printer's messages cannot be read: " + broken.detail + ".", now, out);
}

void BambuDriver::on(const MqttReport& report, Instant now, DriverOutput& out) {
  const auto message = classify(report.payload);
  if (const auto* state = std::get_if<StateReport>(&message)) {
    on_state(report.payload, *state, now, out);
  } else if (const auto* answer = std::get_if<Answer>(&message)) {
    on_answer(*answer, out);
  } else if (const auto* version = std::get_if<VersionReport>(&message)) {
    if (view_.read_version(*version)) out.signals.push_back(ReportArrived{false, true});
  }
}

void BambuDriver::on_state(std::string_view message, const StateReport& report, Instant now,
                           DriverOutput& out) {
  heard_at_ = now;
  reported_ = true;
  nudged_at_.reset();
  delay_.succeeded();
  const bool changed = view_.read_state(message, report);
  out.signals.push_back(ReportArrived{report.whole, changed});
  refuse_bare_answers(out);
  find_out_developer_mode(now, out);
}

void BambuDriver::on_answer(const Answer& answer, DriverOutput& out) {
  mode_probe_.on_answer(answer);
  if (auto answered = unanswered_.match(answer)) tell_answer(std::move(*answered), out);
  refuse_bare_answers(out);
  if (view_.learn_developer_mode(mode_probe_.mode())) {
    out.signals.push_back(ReportArrived{false, true});
  }
}

void BambuDriver::tell_answer(CommandAnswered answered, DriverOutput& out) {
  if (answered.developer_mode_off) {
    mode_probe_.learn(DeveloperMode::off);
  } else if (answered.accepted) {
    mode_probe_.learn(DeveloperMode::on);
  }
  out.signals.push_back(std::move(answered));
}

// A P1S with Developer Mode off repeats command and id, says no more, and shows a message.
void BambuDriver::refuse_bare_answers(DriverOutput& out) {
  if (!view_.shows_unverified_command()) return;
  while (auto answered = unanswered_.take_bare()) tell_answer(std::move(*answered), out);
}

void BambuDriver::find_out_developer_mode(Instant now, DriverOutput& out) {
  const auto& seen = view_.observation();
  if (!seen.known || view_.reports_developer_mode()) return;
  const bool unverified = view_.shows_unverified_command();
  if (unverified && !unverified_shown_) mode_probe_.doubt();
  unverified_shown_ = unverified;
  if (unanswered_.notice_silence(now)) mode_probe_.doubt();
  mode_probe_.tick(now);
  if (mode_probe_.is_due()) {
    const auto id = sequence_ids_.next();
    if (seen.startable && !held_ && publish(probe_message(id), now, out)) {
      mode_probe_.sent(id, now);
    } else {
      mode_probe_.put_off();
    }
  }
  if (view_.learn_developer_mode(mode_probe_.mode())) {
    out.signals.push_back(ReportArrived{false, true});
  }
}

// ---- time ----

void BambuDriver::tick(Instant now, DriverOutput& out) {
  if (upload_) {
    DriverOutput told;
    upload_->tick(now, told);
    pass_on(std::move(told), out);
  }
  switch (phase_) {
    case Phase::stopped:
    case Phase::halted: return;
    case Phase::waiting:
      if (now >= retry_at_) connect(now, out);
      return;
    case Phase::connecting:
    case Phase::logging_in:
      if (now >= deadline_) lose(says_no_connection, now, out);
      return;
    case Phase::online: find_out_developer_mode(now, out); return watch_silence(now, out);
  }
}

void BambuDriver::watch_silence(Instant now, DriverOutput& out) {
  std::string bytes;
  client_->tick(now, bytes);
  if (!bytes.empty()) write(std::move(bytes), out);
  if (held_) {
    heard_at_ = now;  // When it is released, the printer has its whole time again.
    nudged_at_.reset();
    return;
  }
  if (nudged_at_ && now - *nudged_at_ >= nudge_wait) {
    return retry(ConnectionReason::no_reports, says_silent, now, out);
  }
  if (!nudged_at_ && now - heard_at_ >= silence_max) {
    nudged_at_ = now;
    publish(pushing_start_message(sequence_ids_.next()), now, out);
  } else if (!view_.observation().known && now - full_asked_at_ >= full_wait_) {
    full_wait_ = full_again_wait;
    fetch_report(now, out);
  }
}

void BambuDriver::fetch_report(Instant now, DriverOutput& out) {
  full_asked_at_ = now;
  publish(pushall_message(sequence_ids_.next()), now, out);
}

// ---- requests ----

bool BambuDriver::publish(std::string message, Instant now, DriverOutput& out) {
  if (phase_ != Phase::online || unwritten_ + message.size() > mqtt_unwritten_max) return false;
  std::string bytes;
  client_->publish(std::move(message), now, bytes);
  write(std::move(bytes), out);
  return true;
}

void BambuDriver::write(std::string bytes, DriverOutput& out) {
  unwritten_ += bytes.size();
  out.effects.push_back(StreamWrite{*stream_, std::move(bytes)});
}

bool BambuDriver::start_print(const StartRequest& request, Instant now, DriverOutput& out) {
  const auto id = sequence_ids_.next();
  if (!publish(project_file_message(request, family_, folder_, id), now, out)) return false;
  unanswered_.sent(PrintAction::start, id, now);
  start_sent_at_ = now;
  return true;
}

bool BambuDriver::control(PrintAction action, Instant now, DriverOutput& out) {
  const auto id = sequence_ids_.next();
  if (!publish(control_message(action, id), now, out)) return false;
  unanswered_.sent(action, id, now);
  return true;
}

void BambuDriver::begin_upload(const UploadRequest& request, Instant now, DriverOutput& out) {
  cancel_upload(out);
  const auto& printer = settings_.printer;
  if (!printer.ip_address || !shown_fingerprint_ || phase_ == Phase::halted) {
    out.signals.push_back(UploadEnded{UploadFailure::unreachable, "the printer is not connected"});
    return;
  }
  FtpsTarget target;
  target.slot = settings_.slot;
  target.generation = upload_generation_ = ++generation_;
  target.host = printer.ip_address->value;
  target.port = port_of(printer, &PrinterPorts::ftps, ftps_port);
  target.serial = printer.printer_id.value;
  target.access_code = printer.access_code.value;
  target.fingerprint = known_fingerprint_;
  target.folder = uploads_to_root(family_) ? Folder::root : Folder::cache;
  upload_ = std::make_unique<FtpsUpload>(std::move(target), request);
  DriverOutput told;
  upload_->start(now, told);
  pass_on(std::move(told), out);
}

void BambuDriver::upload_data(std::string_view bytes, bool last, Instant now, DriverOutput& out) {
  if (!upload_) return;
  DriverOutput told;
  upload_->give(bytes, last, now, told);
  pass_on(std::move(told), out);
}

void BambuDriver::cancel_upload(DriverOutput& out) {
  if (!upload_) return;
  upload_->cancel(out);
  upload_.reset();
}

void BambuDriver::pass_on(DriverOutput&& told, DriverOutput& out) {
  for (auto& effect : told.effects) out.effects.push_back(std::move(effect));
  for (auto& signal : told.signals) out.signals.push_back(std::move(signal));
  if (!upload_ || !upload_->ended()) return;
  folder_ = upload_->stored_in().value_or(folder_);
  upload_.reset();
}

// ---- ends ----

// A connection or an attempt at one is gone, for no reason that a person could do anything about
// yet.
void BambuDriver::lose(std::string detail, Instant now, DriverOutput& out) {
  if (delay_.failures() + 1 >= failures_shown) {
    return retry(ever_online_ ? ConnectionReason::unreachable : ConnectionReason::never_reached,
                 says_unreachable, now, out);
  }
  drop_stream(out);
  wait(delay_.after_failure(random_), now);
  tell(ever_online_ ? ConnectionState::disconnected : ConnectionState::connecting, {},
       std::move(detail), out);
}

void BambuDriver::retry(ConnectionReason reason, std::string detail, Instant now,
                        DriverOutput& out) {
  drop_stream(out);
  wait(delay_.after_failure(random_), now);
  tell(ConnectionState::disconnected, reason, std::move(detail), out);
}

void BambuDriver::refuse(ConnectionReason reason, std::string detail, Instant now,
                         DriverOutput& out) {
  drop_stream(out);
  wait(delay_.after_refusal(random_), now);
  tell(ConnectionState::disconnected, reason, std::move(detail), out);
}

void BambuDriver::halt(ConnectionReason reason, std::string detail, DriverOutput& out) {
  drop_stream(out);
  phase_ = Phase::halted;
  tell(ConnectionState::disconnected, reason, std::move(detail), out);
}

void BambuDriver::wait(Milliseconds delay, Instant now) {
  phase_ = Phase::waiting;
  retry_at_ = now + delay;
  // The printer hung up while it may be unpacking our file: it must finish before it is disturbed.
  if (held_ && family_ == Family::p1 && start_sent_at_) {
    retry_at_ = std::max(retry_at_, *start_sent_at_ + unpack_max);
  }
}

void BambuDriver::drop_stream(DriverOutput& out) {
  if (stream_) out.effects.push_back(StreamClose{*stream_, CloseKind::abort});
  stream_.reset();
  client_.reset();
  view_.end_connection();
}

void BambuDriver::tell(ConnectionState state, std::optional<ConnectionReason> reason,
                       std::string detail, DriverOutput& out) {
  if (told_ && told_->state == state && told_->reason == reason && told_->detail == detail) return;
  told_ = ConnectionChanged{state, reason, std::move(detail)};
  out.signals.push_back(*told_);
}

}  // namespace pf::hub::bambu
