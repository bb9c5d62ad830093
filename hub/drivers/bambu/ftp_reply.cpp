#include "hub/drivers/bambu/ftp_reply.hpp"

#include <array>
#include <charconv>

namespace pf::hub::bambu {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class Whole>
std::optional<Whole> whole_number(std::string_view digits) {
  Whole value = 0;
  const auto* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

// Takes the word at the front, and the spaces after it.
std::string_view take_word(std::string_view& text) {
  const auto end = text.find(' ');
  const auto taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return taken;
}

std::optional<int> code_of(std::string_view line) {
  if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2])) {
    return std::nullopt;
  }
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return std::nullopt;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

}  // namespace

std::optional<std::string> LineReader::next() {
  if (failed_) return std::nullopt;
  const auto end = buffer_.find('\n');
  failed_ = std::min(end, buffer_.size()) > reply_line_bytes_max;
  if (failed_) buffer_.clear();
  if (failed_ || end == std::string::npos) return std::nullopt;
  auto line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::optional<FtpReply> FtpReplies::next() {
  while (!failed_) {
    const auto line = lines_.next();
    if (!line) break;
    if (auto reply = take(*line)) return reply;
  }
  return std::nullopt;
}

std::optional<FtpReply> FtpReplies::take(std::string_view line) {
  const auto code = code_of(line);
  const bool more = line.size() > 3 && line[3] == '-';
  if (open_code_ != 0) {
    failed_ = ++open_lines_ > reply_lines_max;
    if (code != open_code_ || more) return std::nullopt;
  } else if (!code || *code < 100) {
    failed_ = true;
    return std::nullopt;
  } else if (more) {
    open_code_ = *code;
    open_lines_ = 1;
    return std::nullopt;
  }
  open_code_ = 0;
  return FtpReply{*code, std::string(line.size() > 4 ? line.substr(4) : std::string_view())};
}

std::optional<std::uint16_t> passive_port(std::string_view text) {
  const auto begin = text.find_first_of("0123456789");
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin);
  text = text.substr(0, text.find_first_not_of("0123456789,"));
  std::array<std::uint8_t, 6> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto comma = text.find(',');
    const bool last = i + 1 == numbers.size();
    if ((comma == std::string_view::npos) != last) return std::nullopt;
    const auto number = whole_number<std::uint8_t>(text.substr(0, comma));
    if (!number) return std::nullopt;
    numbers[i] = *number;
    text.remove_prefix(last ? text.size() : comma + 1);
  }
  const auto port = static_cast<std::uint16_t>(numbers[4] << 8 | numbers[5]);
  if (port == 0) return std::nullopt;
  return port;
}

std::optional<std::uint64_t> size_in(std::string_view reply_text) {
  return whole_number<std::uint64_t>(take_word(reply_text));
}

// "-rw-rw-rw- 1 root root 1233546 Feb 24 03:49 sample.gcode.3mf"
std::optional<std::uint64_t> listed_size(std::string_view line, std::string_view name) {
  if (!line.starts_with('-')) return std::nullopt;
  for (int words_before_size = 0; words_before_size < 4; ++words_before_size) take_word(line);
  const auto size = whole_number<std::uint64_t>(take_word(line));
  for (int words_of_date = 0; words_of_date < 3; ++words_of_date) take_word(line);
  return line == name ? size : std::nullopt;
}

}  // namespace pf::hub::bambu
