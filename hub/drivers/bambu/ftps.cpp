#include "hub/drivers/bambu/ftps.hpp"

#include <algorithm>
#include <utility>

#include "hub/drivers/bambu/certificate.hpp"

namespace pf::hub::bambu {
namespace {

constexpr Seconds connect_margin{5};  // Beyond the platform's own deadline, should it keep silent.

bool is_plain_name(std::string_view name) {
  constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_positive(int code) { return code >= 200 && code < 300; }
bool is_transfer_begun(int code) { return code == 125 || code == 150; }
bool is_not_implemented(int code) { return code == 500 || code == 502 || code == 504; }

struct Meaning {
  UploadFailure failure;
  const char* detail;
};

Meaning meaning_of(int code) {
  switch (code) {
    case 421: return {UploadFailure::unreachable, "the printer's file server is busy"};
    case 425: return {UploadFailure::unreachable, "the printer refused the data connection"};
    case 426: return {UploadFailure::unreachable, "the printer broke the transfer off"};
    case 450:
    case 451: return {UploadFailure::storage, "the printer could not write to its storage"};
    case 452:
    case 552: return {UploadFailure::storage, "the printer's storage is full"};
    case 522:
      return {UploadFailure::protocol, "the printer wants its TLS session resumed for data"};
    case 530: return {UploadFailure::refused_code, "the printer refused the access code"};
    case 550: return {UploadFailure::no_storage, "the printer has no SD card or USB stick in it"};
    case 553: return {UploadFailure::storage, "the printer does not allow this file name"};
    default:
      return {UploadFailure::protocol, "the printer's file server gave an unexpected answer"};
  }
}

}  // namespace

FtpsUpload::FtpsUpload(FtpsTarget target, UploadRequest request)
    : target_(std::move(target)), request_(std::move(request)) {}

std::optional<Folder> FtpsUpload::stored_in() const {
  return ended() && succeeded_ ? std::optional(folder_) : std::nullopt;
}

StreamId FtpsUpload::stream(std::uint8_t channel) const {
  return {target_.slot, channel, target_.generation};
}

void FtpsUpload::start(Instant now, DriverOutput& out) {
  if (!is_plain_name(request_.name) || request_.size == 0) {
    return fail(UploadFailure::protocol, "the file has no plain name or is empty", now, out);
  }
  control_ = Control::opening;
  deadline_ = now + connect_deadline + connect_margin;
  out.effects.push_back(
      TcpOpen{stream(ftps_control_channel), target_.host, target_.port, connect_deadline});
}

void FtpsUpload::handle(const StreamEvent& event, Instant now, DriverOutput& out) {
  if (ended()) return;
  std::visit([&](const auto& one) { on(one, now, out); }, event);
}

// ---- streams ----

void FtpsUpload::on(const StreamOpened& opened, Instant now, DriverOutput& out) {
  if (opened.stream == stream(ftps_control_channel)) {
    out.effects.push_back(TlsStart{opened.stream, target_.serial, TlsCap::tls_1_2, {}});
  } else if (step_ == Step::data_opening && opened.stream == stream(data_channel_)) {
    const bool store = data_channel_ == ftps_store_channel;
    command(store ? Step::store : Step::list, store ? "STOR " + request_.name : "LIST", now, out);
  }
}

void FtpsUpload::on(const TlsReady& ready, Instant now, DriverOutput& out) {
  // A resumed session was checked when it began, and may not show its certificate again.
  const auto verdict = judge(ready.peer, target_.serial, target_.fingerprint);
  if (!ready.session_reused && verdict != Verdict::trusted && verdict != Verdict::pinned) {
    return fail(UploadFailure::protocol, "the file server is not the printer that is connected",
                now, out);
  }
  if (ready.stream == stream(ftps_control_channel)) {
    control_ = Control::open;
    step_ = Step::greeting;
    deadline_ = now + ftps_reply_wait;
    out.effects.push_back(StreamRead{ready.stream});
  } else if (step_ == Step::data_tls && ready.stream == stream(data_channel_)) {
    out.effects.push_back(StreamRead{ready.stream});
    step_ = Step::sending;
    deadline_.reset();
    ask_for_bytes(out);
  } else if (step_ == Step::listing && ready.stream == stream(data_channel_)) {
    out.effects.push_back(StreamRead{ready.stream});
  }
}

void FtpsUpload::on(const StreamData& data, Instant now, DriverOutput& out) {
  if (data.stream == stream(ftps_list_channel)) {
    deadline_ = now + ftps_stall;
    take_listing(data.bytes);
  } else if (data.stream == stream(ftps_control_channel)) {
    replies_.feed(data.bytes);
    while (!ended()) {
      const auto reply = replies_.next();
      if (!reply) break;
      on_reply(*reply, now, out);
    }
    if (!ended() && replies_.failed()) {
      control_ = Control::opening;  // Not to be spoken to any more.
      return fail(UploadFailure::protocol, "the printer's file server does not speak FTP", now,
                  out);
    }
  }
  if (ended()) return;
  const auto credit = static_cast<std::uint32_t>(data.bytes.size());
  out.effects.push_back(StreamRead{data.stream, credit});
}

void FtpsUpload::on(const StreamWritten& written, Instant now, DriverOutput& out) {
  if (step_ != Step::sending || written.stream != stream(ftps_store_channel)) return;
  unwritten_ -= std::min(written.bytes, unwritten_);
  progress_at_ = now;
  out.signals.push_back(UploadProgress{sent_ - unwritten_});
  if (unwritten_ == 0 && sent_ == request_.size) return finish_sending(now, out);
  ask_for_bytes(out);
}

void FtpsUpload::on(const StreamClosed& closed, Instant now, DriverOutput& out) {
  if (closed.stream != stream(ftps_control_channel)) return on_data_closed(closed, now, out);
  control_ = Control::none;
  if (step_ == Step::remove) return end(out);
  fail(UploadFailure::unreachable,
       step_ == Step::connecting ? "the printer's file server cannot be reached"
                                 : "the printer closed the connection to its file server",
       now, out);
}

void FtpsUpload::on_data_closed(const StreamClosed& closed, Instant now, DriverOutput& out) {
  if (data_channel_ == 0 || closed.stream != stream(data_channel_)) return;
  data_channel_ = 0;
  switch (step_) {
    case Step::data_opening:
      return fail(UploadFailure::unreachable, "the printer's data port cannot be reached", now,
                  out);
    case Step::store:
    case Step::list:
    case Step::data_tls:
    case Step::sending:
      // The reason comes as a reply: 522, 425, 426, 552.
      deadline_ = now + ftps_verdict_wait;
      return;
    case Step::listing: listing_closed_ = true; return judge_listing(now, out);
    default: return;
  }
}

// ---- replies ----

void FtpsUpload::on_reply(const FtpReply& reply, Instant now, DriverOutput& out) {
  switch (step_) {
    case Step::greeting:
    case Step::user:
    case Step::password: return on_login_reply(reply, now, out);
    case Step::protection_buffer:
    case Step::protection:
    case Step::type:
    case Step::folder:
    case Step::look:
    case Step::passive: return on_setup_reply(reply, now, out);
    case Step::store:
    case Step::data_opening:
    case Step::data_tls:
    case Step::sending:
    case Step::confirm: return on_transfer_reply(reply, now, out);
    case Step::verify:
    case Step::list:
    case Step::listing: return on_verify_reply(reply, now, out);
    case Step::remove:
      // The broken transfer is answered first, with 426 or 451.
      if (reply.code == 250 || reply.code >= 500) end(out);
      return;
    case Step::connecting:
    case Step::ended: return;
  }
}

void FtpsUpload::on_login_reply(const FtpReply& reply, Instant now, DriverOutput& out) {
  if (step_ == Step::greeting && reply.code == 220) {
    return command(Step::user, "USER bblp", now, out);
  }
  if (step_ == Step::user && reply.code == 331) {
    return command(Step::password, "PASS " + target_.access_code, now, out);
  }
  if (step_ == Step::greeting || !is_positive(reply.code)) return fail_on_reply(reply, now, out);
  logged_in_ = true;
  command(Step::protection_buffer, "PBSZ 0", now, out);
}

void FtpsUpload::on_setup_reply(const FtpReply& reply, Instant now, DriverOutput& out) {
  switch (step_) {
    case Step::protection_buffer:
      // It says nothing; a server that does not know it may still know PROT.
      return command(Step::protection, "PROT P", now, out);
    case Step::protection:
      if (!is_positive(reply.code)) return fail_on_reply(reply, now, out);
      return command(Step::type, "TYPE I", now, out);
    case Step::type:
      if (!is_positive(reply.code)) return fail_on_reply(reply, now, out);
      if (target_.folder == Folder::cache) return command(Step::folder, "CWD /cache", now, out);
      return command(Step::look, "SIZE " + request_.name, now, out);
    case Step::folder:
      folder_ = is_positive(reply.code) ? Folder::cache : Folder::root;
      return command(Step::look, "SIZE " + request_.name, now, out);
    case Step::look:
      if (reply.code == 213 && size_in(reply.text) == request_.size) {
        return succeed(Success::already_there, out);
      }
      return command(Step::passive, "PASV", now, out);
    default: return open_data(stored_ ? ftps_list_channel : ftps_store_channel, reply, now, out);
  }
}

void FtpsUpload::on_transfer_reply(const FtpReply& reply, Instant now, DriverOutput& out) {
  if (reply.code >= 400) return fail_on_reply(reply, now, out);
  if (step_ == Step::store && is_transfer_begun(reply.code)) {
    stored_ = true;
    return start_data_tls(Step::data_tls, now, out);
  }
  if (!is_positive(reply.code)) return;
  if (step_ == Step::confirm) return command(Step::verify, "SIZE " + request_.name, now, out);
  fail(UploadFailure::size_mismatch, "the printer ended the transfer before its end", now, out);
}

void FtpsUpload::on_verify_reply(const FtpReply& reply, Instant now, DriverOutput& out) {
  if (step_ == Step::verify) {
    if (is_not_implemented(reply.code)) return command(Step::passive, "PASV", now, out);
    return check_size(reply.code == 213 ? size_in(reply.text) : std::nullopt, now, out);
  }
  if (reply.code >= 400) return fail_on_reply(reply, now, out);
  if (step_ == Step::list && is_transfer_begun(reply.code)) {
    return start_data_tls(Step::listing, now, out);
  }
  if (step_ == Step::listing && is_positive(reply.code)) {
    listing_confirmed_ = true;
    judge_listing(now, out);
  }
}

// ---- steps ----

void FtpsUpload::command(Step step, std::string_view line, Instant now, DriverOutput& out) {
  step_ = step;
  deadline_ = now + (step == Step::remove ? ftps_remove_wait : ftps_reply_wait);
  out.effects.push_back(StreamWrite{stream(ftps_control_channel), std::string(line) + "\r\n"});
}

void FtpsUpload::open_data(std::uint8_t channel, const FtpReply& reply, Instant now,
                           DriverOutput& out) {
  const auto port = reply.code == 227 ? passive_port(reply.text) : std::nullopt;
  if (!port) return fail_on_reply(reply, now, out);
  step_ = Step::data_opening;
  data_channel_ = channel;
  deadline_ = now + connect_deadline + connect_margin;
  out.effects.push_back(TcpOpen{stream(channel), target_.host, *port, connect_deadline});
}

void FtpsUpload::start_data_tls(Step step, Instant now, DriverOutput& out) {
  step_ = step;
  deadline_ = now + ftps_reply_wait;
  if (data_channel_ == 0) return;  // Closed meanwhile; the reply that says why is on its way.
  out.effects.push_back(TlsStart{stream(data_channel_), target_.serial, TlsCap::tls_1_2,
                                 stream(ftps_control_channel)});
}

void FtpsUpload::ask_for_bytes(DriverOutput& out) {
  const std::size_t room =
      stream_unwritten_max - std::min(stream_unwritten_max, unwritten_ + asked_);
  const std::uint64_t left = request_.size - sent_ - asked_;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(room, left));
  if (wanted == 0 || (wanted < upload_chunk_min && wanted < left)) return;
  asked_ += wanted;
  out.signals.push_back(UploadWants{wanted});
}

void FtpsUpload::give(std::string_view bytes, bool last, Instant now, DriverOutput& out) {
  if (step_ != Step::sending) return;  // Ended or failing: the signal and the bytes crossed.
  if (bytes.size() > asked_) {
    return fail(UploadFailure::size_mismatch, "the file is longer than announced", now, out);
  }
  if (unwritten_ == 0) progress_at_ = now;  // The printer's time runs from here.
  asked_ -= bytes.size();
  sent_ += bytes.size();
  unwritten_ += bytes.size();
  if (last && sent_ < request_.size) {
    return fail(UploadFailure::size_mismatch, "the file is shorter than announced", now, out);
  }
  if (data_channel_ == 0 || bytes.empty()) return;
  out.effects.push_back(StreamWrite{stream(ftps_store_channel), std::string(bytes)});
}

void FtpsUpload::finish_sending(Instant now, DriverOutput& out) {
  step_ = Step::confirm;
  const auto buffered = std::min(request_.size, ftps_buffered_max);
  deadline_ = now + ftps_confirm_wait + Seconds(buffered / slow_card_bytes_per_second);
  // The printer takes the end of the TLS stream for the end of the file.
  out.effects.push_back(StreamClose{stream(ftps_store_channel), CloseKind::orderly});
  data_channel_ = 0;
}

void FtpsUpload::take_listing(std::string_view bytes) {
  listing_.feed(bytes);
  while (const auto line = listing_.next()) {
    if (const auto size = listed_size(*line, request_.name)) listed_size_ = size;
  }
}

void FtpsUpload::judge_listing(Instant now, DriverOutput& out) {
  if (listing_closed_ && listing_confirmed_) check_size(listed_size_, now, out);
}

void FtpsUpload::check_size(std::optional<std::uint64_t> size, Instant now, DriverOutput& out) {
  if (size == request_.size) return succeed(Success::sent, out);
  auto detail = "the printer has " + (size ? std::to_string(*size) : "none") + " of " +
                std::to_string(request_.size) + " bytes";
  fail(UploadFailure::size_mismatch, std::move(detail), now, out);
}

// ---- time and ends ----

void FtpsUpload::tick(Instant now, DriverOutput& out) {
  if (ended()) return;
  if (step_ == Step::sending && unwritten_ > 0 && now - progress_at_ >= ftps_stall) {
    return fail(UploadFailure::stalled, "the printer took no byte for 30 seconds", now, out);
  }
  if (!deadline_ || now < *deadline_) return;
  if (step_ == Step::remove) return end(out);
  if (step_ == Step::connecting) {
    return fail(UploadFailure::unreachable, "the printer's file server does not answer", now, out);
  }
  if (step_ == Step::data_opening || data_was_cut()) {
    return fail(UploadFailure::unreachable, "the printer's data connection failed", now, out);
  }
  fail(UploadFailure::stalled, "the printer's file server went silent", now, out);
}

bool FtpsUpload::data_was_cut() const {
  const bool needs_data = step_ == Step::store || step_ == Step::data_tls ||
                          step_ == Step::sending || step_ == Step::list;
  return needs_data && data_channel_ == 0;
}

void FtpsUpload::succeed(Success how, DriverOutput& out) {
  outcome_.failure.reset();
  outcome_.already_there = how == Success::already_there;
  succeeded_ = true;
  end(out);
}

void FtpsUpload::fail_on_reply(const FtpReply& reply, Instant now, DriverOutput& out) {
  auto meaning = meaning_of(reply.code);
  const bool at_login = !logged_in_ && reply.code != 421;
  if (at_login && step_ == Step::password) meaning = meaning_of(530);
  auto detail = meaning.detail + (" (" + std::to_string(reply.code));
  if (!reply.text.empty()) detail += " " + reply.text.substr(0, 100);
  fail(meaning.failure, detail + ")", now, out);
}

void FtpsUpload::fail(UploadFailure failure, std::string detail, Instant now, DriverOutput& out) {
  if (step_ == Step::remove) return;
  outcome_ = {failure, std::move(detail)};
  if (!stored_ || control_ != Control::open) return end(out);
  if (data_channel_ != 0) {
    out.effects.push_back(StreamClose{stream(data_channel_), CloseKind::abort});
    data_channel_ = 0;
  }
  command(Step::remove, "DELE " + request_.name, now, out);
}

void FtpsUpload::cancel(DriverOutput& out) {
  if (ended()) return;
  if (stored_ && control_ == Control::open && step_ != Step::remove) {
    out.effects.push_back(
        StreamWrite{stream(ftps_control_channel), "DELE " + request_.name + "\r\n"});
  }
  DriverOutput unsaid;
  end(unsaid);
  for (auto& effect : unsaid.effects) out.effects.push_back(std::move(effect));
}

void FtpsUpload::end(DriverOutput& out) {
  if (data_channel_ != 0) {
    out.effects.push_back(StreamClose{stream(data_channel_), CloseKind::abort});
    data_channel_ = 0;
  }
  if (control_ == Control::open) {
    out.effects.push_back(StreamWrite{stream(ftps_control_channel), "QUIT\r\n"});
    out.effects.push_back(StreamClose{stream(ftps_control_channel), CloseKind::orderly});
  } else if (control_ == Control::opening) {
    out.effects.push_back(StreamClose{stream(ftps_control_channel), CloseKind::abort});
  }
  control_ = Control::none;
  step_ = Step::ended;
  out.signals.push_back(outcome_);
}

}  // namespace pf::hub::bambu
