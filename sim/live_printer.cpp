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

LivePrinter::LivePrinter(const Surroundings& surroundings, const FarmPrinter& farm_printer,
                         const PrinterSettings& settings, const std::string& folder,
                         CardLimits card_limits, std::unique_ptr<asio::ssl::context> tls)
    : surroundings_(surroundings),
      printer_(*farm_printer.model, farm_printer.identity, settings, surroundings.clock.now()),
      ftp_room_(make_room(farm_printer, folder, card_limits)),
      tls_(std::move(tls)),
      broker_(surroundings.io, *tls_, farm_printer.identity, farm_printer.model->mqtt_clients_max,
              *this),
      ftps_(surroundings.io, *tls_, ftp_room_),
      detect_(surroundings.io, *tls_, *farm_printer.model, farm_printer.identity),
      notifier_(surroundings.io) {}

LivePrinter::~LivePrinter() = default;

Result<Nothing, Fault> LivePrinter::start(const PublishedPorts& ports, const NotifyTarget& notify) {
  auto started = broker_.start(ports.mqtt);
  if (started) started = ftps_.start(ports.ftps);
  if (started) started = detect_.start(ports.detect);
  if (!started) return started;
  const auto& identity = printer_.identity();
  return notifier_.start(notify, identity.ip_address, notify_datagram(printer_.model(), identity));
}

void LivePrinter::tick() {
  PrinterOutput output;
  printer_.tick(surroundings_.clock.now(), surroundings_.clock.unix_now(), output);
  perform(output);
}

void LivePrinter::on_request(std::string_view payload) {
  PrinterOutput output;
  printer_.handle(payload, surroundings_.clock.now(), surroundings_.clock.unix_now(), output);
  perform(output);
}

void LivePrinter::perform(PrinterOutput& output) {
  for (const auto& message : output.messages) broker_.publish(message);
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
