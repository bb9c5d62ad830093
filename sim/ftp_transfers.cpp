// The part of the FTP dialogue that needs a data channel.
#include <algorithm>
#include <utility>

#include "sim/ftp_dialogue.hpp"
#include "sim/ftp_listing.hpp"

namespace pf::sim {
namespace {

constexpr std::size_t piece_bytes_most = 64 * 1024;
constexpr std::uint64_t pieces_per_second = 8;

// What the reply to a refused or failed upload is, in both dialects.
std::pair<int, std::string_view> upload_refusal(CardFailure failure) {
  switch (failure) {
    case CardFailure::busy: return {425, "Another transfer is writing this file."};
    case CardFailure::full:
    case CardFailure::too_large: return {552, "No space left on the card."};
    case CardFailure::no_such_folder:
    case CardFailure::not_a_file: return {553, "Could not create file."};
    case CardFailure::broken: return {451, "Failure writing to local file."};
  }
  return {451, ""};
}

}  // namespace

FtpStep FtpDialogue::passive(std::string_view) {
  extended_ = false;
  return {"", FtpStep::Wish::open_passive};
}

FtpStep FtpDialogue::extended_passive(std::string_view argument) {
  if (!strict()) return reply(502, "");
  if (room_.dialect == FtpDialect::strict_passive) return reply(500, "Unknown command.");
  if (!argument.empty() && argument != "1") return reply(522, "Bad network protocol.");
  extended_ = true;
  return {"", FtpStep::Wish::open_passive};
}

FtpStep FtpDialogue::passive_opened(std::optional<std::uint16_t> port) {
  passive_ = port.has_value();
  if (!port) return reply(425, "Could not open a port.");
  if (extended_) {
    return reply(229, "Entering Extended Passive Mode (|||" + std::to_string(*port) + "|)");
  }
  std::string numbers = room_.dialect == FtpDialect::strict_passive ? "0.0.0.0" : room_.ip_address;
  for (char& c : numbers) {
    if (c == '.') c = ',';
  }
  numbers += ',' + std::to_string(*port >> 8) + ',' + std::to_string(*port & 0xff);
  if (!strict()) return reply(227, "", "(" + numbers + ")");
  return reply(227, "Entering Passive Mode (" + numbers + ").");
}

// Why no data channel can be used now, if so.
std::optional<FtpStep> FtpDialogue::data_refusal() const {
  if (!passive_) return reply(425, "Use PORT or PASV first.");
  if (strict() && !encrypted_) return reply(522, "Data connections must be encrypted.");
  if (room_.transferring) return reply(425, "Another transfer is running.");
  return std::nullopt;
}

FtpStep FtpDialogue::begin_transfer(Transfer transfer) {
  transfer_ = transfer;
  room_.transferring = true;
  passive_ = false;
  return {"", FtpStep::Wish::transfer};
}

FtpStep FtpDialogue::end_transfer(FtpStep step) {
  transfer_ = Transfer::none;
  room_.transferring = false;
  writer_.reset();
  trouble_.reset();
  reading_ = std::ifstream();
  listing_.clear();
  return step;
}

FtpStep FtpDialogue::store(std::string_view argument) {
  if (auto refusal = data_refusal()) return *refusal;
  const auto path = resolve(argument);
  if (!path || *path == "/") return reply(553, "Could not create file.");
  auto writer = room_.card.write(*path);
  if (!writer) {
    const auto [code, words] = upload_refusal(writer.error());
    return reply(code, words);
  }
  writer_ = std::move(*writer);
  received_ = 0;
  ++room_.uploads_begun;
  FtpStep step = begin_transfer(Transfer::upload);
  trouble_ = take_trouble();
  if (trouble_ && trouble_->kind == UploadTrouble::Kind::stall_control) {
    step.wish = FtpStep::Wish::stall;
  }
  return step;
}

std::optional<UploadTrouble> FtpDialogue::take_trouble() {
  const auto trouble = room_.trouble;
  if (room_.trouble && --room_.trouble->uploads == 0) room_.trouble.reset();
  return trouble;
}

FtpStep FtpDialogue::retrieve(std::string_view argument) {
  if (auto refusal = data_refusal()) return *refusal;
  const auto path = resolve(argument);
  const auto file = path ? room_.card.complete_file(*path) : std::nullopt;
  if (!file) return reply(550, "Failed to open file.");
  reading_.open(*file, std::ios::binary);
  if (!reading_) return reply(550, "Failed to open file.");
  transfer_name_ = *path;
  return begin_transfer(Transfer::download);
}

FtpStep FtpDialogue::list(std::string_view argument) {
  if (argument.starts_with('-')) {
    if (!strict()) return reply(550, "");  // Seen from an A1 to "LIST -a".
    const auto space = argument.find(' ');
    argument = space == argument.npos ? std::string_view{} : argument.substr(space + 1);
  }
  return begin_listing(argument, true);
}

FtpStep FtpDialogue::list_names(std::string_view argument) {
  return begin_listing(argument, false);
}

FtpStep FtpDialogue::begin_listing(std::string_view argument, bool with_details) {
  if (auto refusal = data_refusal()) return *refusal;
  const auto path = argument.empty() ? folder_ : resolve(argument);
  if (!path || !room_.card.is_folder(*path)) return reply(550, "No such folder.");
  const auto entries = room_.card.list(*path);
  listing_ = with_details ? detailed_listing(entries, room_.dialect)
                          : name_listing(entries, *path, room_.dialect);
  return begin_transfer(Transfer::listing);
}

FtpStep FtpDialogue::channel_connected(bool connected) {
  if (!connected) return end_transfer(reply(425, "Failed to establish connection."));
  FtpStep go = reply(150, "");
  if (transfer_ == Transfer::upload) go = reply(150, "Ok to send data.");
  if (transfer_ == Transfer::listing) go = reply(150, "Here comes the directory listing.");
  if (transfer_ == Transfer::download) {
    go = reply(150, "Opening BINARY mode data connection for " + transfer_name_ + ".");
  }
  go.wish = FtpStep::Wish::transfer;
  return go;
}

FtpStep FtpDialogue::channel_ready(bool secured, bool session_resumed) {
  if (encrypted_ && !secured) {
    return end_transfer(reply(522, "SSL connection failed; data channel could not be secured."));
  }
  if (strict() && !session_resumed) {
    return end_transfer(reply(522, "SSL connection failed: session reuse required"));
  }
  return {"", FtpStep::Wish::transfer};
}

// Small enough that a slow card's pauses stay short.
std::size_t FtpDialogue::piece_bytes_max() const {
  if (room_.upload_bytes_per_second == 0) return piece_bytes_most;
  const auto slow = room_.upload_bytes_per_second / pieces_per_second;
  return static_cast<std::size_t>(std::clamp<std::uint64_t>(slow, 1, piece_bytes_most));
}

Milliseconds FtpDialogue::card_writes_for(std::size_t bytes) const {
  if (room_.upload_bytes_per_second == 0) return Milliseconds{0};
  return Milliseconds{static_cast<std::int64_t>(bytes * 1000 / room_.upload_bytes_per_second)};
}

FtpStep FtpDialogue::data_received(std::string_view bytes) {
  // What comes after the trouble is not on the card.
  if (trouble_) bytes = bytes.substr(0, trouble_->after_bytes - received_);
  if (const auto failure = writer_->write(bytes)) {
    const auto [code, words] = upload_refusal(*failure);
    return end_transfer(reply(code, words));
  }
  received_ += bytes.size();
  if (!trouble_ || received_ < trouble_->after_bytes) return {"", FtpStep::Wish::transfer};
  if (trouble_->kind == UploadTrouble::Kind::stall_data) return {"", FtpStep::Wish::stall};
  return end_transfer(reply(426, "Failure reading network stream."));
}

std::string FtpDialogue::data_to_send(std::size_t bytes_max) {
  if (transfer_ == Transfer::listing) {
    auto piece = listing_.substr(0, bytes_max);
    listing_.erase(0, piece.size());
    return piece;
  }
  std::string piece(bytes_max, '\0');
  reading_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
  piece.resize(static_cast<std::size_t>(reading_.gcount()));
  return piece;
}

FtpStep FtpDialogue::channel_ended(ChannelEnd end) {
  if (end == ChannelEnd::broken || (end == ChannelEnd::cut_off && strict())) {
    return end_transfer(reply(
        426, uploading() ? "Failure reading network stream." : "Failure writing network stream."));
  }
  if (uploading()) {
    if (const auto failure = writer_->finish()) {
      const auto [code, words] = upload_refusal(*failure);
      return end_transfer(reply(code, words));
    }
    ++room_.uploads_kept;
  }
  if (transfer_ == Transfer::listing) return end_transfer(reply(226, "Directory send OK."));
  return end_transfer(reply(226, "Transfer complete."));
}

}  // namespace pf::sim
