// A simulated printer at the other end of a hub's streams, without any socket: what the hub's core
// asks of the network happens to the printer's own MQTT and FTP code, and what that answers comes
// back as stream events. Time passes only when somebody says so.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "hub/core/streams.hpp"
#include "sim/ftp_dialogue.hpp"
#include "sim/mqtt_session.hpp"
#include "sim/printer.hpp"
#include "sim/sliced_file_fixture.hpp"

namespace pf::sim::testing {

inline constexpr std::uint8_t mqtt_channel = 0, control_channel = 1, store_channel = 2;
inline constexpr std::uint16_t mqtt_port = 8883, ftps_port = 990, data_port = 2024;
inline constexpr UnixTime meeting_wall{1'790'000'000'000};

class MeetingPrinter {
 public:
  MeetingPrinter(const Model& model, PrinterIdentity identity, PrinterSettings settings)
      : printer(model, identity, settings, Instant{}),
        room_(make_room(model, identity, folder_.path())) {
    room_.card.prepare();
  }

  // ---- what befalls it, as LivePrinter does with sockets ----

  Printer printer;
  std::string befall(const PrinterAct& act) {
    const auto done = printer.befall(act, now_);
    return done ? "" : done.error().says;
  }
  FtpRoom& room() { return room_; }
  void lose_network() {
    reachable_ = false;
    drop_connections();
  }
  void find_network() { reachable_ = true; }
  void lose_power() {
    lose_network();
    off_ = true;
  }
  void find_power() {
    off_ = false;
    printer.reboot(now_);
    find_network();
  }
  void drop_connections() {
    for (auto* stream : {&mqtt_stream_, &control_stream_, &store_stream_}) {
      if (*stream)
        events.push_back(hub::StreamClosed{**stream, hub::CloseReason::reset, "cut off"});
    }
    forget_mqtt();
    forget_ftps();
  }
  void change_address(const std::string& ip_address) {
    drop_connections();
    printer.set_ip_address(ip_address);
    room_.ip_address = ip_address;
  }
  void change_access_code(const std::string& access_code) {
    printer.set_access_code(access_code);
    room_.access_code = access_code;
    drop_connections();
  }
  bool full = false;  // Other programs have all its MQTT places.

  // ---- what the hub asks of the network ----

  std::deque<hub::StreamEvent> events;
  int connections = 0;  // MQTT sessions that were signed in.

  void perform(const hub::StreamEffect& effect) {
    std::visit([this](const auto& one) { take(one); }, effect);
  }
  void pass(Milliseconds time) {
    now_ = now_ + time;
    if (off_) return;
    PrinterOutput output;
    printer.tick(now_, meeting_wall, output);
    tell(output);
    store_more();
  }

 private:
  static FtpRoom make_room(const Model& model, const PrinterIdentity& identity,
                           const std::string& folder) {
    return FtpRoom{.dialect = model.ftp,
                   .access_code = identity.access_code,
                   .ip_address = identity.ip_address,
                   .card = Card(folder)};
  }

  void take(const hub::TcpOpen& open) {
    const bool here = reachable_ && open.host == printer.identity().ip_address;
    const bool listens = open.port == mqtt_port || open.port == ftps_port ||
                         (open.port == data_port && passive_open_);
    if (!here || !listens) {
      events.push_back(hub::StreamClosed{open.stream, hub::CloseReason::unreachable, ""});
      return;
    }
    if (open.stream.channel == mqtt_channel) mqtt_stream_ = open.stream;
    if (open.stream.channel == control_channel) control_stream_ = open.stream;
    if (open.stream.channel == store_channel) store_stream_ = open.stream;
    events.push_back(hub::StreamOpened{open.stream});
  }

  void take(const hub::TlsStart& tls) {
    const hub::PeerCertificate certificate{printer.identity().serial_number, "key", false};
    const bool resumed = tls.resume_from.has_value();
    events.push_back(hub::TlsReady{tls.stream, certificate, resumed});
    if (tls.stream == mqtt_stream_) {
      const auto& identity = printer.identity();
      session_.emplace(identity.serial_number, identity.access_code, !full);
    } else if (tls.stream == control_stream_) {
      dialogue_ = std::make_unique<FtpDialogue>(room_);
      say_ftp(dialogue_->greeting());
    } else if (tls.stream == store_stream_) {
      on_step(dialogue_->channel_ready(true, resumed));
      storing_ = true;
    }
  }

  void take(const hub::StreamWrite& write) {
    if (write.stream == store_stream_) {
      unstored_ += write.bytes;
      return store_more();
    }
    if (write.stream == mqtt_stream_) {
      events.push_back(hub::StreamWritten{write.stream, write.bytes.size()});
      hear_mqtt(write.bytes);
    } else if (write.stream == control_stream_) {
      events.push_back(hub::StreamWritten{write.stream, write.bytes.size()});
      hear_ftp(write.bytes);
    }
  }

  void take(const hub::StreamRead&) {}

  void take(const hub::StreamClose& close) {
    if (close.stream == mqtt_stream_) forget_mqtt();
    if (close.stream == control_stream_) forget_ftps();
    if (close.stream != store_stream_ || !store_stream_) return;
    if (close.kind == hub::CloseKind::orderly) {
      ending_ = true;
      return store_more();
    }
    const bool stored = storing_ && !deaf_;
    forget_store();
    if (stored) on_step(dialogue_->channel_ended(ChannelEnd::broken));
  }

  // ---- MQTT ----

  void hear_mqtt(std::string_view bytes) {
    SessionOutput out;
    const bool known = session_->signed_in();
    session_->receive(bytes, out);
    if (!known && session_->signed_in()) ++connections;
    if (!out.bytes.empty()) events.push_back(hub::StreamData{*mqtt_stream_, out.bytes});
    for (const auto& request : out.requests) {
      PrinterOutput output;
      printer.handle(request, now_, meeting_wall, output);
      tell(output);
    }
    if (!out.close || !mqtt_stream_) return;
    events.push_back(hub::StreamClosed{*mqtt_stream_, hub::CloseReason::closed_by_peer, ""});
    forget_mqtt();
  }

  void tell(const PrinterOutput& output) {
    for (const auto& message : output.messages) {
      if (session_ && session_->listens() && mqtt_stream_) {
        events.push_back(hub::StreamData{*mqtt_stream_, session_->deliver(message)});
      }
    }
    if (!output.question) return;
    const auto& question = *output.question;
    const auto file = room_.card.complete_file(question.card_path);
    if (file) {
      printer.file_answered(question.number, read_sliced_plate(file->string(), question.entry));
    } else {
      printer.file_answered(question.number, RefusedFile{error_file_missing, "no such file"});
    }
  }

  // ---- FTP ----

  void say_ftp(const std::string& text) {
    if (!text.empty()) events.push_back(hub::StreamData{*control_stream_, text});
  }

  void hear_ftp(std::string_view bytes) {
    unread_ += bytes;
    for (auto end = unread_.find("\r\n"); end != unread_.npos && !deaf_ && dialogue_;
         end = unread_.find("\r\n")) {
      const std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 2);
      auto step = dialogue_->on_line(line);
      if (step.wish == FtpStep::Wish::open_passive) {
        passive_open_ = true;
        step = dialogue_->passive_opened(data_port);
      }
      on_step(std::move(step));
    }
  }

  void on_step(FtpStep step) {
    say_ftp(step.replies);
    switch (step.wish) {
      case FtpStep::Wish::none:
      case FtpStep::Wish::open_passive: break;
      case FtpStep::Wish::stall: deaf_ = true; break;
      case FtpStep::Wish::transfer:
        if (!storing_ && passive_open_) {
          passive_open_ = false;
          say_ftp(dialogue_->channel_connected(store_stream_.has_value()).replies);
        }
        break;
      case FtpStep::Wish::close:
        events.push_back(hub::StreamClosed{*control_stream_, hub::CloseReason::closed_by_peer, ""});
        forget_ftps();
        break;
    }
  }

  // Whatever the card takes until now.
  void store_more() {
    while (storing_ && !deaf_ && !unstored_.empty() && now_ >= card_busy_until_) {
      const auto piece = unstored_.substr(0, dialogue_->piece_bytes_max());
      unstored_.erase(0, piece.size());
      const auto stream = *store_stream_;
      auto step = dialogue_->data_received(piece);
      card_busy_until_ = now_ + dialogue_->card_writes_for(piece.size());
      if (step.wish == FtpStep::Wish::none) {  // Broken off.
        events.push_back(hub::StreamClosed{stream, hub::CloseReason::closed_by_peer, ""});
        forget_store();
      } else if (step.wish == FtpStep::Wish::transfer) {
        events.push_back(hub::StreamWritten{stream, piece.size()});
        continue;
      }
      on_step(std::move(step));
    }
    if (!storing_ || deaf_ || !ending_ || !unstored_.empty()) return;
    forget_store();
    on_step(dialogue_->channel_ended(ChannelEnd::closed));
  }

  void forget_mqtt() {
    mqtt_stream_.reset();
    session_.reset();
  }
  void forget_store() {
    store_stream_.reset();
    unstored_.clear();
    storing_ = ending_ = false;
  }
  void forget_ftps() {
    forget_store();
    control_stream_.reset();
    dialogue_.reset();
    unread_.clear();
    deaf_ = passive_open_ = false;
  }

  TemporaryFolder folder_;
  Instant now_{};
  FtpRoom room_;
  bool reachable_ = true, off_ = false;
  std::optional<hub::StreamId> mqtt_stream_, control_stream_, store_stream_;
  std::optional<MqttSession> session_;
  std::unique_ptr<FtpDialogue> dialogue_;
  std::string unread_, unstored_;
  Instant card_busy_until_{};
  bool passive_open_ = false, storing_ = false, ending_ = false, deaf_ = false;
};

}  // namespace pf::sim::testing
