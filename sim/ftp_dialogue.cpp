#include "sim/ftp_dialogue.hpp"

#include <algorithm>
#include <array>

#include "sim/ftp_listing.hpp"

namespace pf::sim {
namespace {

constexpr std::string_view user_name = "bblp";

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace

const FtpDialogue::Command* FtpDialogue::find_command(std::string_view verb) {
  static constexpr auto commands = std::to_array<Command>({
      {"USER", &FtpDialogue::user, true},       {"PASS", &FtpDialogue::password, true},
      {"QUIT", &FtpDialogue::quit, true},       {"PBSZ", &FtpDialogue::protection_buffer, true},
      {"PROT", &FtpDialogue::protection, true}, {"SYST", &FtpDialogue::system},
      {"FEAT", &FtpDialogue::features},         {"OPTS", &FtpDialogue::options},
      {"NOOP", &FtpDialogue::nothing},          {"TYPE", &FtpDialogue::type},
      {"PWD", &FtpDialogue::print_folder},      {"CWD", &FtpDialogue::change_folder},
      {"CDUP", &FtpDialogue::change_up},        {"PASV", &FtpDialogue::passive},
      {"EPSV", &FtpDialogue::extended_passive}, {"STOR", &FtpDialogue::store},
      {"RETR", &FtpDialogue::retrieve},         {"LIST", &FtpDialogue::list},
      {"NLST", &FtpDialogue::list_names},       {"SIZE", &FtpDialogue::size},
      {"MDTM", &FtpDialogue::modified},         {"DELE", &FtpDialogue::remove},
      {"MKD", &FtpDialogue::make_folder},       {"RMD", &FtpDialogue::remove_folder},
      {"RNFR", &FtpDialogue::rename_from},      {"RNTO", &FtpDialogue::rename_to},
  });
  for (const auto& command : commands) {
    if (command.verb == verb) return &command;
  }
  return nullptr;
}

FtpDialogue::~FtpDialogue() {
  if (transfer_ != Transfer::none) room_.transferring = false;
}

std::string FtpDialogue::greeting() const {
  return strict() ? "220 (vsFTPd 3.0.5)\r\n" : "220 BBL-P003 FTP Server\r\n";
}

// A number alone still has a space behind it: RFC 959 says so, and clients such as curl wait for
// it.
FtpStep FtpDialogue::reply(int code, std::string_view words, std::string_view facts) const {
  std::string line = std::to_string(code) + ' ';
  line += strict() && facts.empty() ? words : facts;
  return {line + "\r\n"};
}

FtpStep FtpDialogue::on_line(std::string_view line) {
  const auto space = std::min(line.find(' '), line.size());
  const auto verb = upper(line.substr(0, space));
  const auto argument = space < line.size() ? line.substr(space + 1) : std::string_view{};
  const Command* command = find_command(verb);
  if (!signed_in_ && !(command && command->before_sign_in)) {
    return strict() ? reply(530, "Please login with USER and PASS.") : reply(332, "");
  }
  if (!command) return strict() ? reply(500, "Unknown command.") : reply(502, "");
  return (this->*command->handler)(argument);
}

std::optional<std::string> FtpDialogue::resolve(std::string_view name) const {
  if (name.empty()) return std::nullopt;
  return Card::resolve(folder_, name);
}

// ---- who is there ----

FtpStep FtpDialogue::user(std::string_view argument) {
  user_ = argument;
  signed_in_ = false;
  return reply(331, "Please specify the password.");
}

FtpStep FtpDialogue::password(std::string_view argument) {
  if (!user_) return reply(503, "Login with USER first.");
  signed_in_ = *user_ == user_name && argument == room_.access_code;
  if (signed_in_) return reply(230, "Login successful.");
  FtpStep refusal = reply(530, "Login incorrect.");
  if (++failures_ >= sign_in_failures_max) refusal.wish = FtpStep::Wish::close;
  return refusal;
}

FtpStep FtpDialogue::quit(std::string_view) {
  FtpStep farewell = reply(221, "Goodbye.");
  farewell.wish = FtpStep::Wish::close;
  return farewell;
}

// ---- what the server can ----

FtpStep FtpDialogue::system(std::string_view) { return reply(215, "UNIX Type: L8"); }

FtpStep FtpDialogue::features(std::string_view) {
  if (!strict()) return reply(502, "", "no-features");
  return {
      "211-Features:\r\n EPSV\r\n MDTM\r\n PASV\r\n PBSZ\r\n PROT\r\n SIZE\r\n UTF8\r\n"
      "211 End\r\n"};
}

FtpStep FtpDialogue::options(std::string_view argument) {
  if (!strict()) return reply(502, "");
  if (upper(argument) == "UTF8 ON") return reply(200, "Always in UTF8 mode.");
  return reply(501, "Option not understood.");
}

FtpStep FtpDialogue::nothing(std::string_view) { return reply(200, "NOOP ok."); }

FtpStep FtpDialogue::type(std::string_view argument) {
  const auto wanted = upper(argument);
  if (wanted == "I") return reply(200, "Switching to Binary mode.");
  if (wanted == "A") return reply(200, "Switching to ASCII mode.");  // In name only, as vsftpd.
  return reply(500, "Unrecognised TYPE command.");
}

FtpStep FtpDialogue::protection_buffer(std::string_view) { return reply(200, "PBSZ set to 0."); }

FtpStep FtpDialogue::protection(std::string_view argument) {
  const auto wanted = upper(argument);
  if (wanted == "P") {
    encrypted_ = true;
    return reply(200, "PROT now Private.");
  }
  if (wanted != "C") return reply(504, "PROT not supported.");
  if (strict()) return reply(522, "Data connections must be encrypted.");
  encrypted_ = false;
  return reply(200, "");
}

// ---- folders ----

FtpStep FtpDialogue::print_folder(std::string_view) {
  if (!strict()) return reply(257, "", folder_);
  return reply(257, "\"" + folder_ + "\" is the current directory");
}

FtpStep FtpDialogue::change_folder(std::string_view argument) {
  const auto path = resolve(argument);
  if (!path || !room_.card.is_folder(*path)) return reply(550, "Failed to change directory.");
  folder_ = *path;
  return reply(250, "Directory successfully changed.");
}

FtpStep FtpDialogue::change_up(std::string_view) {
  folder_ = folder_.substr(0, std::max<std::size_t>(1, folder_.rfind('/')));
  return reply(250, "Directory successfully changed.");
}

FtpStep FtpDialogue::make_folder(std::string_view argument) {
  const auto path = resolve(argument);
  if (!path || !room_.card.make_folder(*path)) {
    return reply(550, "Create directory operation failed.");
  }
  if (!strict()) return reply(257, "", *path);
  return reply(257, "\"" + *path + "\" created");
}

FtpStep FtpDialogue::remove_folder(std::string_view argument) {
  const auto path = resolve(argument);
  if (!path || !room_.card.remove_folder(*path)) {
    return reply(550, "Remove directory operation failed.");
  }
  return reply(250, "Remove directory operation successful.");
}

// ---- files ----

FtpStep FtpDialogue::size(std::string_view argument) {
  const auto path = resolve(argument);
  const auto bytes = path ? room_.card.file_size(*path) : std::nullopt;
  // The A-series calls a folder a file without bytes.
  if (!strict() && path && room_.card.is_folder(*path)) return reply(213, "", "0");
  if (!bytes) return reply(550, "Could not get file size.");
  return reply(213, "", std::to_string(*bytes));
}

FtpStep FtpDialogue::modified(std::string_view argument) {
  const auto path = resolve(argument);
  const auto bytes = path ? room_.card.file_size(*path) : std::nullopt;
  if (!bytes) return reply(550, "Could not get file modification time.");
  return reply(213, "", ftp_time(room_.card.changed(*path).value_or(0)));
}

FtpStep FtpDialogue::remove(std::string_view argument) {
  const auto path = resolve(argument);
  if (!path || !room_.card.remove_file(*path)) return reply(550, "Delete operation failed.");
  return reply(250, "Delete operation successful.");
}

FtpStep FtpDialogue::rename_from(std::string_view argument) {
  renaming_ = resolve(argument);
  if (renaming_ && !room_.card.file_size(*renaming_)) renaming_.reset();
  if (!renaming_) return reply(550, "RNFR command failed.");
  return reply(350, "Ready for RNTO.");
}

FtpStep FtpDialogue::rename_to(std::string_view argument) {
  if (!renaming_) return reply(503, "RNFR required first.");
  const auto from = *std::exchange(renaming_, std::nullopt);
  const auto to = resolve(argument);
  if (!to || !room_.card.rename(from, *to)) return reply(550, "Rename failed.");
  return reply(250, "Rename successful.");
}

}  // namespace pf::sim
