// The newest log lines of a hub, kept for the person who asks for them from afar; every line also
// goes on to where it would have gone.
#pragma once
#include <deque>
#include <string>

#include "base/log.hpp"
#include "base/time.hpp"

namespace pf::hub {

inline constexpr std::size_t recent_log_bytes_max = 64 * 1024;
inline constexpr std::size_t recent_log_line_bytes_max = 4 * 1024;

class RecentLog final : public Log {
 public:
  RecentLog(Log& next, const Clock& clock) : next_(next), clock_(clock) {}

  void write(LogLevel level, std::string_view event,
             std::initializer_list<LogField> fields) override;

  // One JSON object a line, oldest first.
  std::string text() const;

 private:
  Log& next_;
  const Clock& clock_;
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;
};

}  // namespace pf::hub
