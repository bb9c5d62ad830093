// Brings one file from the cloud onto one printer, in one pass: what arrives by download leaves by
// upload, at most delivery_in_flight_max bytes at a time, so that size never matters to memory. The
// last bytes are handed over only when the hash of the whole stream is right.
//
// An interrupted download goes on where it stopped, under a new address, while its upload lives. No
// printer can resume an upload: that begins again from zero, and the download with it. Whoever is
// waited for, server or printer, has a deadline that his progress puts off; a printer or a cloud
// that is away has until the order expires.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "hub/core/attempt.hpp"
#include "hub/core/crypto_port.hpp"
#include "hub/core/output.hpp"
#include "hub/core/printer.hpp"
#include "hub/core/refusal.hpp"

namespace pf::hub {

inline constexpr std::size_t delivery_in_flight_max = 64 * 1024;
inline constexpr int downloads_max = 5;  // Failures in a row; download_progress_min ends the row.
inline constexpr std::uint64_t download_progress_min = 256 * 1024;
inline constexpr int uploads_max = 3;
inline constexpr Milliseconds url_asked_every{30'000};
inline constexpr Milliseconds url_deadline{300'000};         // Of asking a cloud that is there.
inline constexpr Milliseconds download_silence_max{60'000};  // Though bytes were asked for.
// The driver's own deadlines are shorter; this one is for a driver that says nothing more.
inline constexpr Milliseconds upload_silence_max{240'000};
inline constexpr Milliseconds upload_idle_max{150'000};  // Open, with nothing to send: given up.
inline constexpr Milliseconds file_progress_gap_min{1'000};

class Delivery {
 public:
  // `last_download`: numbers the downloads of this hub; every try has one of its own.
  Delivery(const Attempt& attempt, std::uint32_t& last_download, Crypto& crypto, Instant now);

  bool owns(std::uint32_t download) const { return downloading_ == download; }
  // After each, look at fetched(), done() and failure().
  void tick(Printer& printer, Instant now, Output& out);
  void on(const FileUrl& url, Printer& printer, Instant now, Output& out);
  void on(const UploadWants& wants, Instant now, Output& out);
  void on(const UploadProgress& progress, Instant now);
  void on(const UploadEnded& ended, Printer& printer, Instant now, Output& out);
  void on(const DownloadData& data, Printer& printer, Instant now, Output& out);
  void on(const DownloadEnded& ended, Printer& printer, Instant now, Output& out);
  void cancel(Printer* printer, Output& out);

  bool fetched() const { return hash_checked_; }
  bool done() const { return stage_ == Stage::done; }
  const std::optional<Refusal>& failure() const { return failure_; }

 private:
  enum class Stage {
    asking,   // For an address; an upload may be open and waiting for its next bytes.
    flowing,  // An upload is open; a download too, once the printer wants bytes.
    done,
    failed
  };
  void ask(Printer& printer, Instant now, Output& out);
  void ask_at(Instant when);
  void watch_silence(Printer& printer, Instant now, Output& out);
  void begin_pass(Printer& printer, Instant now, Output& out);
  void open_download(Instant now, Output& out);
  void grant(Instant now, Output& out);
  void retry_download(std::string_view why, Printer& printer, Instant now, Output& out);
  void stop_download(Output& out);
  void retry_upload(std::string_view why, Printer& printer, Instant now, Output& out);
  void fail(Refusal why, Printer& printer, Output& out);
  bool hash_is_right();
  void send_progress(Instant now, Output& out);

  std::uint64_t size() const { return static_cast<std::uint64_t>(file_.size); }

  std::uint32_t& last_download_;
  Crypto& crypto_;
  const Uuid job_id_;
  const std::int64_t attempt_;
  const PrintFile file_;
  Stage stage_ = Stage::asking;
  Instant ask_at_;
  std::optional<Instant> asking_since_;  // While the cloud is there to answer.
  std::string url_;
  int download_failures_ = 0;  // In a row.
  int upload_failures_ = 0;

  // Of this pass.
  bool uploading_ = false;
  std::optional<std::uint32_t> downloading_;
  std::unique_ptr<Digest> digest_;
  bool hash_checked_ = false;
  std::uint64_t received_ = 0;
  std::uint64_t row_began_at_ = 0;  // What was received when the row of failures began.
  std::uint64_t wanted_ = 0;
  std::size_t granted_ = 0;  // And not yet arrived.
  std::uint64_t uploaded_ = 0;
  Instant download_heard_at_;
  Instant upload_heard_at_;

  std::optional<Instant> told_at_;
  std::optional<std::uint64_t> told_;
  std::optional<Refusal> failure_;
};

// The path on the hub's own server that this names; absent where it names anything else.
bool is_path_on_origin(std::string_view url);

}  // namespace pf::hub
