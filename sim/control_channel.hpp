// Carries the control channel: lines from one descriptor to the farm, its answers to another.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "sim/live_farm.hpp"

namespace boost::asio {
class io_context;
}

namespace pf::sim {

// Until the input ends or sends no lines. Neither descriptor is closed.
boost::asio::awaitable<void> serve_control(boost::asio::io_context& io, int input, int output,
                                           LiveFarm& farm);

}  // namespace pf::sim
