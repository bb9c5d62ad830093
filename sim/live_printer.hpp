// A simulated printer with its sockets: what the broker hears goes to the printer, what the printer
// says goes to the broker, and its questions about files go to the file reader. Its servers come
// and go with its power and its network; the printer and its card stay.
#pragma once
#include <memory>
#include <optional>

#include "base/log.hpp"
#include "sim/act.hpp"
#include "sim/broker.hpp"
#include "sim/detect_server.hpp"
#include "sim/farm.hpp"
#include "sim/ftps_server.hpp"
#include "sim/notifier.hpp"
#include "sim/printer.hpp"
#include "sim/stage_manager.hpp"

namespace boost::asio {
class thread_pool;
}

namespace pf::sim {

// What every printer of a simulator shares.
struct Surroundings {
  boost::asio::io_context& io;
  boost::asio::thread_pool& file_reader;  // Reads what would keep the sockets waiting.
  const Clock& clock;
  Log& log;
};

class LivePrinter final : private Broker::Requests {
 public:
  LivePrinter(const Surroundings& surroundings, const FarmPrinter& farm_printer,
              const PrinterSettings& settings, const std::string& folder, CardLimits card_limits,
              std::unique_ptr<boost::asio::ssl::context> tls);
  ~LivePrinter() override;

  Result<Nothing, Fault> start(const PublishedPorts& ports, const NotifyTarget& notify);
  void tick();

  // A fault says why that cannot befall this printer now.
  Result<Nothing, Fault> befall(const Act& act);

  void limit_uploads(std::uint64_t bytes_per_second);

  Printer& printer() { return printer_; }
  Sighting sighting() const;

 private:
  void on_request(std::string_view payload) override;
  void perform(PrinterOutput& output);
  void ask(const FileQuestion& question);

  struct Servers {  // What listens at the printer's address.
    explicit Servers(LivePrinter& of);
    Broker broker;
    FtpsServer ftps;
    DetectServer detect;
  };
  Result<Nothing, Fault> open_servers();
  void close_servers();
  void stay_away(ActSeconds seconds, bool rebooting);
  Result<Nothing, Fault> come_back();

  using Done = Result<Nothing, Fault>;
  Done undergo(const PrinterAct& act);
  Done undergo(const NetworkAct& act);
  Done undergo(const CardAct& act);
  Done undergo(const Reboot& act);
  Done undergo(const LoseNetwork& act);
  Done undergo(const DropConnections&);
  Done undergo(const ChangeAddress& act);
  Done undergo(const ChangeAccessCode& act);
  Done undergo(const OccupyClients& act);
  Done undergo(const StallUpload& act);
  Done undergo(const AbortUpload& act);
  Done undergo(const SlowCard& act);

  Surroundings surroundings_;
  Printer printer_;
  std::shared_ptr<FtpRoom> ftp_room_;  // Shared with FTP sessions, which may end later.
  std::unique_ptr<boost::asio::ssl::context> tls_;
  Notifier notifier_;
  PublishedPorts ports_;
  NotifyTarget notify_target_;
  std::size_t strangers_ = 0;
  std::unique_ptr<Servers> servers_;  // None: out of power or network.
  std::optional<Instant> back_at_;
  bool rebooting_ = false;
};

}  // namespace pf::sim
