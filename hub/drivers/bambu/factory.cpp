#include "hub/drivers/bambu/factory.hpp"

#include "hub/drivers/bambu/bambu_driver.hpp"

namespace pf::hub::bambu {

std::unique_ptr<Driver> BambuFactory::make(const DriverSettings& settings, Random& random) {
  return std::make_unique<BambuDriver>(settings, random);
}

}  // namespace pf::hub::bambu
