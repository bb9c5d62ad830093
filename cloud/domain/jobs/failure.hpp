// Why prints on a printer did not come out.
#pragma once
#include <optional>

#include "cloud/kit/replies.hpp"
#include "protocol/words.hpp"

namespace pf {

// Most printers say no more than a code, so most are unknown.
enum class FailureType {
  nozzle_clog,
  bed_adhesion,
  layer_shift,
  filament_runout,
  power_loss,
  network_disconnect,
  firmware_error,
  mechanical,
  thermal,
  user_cancelled,
  unknown,
  other
};
WORDS(FailureType, nozzle_clog, bed_adhesion, layer_shift, filament_runout, power_loss,
      network_disconnect, firmware_error, mechanical, thermal, user_cancelled, unknown, other)

struct PrinterFailure {
  Uuid id;
  Uuid printer_id;
  Uuid job_id;
  std::int64_t attempt = 0;  // 0: an external print has none.
  FailureType failure_type = FailureType::unknown;
  std::optional<Text<0, 300>> failure_reason;
  std::optional<Text<0, 40>> error_code;
  std::optional<Percent> progress_at_failure;
  std::optional<std::int64_t> print_time_at_failure;  // Seconds.
  std::optional<int> layer_at_failure;
  Millis created_at = 0;
  FIELDS(id, printer_id, job_id, attempt, failure_type, failure_reason, error_code,
         progress_at_failure, print_time_at_failure, layer_at_failure, created_at)
};

struct FailureQuery {
  static constexpr bool is_query = true;
  std::optional<Bounded<int, 1, page_limit_max>> limit;
  std::optional<Text<1, 64>> cursor;
  FIELDS(limit, cursor)
};

}  // namespace pf
