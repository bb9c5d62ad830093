#include "hub/platforms/linux/recent_log.hpp"

#include "protocol/json.hpp"

namespace pf::hub {
namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

// Escaped and valid UTF-8 whatever the bytes were.
void append_value(std::string& line, std::string_view text) {
  std::string quoted;
  json::append_text(quoted, text);
  json::Reader reader(quoted, {json::UnknownKeys::skip, json::BadUtf8::replace});
  std::string clean;
  reader.text(clean);
  json::append_text(line, clean);
}

}  // namespace

void RecentLog::write(LogLevel level, std::string_view event,
                      std::initializer_list<LogField> fields) {
  next_.write(level, event, fields);
  std::string line = "{\"at\":" + std::to_string(clock_.unix_now().milliseconds) + ",\"level\":\"";
  line.append(name_of(level)).append("\",\"event\":");
  append_value(line, event);
  for (const auto& field : fields) {
    line += ',';
    append_value(line, field.name);
    line += ':';
    if (field.is_number) {
      line += field.value;
    } else {
      append_value(line, field.value);
    }
  }
  line += "}\n";
  if (line.size() > recent_log_line_bytes_max) return;
  bytes_ += line.size();
  lines_.push_back(std::move(line));
  while (bytes_ > recent_log_bytes_max) {
    bytes_ -= lines_.front().size();
    lines_.pop_front();
  }
}

std::string RecentLog::text() const {
  std::string all;
  all.reserve(bytes_);
  for (const auto& line : lines_) all += line;
  return all;
}

}  // namespace pf::hub
