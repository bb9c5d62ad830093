#include "sim/scenario.hpp"

#include <string>

namespace pf::sim {
namespace {

int conditions(const When& when) {
  return when.event.has_value() + when.at_seconds.has_value() + when.percent.has_value() +
         when.layer.has_value();
}

}  // namespace

Result<Scenario, Fault> parse_scenario(std::string_view text) {
  auto scenario = json::decode<Scenario>(text, {json::UnknownKeys::refuse});
  if (!scenario) return Fault{scenario.error().text()};
  for (std::size_t i = 0; i < scenario->steps.size(); ++i) {
    const auto& when = scenario->steps.value[i].when;
    if (when && conditions(*when) != 1) {
      return Fault{"steps[" + std::to_string(i) +
                   "].when: must have exactly one of event, at_seconds, percent and layer"};
    }
  }
  return std::move(*scenario);
}

}  // namespace pf::sim
