#include "hub/core/attempt.hpp"

#include <algorithm>
#include <initializer_list>

#include "hub/core/crc32c.hpp"

namespace pf::hub {
namespace {

using enum AttemptState;

bool is_one_of(AttemptState state, std::initializer_list<AttemptState> states) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

}  // namespace

bool is_legal_move(AttemptState from, AttemptState to) {
  switch (from) {
    case received: return is_one_of(to, {fetched, rejected, aborted});
    case fetched: return is_one_of(to, {uploaded, rejected, aborted});
    case uploaded: return is_one_of(to, {starting, rejected, aborted});
    case starting: return is_one_of(to, {started, not_started, unknown, finished, failed, stopped});
    case started: return is_one_of(to, {finished, failed, stopped, unknown, not_started});
    case unknown: return is_one_of(to, {started, not_started, finished, failed, stopped});
    case not_started: return to == started;
    case finished:
    case failed:
    case stopped:
    case rejected:
    case aborted: return false;
  }
  return false;
}

bool was_published(const Attempt& attempt) {
  return attempt.order &&
         !is_one_of(attempt.state, {received, fetched, uploaded, rejected, aborted});
}

JobEvent job_event(const Attempt& attempt, std::string_view journal_id) {
  JobEvent event;
  event.journal_id = journal_id;
  event.seq = attempt.seq;
  event.job_id = attempt.job_id;
  event.attempt = attempt.attempt;
  event.state = attempt.state;
  event.reason = attempt.reason;
  event.evidence = attempt.evidence;
  return event;
}

std::string subtask_name(const StartOrder& order) {
  return order.display_name.value + "-" + order.start_token.value;
}

std::uint32_t numeric_id(std::string_view start_token) {
  const std::uint32_t number = crc32c(start_token) & 0x7fffffff;
  return number == 0 ? 1 : number;
}

std::string file_name(std::string_view sha256) {
  return "pf-" + std::string(sha256.substr(0, 12)) + ".gcode.3mf";
}

}  // namespace pf::hub
