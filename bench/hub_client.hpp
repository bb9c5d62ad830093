// A hub as the cloud sees it: the opening by the wire protocol, then statuses of its printers, all
// of them in one write. What a hub does beside that, it leaves out.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "bench/busy_printer.hpp"
#include "bench/web_socket_client.hpp"

namespace pf::bench {

// Writes that no dashboard has shown yet, before a hub waits: what keeps an overloaded server's
// backlog short, and the rate honest.
inline constexpr std::size_t writes_ahead_max = 4;

class HubClient final : private SocketListener {
 public:
  HubClient(Poller& poller, Random& random, std::vector<BusyPrinter> printers);

  const std::string& id() const { return id_; }
  std::vector<BusyPrinter>& printers() { return printers_; }
  const std::vector<BusyPrinter>& printers() const { return printers_; }

  // A token makes it claim itself before its hello.
  void open(std::uint16_t port, std::string claim_token);
  void close() {
    socket_.close();
    opened_ = false;
  }
  bool is_open() const { return opened_; }
  // Whether the cloud has told it about every printer that it has.
  bool is_configured() const { return configured_ == printers_.size(); }

  // `shown_us`: the newest of its writes that a dashboard has shown.
  bool may_write(std::int64_t shown_us) const;
  void write_statuses(std::int64_t now_us, UnixTime now);
  std::int64_t last_write_us() const { return writes_us_[(writes_ - 1) % writes_ahead_max]; }

 private:
  void on_text(std::string_view text) override;
  void on_ended(std::string_view why) override;
  template <class Message>
  void send(const Message& message);
  void heard(const HubChallenge& challenge);
  void heard(const HubClaimed&) { say_hello(); }
  void heard(const CloudHello& welcome);
  void heard(const PrintersConfig& config);
  void heard(const ConfigurePrinter& configure);
  void heard(const WireError& error);
  template <class Other>
  void heard(const Other&) {}  // Jobs and the like: nobody starts any.
  void say_hello();

  const std::string id_, secret_, boot_id_;
  Random& random_;
  std::vector<BusyPrinter> printers_;
  std::size_t configured_ = 0;
  std::string host_, claim_token_, nonce_, client_nonce_;
  std::int64_t epoch_ = 0, config_generation_ = 0;
  bool opened_ = false;
  std::size_t writes_ = 0;
  std::array<std::int64_t, writes_ahead_max> writes_us_{};
  WebSocketClient socket_;
};

}  // namespace pf::bench
