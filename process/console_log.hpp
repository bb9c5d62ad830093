// Log lines on standard error: readable text for people, one JSON object a line for machines.
#pragma once
#include <memory>
#include <string>

#include "base/log.hpp"

namespace pf::process {

enum class LogFormat { text, json };

// For settings: "text" or "json"; "debug", "info", "warning" or "error". Another word is the
// default.
LogFormat log_format_named(std::string_view name);
LogLevel log_level_named(std::string_view name);

class ConsoleLog final : public Log {
 public:
  ConsoleLog(LogFormat format, LogLevel least);
  ~ConsoleLog() override;
  void write(LogLevel level, std::string_view event,
             std::initializer_list<LogField> fields) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pf::process
