// Asio's own functions, compiled once.
#include "cloud/adapters/http/asio.hpp"

#include <boost/asio/impl/src.hpp>
