#include "sim/live_printer.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "sim/sockets.hpp"

namespace pf::sim {
namespace {

std::shared_ptr<FtpRoom> make_room(const FarmPrinter& printer, const std::string& folder,
                                   CardLimits limits) {
  auto room = std::make_shared<FtpRoom>(FtpRoom{.dialect = printer.model->ftp,
                                                .access_code = printer.identity.access_code,
                                                .ip_address = printer.identity.ip_address,
                                                .card = Card(folder + "/sdcard", limits)});
  room->card.prepare();
  return room;
}

}  // namespace

LivePrinter::Servers::Servers(LivePrinter& of)
    : broker(of.surroundings_.io, *of.tls_, of.printer_.identity(),
             of.printer_.model().mqtt_clients_max, of),
      ftps(of.surroundings_.io, *of.tls_, of.ftp_room_),
      detect(of.surroundings_.io, *of.tls_, of.printer_.model(), of.printer_.identity()) {}

LivePrinter::LivePrinter(const Surroundings& surroundings, const FarmPrinter& farm_printer,
                         const PrinterSettings& settings, const std::string& folder,
                         CardLimits card_limits, std::unique_ptr<asio::ssl::context> tls)
    : surroundings_(surroundings),
      printer_(*farm_printer.model, farm_printer.identity, settings, surroundings.clock.now()),
      ftp_room_(make_room(farm_printer, folder, card_limits)),
      tls_(std::move(tls)),
      notifier_(surroundings.io) {}

LivePrinter::~LivePrinter() = default;

Result<Nothing, Fault> LivePrinter::start(const PublishedPorts& ports, const NotifyTarget& notify) {
  ports_ = ports;
  notify_target_ = notify;
  return open_servers();
}

Result<Nothing, Fault> LivePrinter::open_servers() {
  const auto& identity = printer_.identity();
  auto servers = std::make_unique<Servers>(*this);
  servers->broker.set_strangers(strangers_);
  auto started = servers->broker.start(ports_.mqtt);
  if (started) started = servers->ftps.start(ports_.ftps);
  if (started) started = servers->detect.start(ports_.detect);
  if (!started) return started;
  servers_ = std::move(servers);
  return notifier_.start(notify_target_, identity.ip_address,
                         notify_datagram(printer_.model(), identity));
}

void LivePrinter::limit_uploads(std::uint64_t bytes_per_second) {
  ftp_room_->upload_bytes_per_second = bytes_per_second;
}

Sighting LivePrinter::sighting() const {
  return {printer_.print(surroundings_.clock.now()), printer_.starts_ordered(),
          ftp_room_->uploads_begun, ftp_room_->uploads_kept};
}

void LivePrinter::close_servers() {
  notifier_.stop();
  servers_.reset();
}

void LivePrinter::tick() {
  const auto now = surroundings_.clock.now();
  if (back_at_ && now >= *back_at_) {
    if (const auto back = come_back(); !back) {
      surroundings_.log.info("A printer cannot come back", {{"why", back.error().says}});
    }
  }
  if (rebooting_) return;
  PrinterOutput output;
  printer_.tick(now, surroundings_.clock.unix_now(), output);
  perform(output);
}

void LivePrinter::on_request(std::string_view payload) {
  PrinterOutput output;
  printer_.handle(payload, surroundings_.clock.now(), surroundings_.clock.unix_now(), output);
  perform(output);
}

void LivePrinter::perform(PrinterOutput& output) {
  for (const auto& message : output.messages) {
    if (servers_) servers_->broker.publish(message);
  }
  if (output.question) ask(*output.question);
}

void LivePrinter::ask(const FileQuestion& question) {
  surroundings_.log.info("A print was ordered", {{"printer", printer_.identity().serial_number},
                                                 {"file", question.card_path}});
  const auto file =
      question.card_path.empty() ? std::nullopt : ftp_room_->card.complete_file(question.card_path);
  if (!file) {
    printer_.file_answered(question.number, RefusedFile{error_file_missing, "no such file"});
    return;
  }
  // The simulator stops both threads before any printer goes, so `this` is there in both.
  asio::post(surroundings_.file_reader, [this, question, path = file->string()] {
    auto answer = read_sliced_plate(path, question.entry);
    asio::post(surroundings_.io, [this, question, answer = std::move(answer)] {
      if (!answer) {
        surroundings_.log.info("A file was refused",
                               {{"printer", printer_.identity().serial_number},
                                {"file", question.card_path},
                                {"why", answer.error().why}});
      }
      printer_.file_answered(question.number, answer);
    });
  });
}

}  // namespace pf::sim
