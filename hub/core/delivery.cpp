#include "hub/core/delivery.hpp"

#include <algorithm>
#include <utility>

namespace pf::hub {
namespace {

Milliseconds pause_after(int tries) { return Seconds{1LL << std::min(tries, 6)}; }

}  // namespace

bool is_path_on_origin(std::string_view url) {
  if (!url.starts_with('/') || url.starts_with("//")) return false;
  return std::all_of(url.begin(), url.end(),
                     [](char c) { return c > 0x20 && c < 0x7f && c != '\\' && c != '#'; });
}

Delivery::Delivery(const Attempt& attempt, std::uint32_t& last_download, Crypto& crypto,
                   Instant now)
    : last_download_(last_download),
      crypto_(crypto),
      job_id_(attempt.job_id),
      attempt_(attempt.attempt),
      file_(attempt.order->file),
      ask_at_(now) {}

void Delivery::tick(Printer& printer, Instant now, Output& out) {
  if (stage_ == Stage::asking) {
    ask(printer, now, out);
  } else {
    watch_silence(printer, now, out);
  }
  send_progress(now, out);
}

// A printer or a cloud that is away is waited for; that it may take too long is the order's matter.
void Delivery::ask(Printer& printer, Instant now, Output& out) {
  if (uploading_ && now - upload_heard_at_ > upload_idle_max) {
    cancel(&printer, out);  // Printers drop an idle session; better we than they, in mid-file.
  }
  if (!out.online) asking_since_.reset();
  if (!out.online || now < ask_at_ || (!uploading_ && !printer.connected())) return;
  if (!asking_since_) asking_since_ = now;
  if (now - *asking_since_ >= url_deadline) {
    return fail({"no_file_address", "The server did not say for 5 minutes where the file is."},
                printer, out);
  }
  out.send(FileUrlRequest{job_id_, attempt_});
  ask_at_ = now + url_asked_every;
}

void Delivery::watch_silence(Printer& printer, Instant now, Output& out) {
  if (downloading_ && granted_ > 0 && now - download_heard_at_ > download_silence_max) {
    stop_download(out);
    return retry_download("the server sent nothing for a minute", printer, now, out);
  }
  if (downloading_ && granted_ > 0) return;  // The printer waits for us.
  if (uploading_ && now - upload_heard_at_ > upload_silence_max) {
    retry_upload("the printer took nothing for 4 minutes", printer, now, out);
  }
}

void Delivery::on(const FileUrl& url, Printer& printer, Instant now, Output& out) {
  if (stage_ != Stage::asking) return;
  if (!(url.sha256 == file_.sha256) || url.size != file_.size) {
    return fail({"file_changed", "The server offers another file than the one ordered."}, printer,
                out);
  }
  if (!is_path_on_origin(url.url)) {
    return fail({"foreign_origin", "Files are taken from this hub's own server only."}, printer,
                out);
  }
  url_ = url.url.value;
  stage_ = Stage::flowing;
  asking_since_.reset();
  if (!uploading_) return begin_pass(printer, now, out);
  open_download(now, out);
}

void Delivery::begin_pass(Printer& printer, Instant now, Output& out) {
  received_ = row_began_at_ = wanted_ = uploaded_ = 0;
  granted_ = 0;
  hash_checked_ = false;
  digest_ = crypto_.sha256();
  uploading_ = true;
  upload_heard_at_ = now;
  printer.begin_upload({file_.name.value, size()}, now, out);
}

void Delivery::on(const UploadWants& wants, Instant now, Output& out) {
  if (!uploading_) return;
  wanted_ += wants.bytes;
  upload_heard_at_ = now;
  // The download begins only now, so that its address does not age during the printer's login.
  if (stage_ == Stage::flowing && !downloading_ && received_ < size()) {
    return open_download(now, out);
  }
  grant(now, out);
}

void Delivery::open_download(Instant now, Output& out) {
  downloading_ = ++last_download_;
  granted_ = 0;
  out.ask(Download{*downloading_, url_, received_});
  grant(now, out);
}

void Delivery::grant(Instant now, Output& out) {
  if (!downloading_) return;
  const std::uint64_t expected = received_ + granted_;
  const std::uint64_t most = std::min(wanted_, size());
  if (most <= expected) return;
  const auto credit = std::min<std::uint64_t>(most - expected, delivery_in_flight_max - granted_);
  if (credit == 0) return;
  if (granted_ == 0) download_heard_at_ = now;  // The server's time runs from here.
  granted_ += static_cast<std::size_t>(credit);
  out.ask(DownloadRead{*downloading_, static_cast<std::uint32_t>(credit)});
}

void Delivery::on(const DownloadData& data, Printer& printer, Instant now, Output& out) {
  if (!uploading_ || data.bytes.empty()) return;
  if (data.bytes.size() > granted_) {
    return fail({"download_failed", "More bytes came than were asked for."}, printer, out);
  }
  granted_ -= data.bytes.size();
  received_ += data.bytes.size();
  download_heard_at_ = now;
  if (granted_ == 0) upload_heard_at_ = now;  // From here on the printer's.
  digest_->add(data.bytes);
  const bool last = received_ == size();
  if (last && !hash_is_right()) {
    return fail({"wrong_hash", "The file arrived with another SHA-256 than the one ordered."},
                printer, out);
  }
  if (last) downloading_.reset();  // Complete; how its connection ends does not matter.
  printer.upload_data(data.bytes, last, now, out);
  grant(now, out);
}

bool Delivery::hash_is_right() {
  hash_checked_ = digest_->finish_hex() == std::string_view(file_.sha256);
  return hash_checked_;
}

void Delivery::on(const DownloadEnded& ended, Printer& printer, Instant now, Output& out) {
  downloading_.reset();
  const auto why = word(ended.failure.value_or(DownloadFailure::wrong_length));
  retry_download(std::string(why) + " " + ended.detail, printer, now, out);
}

void Delivery::retry_download(std::string_view why, Printer& printer, Instant now, Output& out) {
  if (received_ - row_began_at_ >= download_progress_min) download_failures_ = 0;
  row_began_at_ = received_;
  ++download_failures_;
  if (download_failures_ >= downloads_max) {
    return fail({"download_failed", "The download failed " + std::to_string(download_failures_) +
                                        " times, at last: " + std::string(why)},
                printer, out);
  }
  ask_at(now + pause_after(download_failures_));
}

void Delivery::on(const UploadProgress& progress, Instant now) {
  if (progress.bytes_sent > uploaded_) upload_heard_at_ = now;
  uploaded_ = progress.bytes_sent;
}

void Delivery::on(const UploadEnded& ended, Printer& printer, Instant now, Output& out) {
  if (!uploading_) return;
  uploading_ = false;
  stop_download(out);
  // A file that is there already bears its hash as its name (START 3).
  const bool whole = hash_checked_ || (ended.already_there && received_ == 0);
  if (!ended.failure && whole) {
    stage_ = Stage::done;
    return;
  }
  const auto failure = ended.failure.value_or(UploadFailure::protocol);
  if (failure == UploadFailure::refused_code || failure == UploadFailure::no_storage) {
    // Trying again does not help, and printers lock out who tries a wrong code too often.
    return fail({"upload_" + std::string(word(failure)), ended.detail}, printer, out);
  }
  retry_upload(std::string(word(failure)) + " " + ended.detail, printer, now, out);
}

void Delivery::retry_upload(std::string_view why, Printer& printer, Instant now, Output& out) {
  cancel(&printer, out);
  ++upload_failures_;
  if (upload_failures_ >= uploads_max) {
    return fail({"upload_failed", "The upload failed " + std::to_string(upload_failures_) +
                                      " times, at last: " + std::string(why)},
                printer, out);
  }
  ask_at(now + pause_after(upload_failures_));
}

void Delivery::cancel(Printer* printer, Output& out) {
  stop_download(out);
  if (uploading_ && printer) printer->cancel_upload(out);
  uploading_ = false;
}

void Delivery::stop_download(Output& out) {
  if (downloading_) out.ask(DownloadStop{*downloading_});
  downloading_.reset();
}

void Delivery::ask_at(Instant when) {
  stage_ = Stage::asking;
  ask_at_ = when;
}

void Delivery::fail(Refusal why, Printer& printer, Output& out) {
  cancel(&printer, out);
  stage_ = Stage::failed;
  failure_ = std::move(why);
}

void Delivery::send_progress(Instant now, Output& out) {
  if (!out.online || !uploading_ || told_ == uploaded_) return;
  if (told_at_ && now - *told_at_ < file_progress_gap_min) return;
  FileProgress progress;
  progress.transfer_id = job_id_.value + "-" + std::to_string(attempt_);
  progress.job_id = job_id_;
  progress.attempt = attempt_;
  progress.stage = uploaded_ == 0 ? TransferStage::fetching : TransferStage::uploading;
  progress.bytes_sent = static_cast<std::int64_t>(uploaded_);
  progress.bytes_total = file_.size;
  out.send(progress);
  told_ = uploaded_;
  told_at_ = now;
}

}  // namespace pf::hub
