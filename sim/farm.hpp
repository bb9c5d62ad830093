// Which printers there are, kept in the data folder: a printer has the same serial number, access
// code and name at every start, however many of them are started.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "protocol/json.hpp"
#include "sim/fault.hpp"
#include "sim/models/model.hpp"
#include "sim/printer.hpp"

namespace pf::sim {

inline constexpr std::size_t printers_max = 1000;

struct FarmWishes {
  std::string folder;
  std::size_t printers = 8;
  std::vector<const Model*> models;  // In turn.
  std::string base_address = "127.77.0.1";
};

struct FarmPrinter {
  const Model* model = nullptr;
  PrinterIdentity identity;
};

// Reads folder/farm.json, adds the printers that are missing and writes it again.
Result<std::vector<FarmPrinter>, Fault> open_farm(const FarmWishes& wishes, Random& random);

// What other programs need in order to reach the printers.
struct PublishedPorts {
  std::uint16_t mqtt = 0, ftps = 0, detect = 0;
  FIELDS(mqtt, ftps, detect)
};

// Writes folder/printers.json in one piece.
Result<Nothing, Fault> publish_farm(const std::string& folder,
                                    const std::vector<FarmPrinter>& printers,
                                    const PublishedPorts& ports);

}  // namespace pf::sim
