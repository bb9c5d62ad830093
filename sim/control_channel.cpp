#include "sim/control_channel.hpp"

#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "sim/sockets.hpp"

namespace pf::sim {
namespace {

constexpr std::size_t read_bytes = 4096;

// Whoever asks reads the answers: a full pipe may hold the simulation up.
bool write_all(int output, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(output, text.data(), text.size());
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

asio::awaitable<void> serve_control(asio::io_context& io, int input, int output, LiveFarm& farm) {
  // A descriptor of its own, which may be closed and made non-blocking.
  asio::posix::stream_descriptor stream(io, ::dup(input));
  ControlReader reader;
  std::array<char, read_bytes> buffer;
  while (!reader.failed()) {
    auto [error, count] = co_await stream.async_read_some(asio::buffer(buffer), with_error);
    if (error) co_return;
    reader.add({buffer.data(), count});
    while (const auto request = reader.next()) {
      if (!write_all(output, json::encode(farm.answer(*request)) + '\n')) co_return;
    }
  }
}

}  // namespace pf::sim
