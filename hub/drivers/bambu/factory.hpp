// Makes drivers for Bambu Lab printers.
#pragma once
#include <memory>

#include "hub/core/driver.hpp"

namespace pf::hub::bambu {

class BambuFactory final : public DriverFactory {
 public:
  // The driver keeps the reference: its client ids, command numbers and delays come from there.
  std::unique_ptr<Driver> make(const DriverSettings& settings, Random& random) override;
};

}  // namespace pf::hub::bambu
