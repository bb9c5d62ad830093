#include "sim/control.hpp"

namespace pf::sim {

std::optional<Result<ControlRequest, Fault>> ControlReader::next() {
  for (;;) {
    const auto end = unread_.find('\n');
    if (end == unread_.npos) return std::nullopt;
    const std::string line = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    auto request = json::decode<ControlRequest>(line, {json::UnknownKeys::refuse});
    if (!request) return Fault{request.error().text()};
    return std::move(*request);
  }
}

}  // namespace pf::sim
