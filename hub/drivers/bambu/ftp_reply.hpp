// What an FTP server says: replies of one or several lines, with text or (A1, P1) digits only, and
// the few facts a hub reads from them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pf::hub::bambu {

inline constexpr std::size_t reply_line_bytes_max = 1024;
inline constexpr int reply_lines_max = 64;

struct FtpReply {
  int code = 0;
  std::string text;  // Of the last line, without the code.
};

// Bytes in, lines out, without their CR LF. A line beyond the limit fails the stream.
class LineReader {
 public:
  void feed(std::string_view bytes) { buffer_ += bytes; }
  std::optional<std::string> next();
  bool failed() const { return failed_; }

 private:
  std::string buffer_;
  bool failed_ = false;
};

class FtpReplies {
 public:
  void feed(std::string_view bytes) { lines_.feed(bytes); }
  std::optional<FtpReply> next();
  bool failed() const { return failed_ || lines_.failed(); }

 private:
  std::optional<FtpReply> take(std::string_view line);

  LineReader lines_;
  int open_code_ = 0;  // Of a reply whose last line is still to come.
  int open_lines_ = 0;
  bool failed_ = false;
};

// The port in "Entering Passive Mode (h,h,h,h,p,p)." or "(h,h,h,h,p,p)". The address is never used:
// some printers say 0.0.0.0, and none may send the hub elsewhere.
std::optional<std::uint16_t> passive_port(std::string_view reply_text);

// "213 <size>".
std::optional<std::uint64_t> size_in(std::string_view reply_text);

// The size in a line of LIST, if it is the line of that file.
std::optional<std::uint64_t> listed_size(std::string_view line, std::string_view name);

}  // namespace pf::hub::bambu
