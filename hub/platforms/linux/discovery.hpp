// Finds printers: listens to their announcements on UDP, and asks a given address on TCP 3000.
// Sends nothing unasked.
#pragma once
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <vector>

#include "base/log.hpp"
#include "hub/platforms/linux/announcements.hpp"
#include "hub/platforms/linux/event_sink.hpp"
#include "hub/platforms/linux/heard_printers.hpp"
#include "hub/platforms/linux/streams.hpp"

namespace pf::hub {

inline constexpr std::size_t searches_max = 8;

struct DiscoverySettings {
  // 2021 is where printers speak; older ones were heard in the multicast group on the other two.
  std::vector<std::uint16_t> listen_ports = {2021, 1990, 1900};
  std::uint16_t ask_port = detect_port;
  Milliseconds listen_for{6'000};  // One announcement interval, and a bit.
  Milliseconds answer_within{5'000};
};

class Discovery final : public StreamEventSink {
 public:
  Discovery(boost::asio::io_context& loop, const TlsClient& tls, const Clock& clock,
            EventSink& sink, Log& log, DiscoverySettings settings = {});
  ~Discovery() override;

  void start();
  void perform(const Discover& wish);

 private:
  class Ear;
  struct Search {
    std::string command_id;
    std::string address;  // Of the one asked; empty while listening for all.
    std::string received;
    std::unique_ptr<boost::asio::steady_timer> timer;
  };

  void hear(std::string_view datagram);
  void ask(std::uint32_t number);
  void end(std::uint32_t number, std::vector<DiscoveredPrinter> found);

  void deliver(StreamEvent event) override;
  void on(std::uint32_t number, const StreamOpened& opened);
  void on(std::uint32_t number, const TlsReady&) { end(number, {}); }  // Never asked for.
  void on(std::uint32_t number, const StreamData& data);
  void on(std::uint32_t, const StreamWritten&) {}
  void on(std::uint32_t number, const StreamClosed&) { end(number, {}); }

  boost::asio::io_context& loop_;
  const Clock& clock_;
  EventSink& sink_;
  Log& log_;
  const DiscoverySettings settings_;
  Streams streams_;
  std::vector<std::shared_ptr<Ear>> ears_;
  HeardPrinters heard_;
  std::map<std::uint32_t, Search> searches_;
  std::uint32_t last_search_ = 0;
};

}  // namespace pf::hub
