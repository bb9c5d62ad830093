#include "hub/platforms/linux/discovery.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/multicast.hpp>

namespace pf::hub {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Udp = asio::ip::udp;

constexpr int sequence_id_base = 20'000;  // As the maker's own program counts.
const asio::ip::address_v4 announcement_group({239, 255, 255, 250});

StreamId stream_of_search(std::uint32_t number) { return {0, 0, number}; }

// Other programs on this machine listen to the same announcements.
error_code bind_shared(Udp::socket& socket, std::uint16_t port) {
  error_code error;
  socket.open(Udp::v4(), error);
  if (error) return error;
  socket.set_option(asio::socket_base::reuse_address(true), error);
  const int yes = 1;
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
  socket.bind({asio::ip::address_v4::any(), port}, error);
  if (error) return error;
  error_code no_multicast;  // A machine without a network still hears itself.
  socket.set_option(asio::ip::multicast::join_group(announcement_group), no_multicast);
  return {};
}

}  // namespace

// Listens on one port. Shared with its own pending receive.
class Discovery::Ear : public std::enable_shared_from_this<Ear> {
 public:
  Ear(asio::io_context& loop, Discovery& owner) : owner_(&owner), socket_(loop) {}

  error_code open(std::uint16_t port) { return bind_shared(socket_, port); }
  void close() {
    owner_ = nullptr;
    error_code ignored;
    socket_.close(ignored);
  }
  void listen() {
    socket_.async_receive_from(
        asio::buffer(datagram_), sender_,
        [self = shared_from_this()](const error_code& error, std::size_t size) {
          if (self->owner_ == nullptr || error == asio::error::operation_aborted) return;
          if (!error) self->owner_->hear({self->datagram_.data(), size});
          self->listen();
        });
  }

 private:
  Discovery* owner_;
  Udp::socket socket_;
  Udp::endpoint sender_;
  std::array<char, announcement_bytes_max> datagram_{};
};

Discovery::Discovery(asio::io_context& loop, const TlsClient& tls, const Clock& clock,
                     EventSink& sink, Log& log, DiscoverySettings settings)
    : loop_(loop),
      clock_(clock),
      sink_(sink),
      log_(log),
      settings_(std::move(settings)),
      streams_(loop, tls, *this) {}

Discovery::~Discovery() {
  for (const auto& ear : ears_) ear->close();
}

void Discovery::start() {
  for (const auto port : settings_.listen_ports) {
    const auto ear = std::make_shared<Ear>(loop_, *this);
    const error_code error = ear->open(port);
    if (error) {
      log_.warning("cannot listen for printers; they can still be added by address",
                   {{"port", port}, {"why", error.message()}});
      continue;
    }
    ear->listen();
    ears_.push_back(ear);
  }
}

void Discovery::perform(const Discover& wish) {
  if (searches_.size() >= searches_max) {
    return sink_.deliver(Discovered{wish.command_id, {}});
  }
  const std::uint32_t number = ++last_search_;
  auto& search = searches_[number];
  search.command_id = wish.command_id;
  search.address = wish.address.value_or("");
  search.timer = std::make_unique<asio::steady_timer>(loop_);
  search.timer->expires_after(wish.address ? settings_.answer_within : settings_.listen_for);
  search.timer->async_wait([this, number, listening = !wish.address](const error_code& error) {
    if (error) return;
    end(number, listening ? heard_.list(clock_.now()) : std::vector<DiscoveredPrinter>{});
  });
  if (wish.address) ask(number);
}

void Discovery::hear(std::string_view datagram) {
  const auto printer = parse_announcement(datagram);
  if (!printer || !sink_.has_room()) return;
  if (heard_.hear(*printer, clock_.now())) sink_.deliver(Discovered{std::nullopt, {*printer}});
}

void Discovery::ask(std::uint32_t number) {
  streams_.perform(TcpOpen{stream_of_search(number), searches_[number].address, settings_.ask_port,
                           settings_.answer_within});
}

void Discovery::deliver(StreamEvent event) {
  const std::uint32_t number = stream_of(event).generation;
  if (!searches_.count(number)) return;
  std::visit([&](const auto& one) { on(number, one); }, event);
}

void Discovery::on(std::uint32_t number, const StreamOpened& opened) {
  const int sequence_id = sequence_id_base + static_cast<int>(number % 10'000);
  streams_.perform(StreamWrite{opened.stream, detect_request(sequence_id)});
  streams_.perform(StreamRead{opened.stream, detect_frame_bytes_max});
}

void Discovery::on(std::uint32_t number, const StreamData& data) {
  auto& search = searches_[number];
  search.received += data.bytes;
  const FrameState state = detect_frame_state(search.received);
  if (state == FrameState::incomplete) return;
  const auto printer = parse_detect_reply(search.received, search.address);
  end(number, printer ? std::vector{*printer} : std::vector<DiscoveredPrinter>{});
}

void Discovery::end(std::uint32_t number, std::vector<DiscoveredPrinter> found) {
  const auto search = searches_.find(number);
  if (search == searches_.end()) return;
  Discovered answer{search->second.command_id, std::move(found)};
  searches_.erase(search);
  streams_.perform(StreamClose{stream_of_search(number), CloseKind::abort});
  sink_.deliver(std::move(answer));
}

}  // namespace pf::hub
