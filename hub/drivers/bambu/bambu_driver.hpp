// The driver of one Bambu Lab printer: keeps one MQTT connection to it, tells what it reports, and
// uploads and starts what it is told to. See hub/core/driver.hpp for what it promises.
//
// Connections are the delicate part. A session may be half dead (silent, or deaf), so silence is
// answered by pushing.start and then by a new connection with a new client id; but a reconnect
// while a printer unpacks a file breaks the print, so nothing of this happens while the connection
// is held. Every connection starts with an empty client: nothing is ever sent again.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "hub/core/driver.hpp"
#include "hub/drivers/bambu/commands.hpp"
#include "hub/drivers/bambu/ftps.hpp"
#include "hub/drivers/bambu/mode_probe.hpp"
#include "hub/drivers/bambu/mqtt_client.hpp"
#include "hub/drivers/bambu/printer_view.hpp"
#include "hub/drivers/bambu/reconnect.hpp"

namespace pf::hub::bambu {

inline constexpr std::uint8_t mqtt_channel = 0;
inline constexpr std::uint16_t mqtt_port = 8883;
inline constexpr std::uint16_t ftps_port = 990;
inline constexpr Seconds login_wait{10};       // For CONNACK.
inline constexpr Seconds silence_max{30};      // Then pushing.start, and after
inline constexpr Seconds nudge_wait{10};       // this long without a report, a new connection.
inline constexpr Seconds first_full_wait{20};  // Then pushall is asked once more,
inline constexpr Minutes full_again_wait{5};   // and again at the pace P1 and A1 can bear.
inline constexpr Seconds unpack_max{150};      // A P1P needs up to 135 s for a project_file.
inline constexpr int failures_shown = 3;       // Single failed connections are nobody's business.
inline constexpr std::size_t mqtt_unwritten_max = 32 * 1024;

class BambuDriver final : public Driver {
 public:
  BambuDriver(const DriverSettings& settings, Random& random);

  void start(Instant now, DriverOutput& out) override;
  void stop(DriverOutput& out) override;
  void handle(const StreamEvent& event, Instant now, DriverOutput& out) override;
  void tick(Instant now, DriverOutput& out) override;

  void hold_connection(bool held) override { held_ = held; }
  void fetch_report(Instant now, DriverOutput& out) override;

  void begin_upload(const UploadRequest& request, Instant now, DriverOutput& out) override;
  void upload_data(std::string_view bytes, bool last, Instant now, DriverOutput& out) override;
  void cancel_upload(DriverOutput& out) override;

  bool start_print(const StartRequest& request, Instant now, DriverOutput& out) override;
  bool control(PrintAction action, Instant now, DriverOutput& out) override;

  const PrinterStatus& status() const override { return view_.status(); }
  const PrintObservation& observe() const override { return view_.observation(); }
  std::string developer_mode_help() const override { return bambu::developer_mode_help(family_); }
  std::optional<std::string> fingerprint() const override { return shown_fingerprint_; }
  bool pinned() const override { return pinned_; }

 private:
  enum class Phase {
    stopped,
    waiting,     // For retry_at_.
    connecting,  // TCP and TLS.
    logging_in,  // For CONNACK.
    online,
    halted  // Until the printer is configured anew.
  };

  void connect(Instant now, DriverOutput& out);
  void on(const StreamOpened& opened, Instant now, DriverOutput& out);
  void on(const TlsReady& ready, Instant now, DriverOutput& out);
  void on(const StreamData& data, Instant now, DriverOutput& out);
  void on(const StreamWritten& written, Instant now, DriverOutput& out);
  void on(const StreamClosed& closed, Instant now, DriverOutput& out);
  bool accept_certificate(const PeerCertificate& peer, Instant now, DriverOutput& out);

  void on(const MqttAccepted& accepted, Instant now, DriverOutput& out);
  void on(const MqttRefused& refused, Instant now, DriverOutput& out);
  void on(const MqttReport& report, Instant now, DriverOutput& out);
  void on(const MqttBroken& broken, Instant now, DriverOutput& out);
  void on_state(std::string_view message, const StateReport& report, Instant now,
                DriverOutput& out);
  void on_answer(const Answer& answer, DriverOutput& out);

  void find_out_developer_mode(Instant now, DriverOutput& out);
  void tell_answer(CommandAnswered answered, DriverOutput& out);
  void refuse_bare_answers(DriverOutput& out);
  void watch_silence(Instant now, DriverOutput& out);
  void ask_for_full_report(Instant now, DriverOutput& out);
  bool publish(std::string message, Instant now, DriverOutput& out);
  void write(std::string bytes, DriverOutput& out);
  void pass_on(DriverOutput&& told, DriverOutput& out);

  // Ways in which a connection or the attempt at one ends.
  void lose(std::string detail, Instant now, DriverOutput& out);
  void refuse(ConnectionReason reason, std::string detail, Instant now, DriverOutput& out);
  void retry(ConnectionReason reason, std::string detail, Instant now, DriverOutput& out);
  void halt(ConnectionReason reason, std::string detail, DriverOutput& out);
  void drop_stream(DriverOutput& out);
  void wait(Milliseconds delay, Instant now);
  void tell(ConnectionState state, std::optional<ConnectionReason> reason, std::string detail,
            DriverOutput& out);

  DriverSettings settings_;
  Random& random_;
  Family family_;
  PrinterView view_;
  SequenceIds sequence_ids_;
  Unanswered unanswered_;
  ModeProbe mode_probe_;
  bool unverified_shown_ = false;  // In the last report.

  Phase phase_ = Phase::stopped;
  std::optional<StreamId> stream_;
  std::uint32_t generation_ = 0;
  std::unique_ptr<MqttClient> client_;
  std::size_t unwritten_ = 0;
  Instant deadline_;  // Of connecting and logging in.
  Instant retry_at_;
  ReconnectDelay delay_;
  bool ever_online_ = false;
  bool held_ = false;
  std::optional<Instant> start_sent_at_;

  std::optional<std::string> known_fingerprint_;  // Pinned, or seen with a known issuer.
  std::optional<std::string> shown_fingerprint_;
  bool pinned_ = false;

  Instant heard_at_;
  bool reported_ = false;  // On this connection.
  std::optional<Instant> nudged_at_;
  Instant full_asked_at_;
  Milliseconds full_wait_{0};

  std::unique_ptr<FtpsUpload> upload_;
  std::uint32_t upload_generation_ = 0;
  Folder folder_;  // Where the last upload went.
  std::optional<ConnectionChanged> told_;
};

}  // namespace pf::hub::bambu
