// A simulated printer with its sockets: what the broker hears goes to the printer, what the printer
// says goes to the broker, and its questions about files go to the file reader.
#pragma once
#include <memory>

#include "base/log.hpp"
#include "sim/broker.hpp"
#include "sim/detect_server.hpp"
#include "sim/farm.hpp"
#include "sim/ftps_server.hpp"
#include "sim/notifier.hpp"
#include "sim/printer.hpp"

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

  Printer& printer() { return printer_; }

 private:
  void on_request(std::string_view payload) override;
  void perform(PrinterOutput& output);
  void ask(const FileQuestion& question);

  Surroundings surroundings_;
  Printer printer_;
  std::shared_ptr<FtpRoom> ftp_room_;  // Shared with FTP sessions, which may end later.
  std::unique_ptr<boost::asio::ssl::context> tls_;
  Broker broker_;
  FtpsServer ftps_;
  DetectServer detect_;
  Notifier notifier_;
};

}  // namespace pf::sim
