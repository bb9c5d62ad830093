#include "cloud/adapters/mail/letter_text.hpp"

#include <algorithm>
#include <ctime>

namespace pf {
namespace {

// RFC 2047 allows 75 characters a word; each byte of text takes three.
constexpr std::size_t encoded_word_bytes_max = 20;

std::string without_controls(std::string_view text) {
  std::string clean(text);
  std::replace_if(
      clean.begin(), clean.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, ' ');
  return clean;
}

bool is_plain(char c) { return c >= ' ' && c < 0x7f && c != '=' && c != '?' && c != '_'; }

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Words of quoted-printable UTF-8 where the text is not plain ASCII; never cut inside a character.
std::string encoded(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  const auto ascii = [](char c) { return c >= ' ' && c < 0x7f; };
  if (std::all_of(text.begin(), text.end(), ascii)) return std::string(text);
  std::string words = "=?UTF-8?Q?";
  std::size_t in_word = 0;
  for (const char c : text) {
    if (in_word >= encoded_word_bytes_max && !continues_character(c)) {
      words += "?= =?UTF-8?Q?";
      in_word = 0;
    }
    ++in_word;
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') {
      words += '_';
    } else if (is_plain(c)) {
      words += c;
    } else {
      words.append({'=', digits[byte >> 4], digits[byte & 15]});
    }
  }
  return words + "?=";
}

std::string date_of(UnixTime now) {
  const std::time_t seconds = now.milliseconds / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[64];
  std::snprintf(text, sizeof text, "%s, %d %s %d %02d:%02d:%02d +0000", days[parts.tm_wday],
                parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
                parts.tm_min, parts.tm_sec);
  return text;
}

}  // namespace

std::vector<std::string> letter_fields(const Mail& mail, std::string_view from,
                                       std::string_view message_id, UnixTime now) {
  return {"Date: " + date_of(now),
          "From: PrintFarm <" + without_controls(from) + ">",
          "To: <" + without_controls(mail.to) + ">",
          "Subject: " + encoded(without_controls(mail.subject)),
          "Message-ID: <" + without_controls(message_id) + ">",
          "Auto-Submitted: auto-generated"};
}

std::string letter_lines(std::string_view text) {
  std::string lines;
  lines.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') lines += '\r';
    lines += c;
  }
  return lines;
}

}  // namespace pf
