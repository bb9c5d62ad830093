// One upload to a printer over FTPS: log in, look whether the file is there already, send it, and
// believe nothing until 226 came and SIZE is right (a start before 226 reads a cut file). A failed
// file is deleted, since no printer can resume.
//
// Two servers speak here: vsftpd, which demands that the data connection resumes the control
// connection's TLS session, and a small one of digits only, which knows neither EPSV nor REST.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hub/core/driver.hpp"
#include "hub/drivers/bambu/ftp_reply.hpp"
#include "hub/drivers/bambu/models.hpp"

namespace pf::hub::bambu {

inline constexpr std::uint8_t ftps_control_channel = 1;
inline constexpr std::uint8_t ftps_store_channel = 2;
inline constexpr std::uint8_t ftps_list_channel = 3;
inline constexpr Seconds ftps_reply_wait{30};
inline constexpr Seconds ftps_stall{30};         // Without a byte leaving.
inline constexpr Seconds ftps_confirm_wait{60};  // For 226: an H2D takes over 30 s. And, more,
// for what still lies in buffers on the way after the last byte was written, at a slow card's pace.
inline constexpr std::uint64_t ftps_buffered_max = 8 * 1024 * 1024;
inline constexpr std::uint64_t slow_card_bytes_per_second = 64 * 1024;
inline constexpr Seconds ftps_verdict_wait{10};  // For the reply that says why data was cut off.
inline constexpr Seconds ftps_remove_wait{5};
inline constexpr std::size_t upload_chunk_min = 16 * 1024;  // Ask for less only at the end.

struct FtpsTarget {
  std::uint8_t slot = 0;
  std::uint32_t generation = 0;  // Of its streams.
  std::string host;
  std::uint16_t port = 990;
  std::string serial;
  std::string access_code;
  std::optional<std::string> fingerprint;  // Of the key that MQTT showed.
  Folder folder = Folder::root;            // /cache falls back to the root where there is none.
};

class FtpsUpload {
 public:
  FtpsUpload(FtpsTarget target, UploadRequest request);

  void start(Instant now, DriverOutput& out);
  void handle(const StreamEvent& event, Instant now, DriverOutput& out);
  void give(std::string_view bytes, bool last, Instant now, DriverOutput& out);
  void tick(Instant now, DriverOutput& out);
  void cancel(DriverOutput& out);  // Ends it without a signal.

  bool ended() const { return step_ == Step::ended; }
  std::optional<Folder> stored_in() const;  // Where the file is, if it ended well.

 private:
  enum class Step {
    connecting,
    greeting,
    user,
    password,
    protection_buffer,
    protection,
    type,
    folder,
    look,
    passive,
    data_opening,
    store,
    data_tls,
    sending,
    confirm,
    verify,
    list,
    listing,
    remove,
    ended
  };

  StreamId stream(std::uint8_t channel) const;
  void on(const StreamOpened& opened, Instant now, DriverOutput& out);
  void on(const TlsReady& ready, Instant now, DriverOutput& out);
  void on(const StreamData& data, Instant now, DriverOutput& out);
  void on(const StreamWritten& written, Instant now, DriverOutput& out);
  void on(const StreamClosed& closed, Instant now, DriverOutput& out);

  void on_reply(const FtpReply& reply, Instant now, DriverOutput& out);
  void on_login_reply(const FtpReply& reply, Instant now, DriverOutput& out);
  void on_setup_reply(const FtpReply& reply, Instant now, DriverOutput& out);
  void on_transfer_reply(const FtpReply& reply, Instant now, DriverOutput& out);
  void on_verify_reply(const FtpReply& reply, Instant now, DriverOutput& out);
  void on_data_closed(const StreamClosed& closed, Instant now, DriverOutput& out);

  void command(Step step, std::string_view line, Instant now, DriverOutput& out);
  void open_data(std::uint8_t channel, const FtpReply& reply, Instant now, DriverOutput& out);
  void start_data_tls(Step step, Instant now, DriverOutput& out);
  void ask_for_bytes(DriverOutput& out);
  void finish_sending(Instant now, DriverOutput& out);
  void take_listing(std::string_view bytes);
  void judge_listing(Instant now, DriverOutput& out);
  bool data_was_cut() const;
  void check_size(std::optional<std::uint64_t> size, Instant now, DriverOutput& out);

  enum class Success { sent, already_there };
  void succeed(Success how, DriverOutput& out);
  void fail(UploadFailure failure, std::string detail, Instant now, DriverOutput& out);
  void fail_on_reply(const FtpReply& reply, Instant now, DriverOutput& out);
  void end(DriverOutput& out);

  FtpsTarget target_;
  UploadRequest request_;
  Step step_ = Step::connecting;
  Folder folder_ = Folder::root;
  FtpReplies replies_;
  std::optional<Instant> deadline_;
  UploadEnded outcome_;
  bool succeeded_ = false;
  enum class Control { none, opening, open } control_ = Control::none;
  bool logged_in_ = false;
  bool stored_ = false;  // 150 came: something of the file is on the printer.

  std::uint8_t data_channel_ = 0;  // 0: none open.
  std::uint64_t sent_ = 0;         // Handed to the stream.
  std::size_t asked_ = 0;          // Asked for and not yet given.
  std::size_t unwritten_ = 0;
  Instant progress_at_;

  LineReader listing_;
  std::optional<std::uint64_t> listed_size_;
  bool listing_closed_ = false;
  bool listing_confirmed_ = false;
};

}  // namespace pf::hub::bambu
