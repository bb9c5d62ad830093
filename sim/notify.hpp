// What a printer shouts into its network every few seconds (PROTOCOL 1.1).
#pragma once
#include <string>

#include "base/time.hpp"
#include "sim/models/model.hpp"
#include "sim/printer.hpp"

namespace pf::sim {

inline constexpr std::uint16_t notify_port = 2021;  // From and to.
inline constexpr Seconds notify_interval{5};

std::string notify_datagram(const Model& model, const PrinterIdentity& identity);

}  // namespace pf::sim
