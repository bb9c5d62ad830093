#include "hub/core/start_gate.hpp"

namespace pf::hub {

Refusal developer_mode_off(std::string_view help) {
  return {"developer_mode_off",
          "The printer refuses control: Developer Mode is off. " + std::string(help)};
}

std::optional<Refusal> refuse_order(const StartOrder& order, const StartFacts& facts) {
  if (!facts.server_now) {
    return Refusal{"clock_unknown", "The hub does not know the server's time yet."};
  }
  if (*facts.server_now > order.not_after) {
    return Refusal{"expired", "The time in which this print might start has passed."};
  }
  if (!facts.assignment) {
    return Refusal{"unknown_printer", "This hub does not have that printer."};
  }
  if (*facts.assignment != order.assignment) {
    return Refusal{"wrong_assignment", "The printer has been assigned anew since the order."};
  }
  if (facts.plate_token_used) {
    return Refusal{"plate_token_used", "Another print was started on this clearing of the plate."};
  }
  if (order.last_print_id != facts.current_print_id) {
    return Refusal{"plate_changed", "Something was printed since the plate was called empty."};
  }
  if (facts.developer_mode == DeveloperMode::off) {
    return developer_mode_off(facts.developer_mode_help);
  }
  return std::nullopt;
}

std::optional<Refusal> refuse_upload(const StartOrder& order, const StartFacts& facts,
                                     const PrintObservation& seen) {
  if (auto refusal = refuse_order(order, facts)) return refusal;
  if (seen.active) return Refusal{"printer_busy", "The printer is printing."};
  return std::nullopt;
}

std::optional<Refusal> refuse_start(const StartOrder& order, const StartFacts& facts,
                                    const PrintObservation& seen) {
  if (auto refusal = refuse_order(order, facts)) return refusal;
  if (!seen.known || !facts.report_age || *facts.report_age > report_age_max) {
    return Refusal{"stale_report", "The printer's last whole report is older than 5 seconds."};
  }
  if (seen.active) return Refusal{"printer_busy", "The printer is printing."};
  if (!seen.startable) {
    return Refusal{"printer_not_ready", "The printer is in state " + seen.gcode_state +
                                            " and takes no print; look at its screen."};
  }
  return std::nullopt;
}

}  // namespace pf::hub
