#include "process/console_log.hpp"

#define SPDLOG_COMPILED_LIB
#define SPDLOG_FMT_EXTERNAL
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "protocol/json.hpp"

namespace pf::process {
namespace {

constexpr std::size_t text_bytes_max = 4096;  // A peer's message must not become a page of log.

// spdlog adds time and level, and makes of each message one write.
constexpr char json_pattern[] = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";
constexpr char text_pattern[] = "%Y-%m-%d %H:%M:%S.%e %-7l %v";

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || c == '"' || c == '\\' || c == '=') return false;
  }
  return !text.empty();
}

// Quoted, escaped and valid UTF-8 whatever the bytes were: nobody can forge a second line.
void append_quoted(std::string& out, std::string_view text) {
  std::string quoted;
  json::append_text(quoted, text.substr(0, text_bytes_max));
  json::Reader reader(quoted, {json::UnknownKeys::skip, json::BadUtf8::replace});
  std::string clean;
  reader.text(clean);
  json::append_text(out, clean);
}

std::string json_members(std::string_view event, std::initializer_list<LogField> fields) {
  std::string line = "\"event\":";
  append_quoted(line, event);
  for (const auto& field : fields) {
    line += ',';
    append_quoted(line, field.name);
    line += ':';
    if (field.is_number) {
      line += field.value;
    } else {
      append_quoted(line, field.value);
    }
  }
  return line;
}

std::string readable(std::string_view event, std::initializer_list<LogField> fields) {
  std::string line;
  append_quoted(line, event);
  line = line.substr(1, line.size() - 2);
  for (const auto& field : fields) {
    line.append("  ").append(field.name).append("=");
    if (is_plain(field.value)) {
      line += field.value;
    } else {
      append_quoted(line, field.value);
    }
  }
  return line;
}

}  // namespace

struct ConsoleLog::Impl {
  LogFormat format;
  spdlog::logger logger{"printfarm", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

ConsoleLog::ConsoleLog(LogFormat format, LogLevel least)
    : impl_(std::make_unique<Impl>(Impl{format})) {
  const bool is_json = format == LogFormat::json;
  impl_->logger.set_formatter(std::make_unique<spdlog::pattern_formatter>(
      is_json ? json_pattern : text_pattern,
      is_json ? spdlog::pattern_time_type::utc : spdlog::pattern_time_type::local));
  impl_->logger.set_level(spdlog_level(least));
}

ConsoleLog::~ConsoleLog() = default;

void ConsoleLog::write(LogLevel level, std::string_view event,
                       std::initializer_list<LogField> fields) {
  if (!impl_->logger.should_log(spdlog_level(level))) return;
  const std::string line =
      impl_->format == LogFormat::json ? json_members(event, fields) : readable(event, fields);
  // As a view: a message that holds braces is not a format string.
  impl_->logger.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

LogFormat log_format_named(std::string_view name) {
  return name == "json" ? LogFormat::json : LogFormat::text;
}

LogLevel log_level_named(std::string_view name) {
  if (name == "debug") return LogLevel::debug;
  if (name == "warning") return LogLevel::warning;
  if (name == "error") return LogLevel::error;
  return LogLevel::info;
}

}  // namespace pf::process
