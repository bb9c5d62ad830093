// The words of a printer's FTP server (PROTOCOL section 5), without its sockets: command lines in,
// replies and wishes out. Two dialects:
//
//   digits_only     the A-series' own server: numbers without words, 502 to most of RFC 2389 and
//                   2428
//   strict          vsftpd: data only under TLS that resumes the control channel's session, and a
//                   file whose TLS channel was cut rather than closed is no file
//   strict_passive  the same without EPSV; PASV names no address
//
// A transfer is a wish: the server lets the client connect, and tells the dialogue what becomes of
// it.
#pragma once
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "sim/card.hpp"
#include "sim/models/model.hpp"

namespace pf::sim {

inline constexpr std::size_t ftp_line_bytes_max = 1024;
inline constexpr int sign_in_failures_max = 3;
inline constexpr std::size_t ftp_sessions_max = 4;  // Of one printer.

// What goes wrong with the next uploads, and after how much of each.
struct UploadTrouble {
  enum class Kind { stall_control, stall_data, abort } kind = Kind::abort;
  std::uint64_t after_bytes = 0;
  int uploads = 1;
};

// What all FTP sessions of one printer share.
struct FtpRoom {
  FtpDialect dialect = FtpDialect::strict;
  std::string access_code;
  std::string ip_address;
  Card card;
  std::size_t sessions = 0;
  bool transferring = false;  // Printers serve one data channel at a time.
  std::optional<UploadTrouble> trouble{};
  std::uint64_t upload_bytes_per_second = 0;  // 0: as fast as they come.
  std::uint64_t uploads_begun = 0, uploads_kept = 0;
};

struct FtpStep {
  // stall: neither read nor say anything more, until the client gives up.
  enum class Wish { none, open_passive, transfer, close, stall };
  std::string replies;  // Whole lines for the control channel.
  Wish wish = Wish::none;
};

enum class ChannelEnd { closed, cut_off, broken };

class FtpDialogue {
 public:
  explicit FtpDialogue(FtpRoom& room) : room_(room) {}
  ~FtpDialogue();
  FtpDialogue(const FtpDialogue&) = delete;
  FtpDialogue& operator=(const FtpDialogue&) = delete;

  std::string greeting() const;
  FtpStep on_line(std::string_view line);  // Without its line end.

  // After Wish::open_passive. None: no port could be opened.
  FtpStep passive_opened(std::optional<std::uint16_t> port);

  // After Wish::transfer, in this order; a step that ends the transfer has Wish::none, one that
  // goes on has Wish::transfer.
  FtpStep channel_connected(bool connected);
  bool channel_encrypted() const { return encrypted_; }
  FtpStep channel_ready(bool secured, bool session_resumed);
  bool uploading() const { return transfer_ == Transfer::upload; }
  std::size_t piece_bytes_max() const;  // How much of the file to read at once.
  FtpStep data_received(std::string_view bytes);
  Milliseconds card_writes_for(std::size_t bytes) const;  // Before more of the file is read.
  std::string data_to_send(std::size_t bytes_max);        // Empty: that was all.
  FtpStep channel_ended(ChannelEnd end);

 private:
  enum class Transfer { none, upload, download, listing };
  using Handler = FtpStep (FtpDialogue::*)(std::string_view argument);
  struct Command {
    std::string_view verb;
    Handler handler;
    bool before_sign_in = false;
  };
  static const Command* find_command(std::string_view verb);

  FtpStep user(std::string_view argument);
  FtpStep password(std::string_view argument);
  FtpStep quit(std::string_view argument);
  FtpStep system(std::string_view argument);
  FtpStep features(std::string_view argument);
  FtpStep options(std::string_view argument);
  FtpStep nothing(std::string_view argument);
  FtpStep type(std::string_view argument);
  FtpStep protection_buffer(std::string_view argument);
  FtpStep protection(std::string_view argument);
  FtpStep print_folder(std::string_view argument);
  FtpStep change_folder(std::string_view argument);
  FtpStep change_up(std::string_view argument);
  FtpStep passive(std::string_view argument);
  FtpStep extended_passive(std::string_view argument);
  FtpStep store(std::string_view argument);
  FtpStep retrieve(std::string_view argument);
  FtpStep list(std::string_view argument);
  FtpStep list_names(std::string_view argument);
  FtpStep size(std::string_view argument);
  FtpStep modified(std::string_view argument);
  FtpStep remove(std::string_view argument);
  FtpStep make_folder(std::string_view argument);
  FtpStep remove_folder(std::string_view argument);
  FtpStep rename_from(std::string_view argument);
  FtpStep rename_to(std::string_view argument);

  bool strict() const { return room_.dialect != FtpDialect::digits_only; }
  // words: what vsftpd says behind the number. facts: what both dialects say.
  FtpStep reply(int code, std::string_view words, std::string_view facts = {}) const;
  std::optional<FtpStep> data_refusal() const;
  std::optional<UploadTrouble> take_trouble();
  FtpStep begin_listing(std::string_view argument, bool with_details);
  FtpStep begin_transfer(Transfer transfer);
  FtpStep end_transfer(FtpStep step);
  std::optional<std::string> resolve(std::string_view name) const;

  FtpRoom& room_;
  std::optional<std::string> user_;
  int failures_ = 0;
  bool signed_in_ = false;
  std::string folder_ = "/";
  bool encrypted_ = false;  // PROT P was said.
  bool extended_ = false;   // The open port was asked for by EPSV.
  bool passive_ = false;    // A port is open and unused.
  std::optional<std::string> renaming_;

  Transfer transfer_ = Transfer::none;
  std::string transfer_name_;
  std::unique_ptr<CardWriter> writer_;
  std::optional<UploadTrouble> trouble_;
  std::uint64_t received_ = 0;  // Of the present upload.
  std::ifstream reading_;
  std::string listing_;
};

}  // namespace pf::sim
