// What befalls a printer's power, network and file server: see sim/act.hpp for the vocabulary.
#include <arpa/inet.h>

#include <cmath>

#include "sim/live_printer.hpp"
#include "sim/sockets.hpp"

namespace pf::sim {
namespace {

constexpr double reboot_seconds_usual = 30;

bool is_loopback(const std::string& ip_address) {
  in_addr address{};
  return inet_pton(AF_INET, ip_address.c_str(), &address) == 1 &&
         ntohl(address.s_addr) >> 24 == 127;
}

template <class Bytes>
std::uint64_t bytes_or_none(const std::optional<Bytes>& bytes) {
  return bytes ? static_cast<std::uint64_t>(bytes->value) : 0;
}

}  // namespace

Result<Nothing, Fault> LivePrinter::befall(const Act& act) {
  if (rebooting_) return Fault{"The printer is off."};
  surroundings_.log.info(
      "Something befalls a printer",
      {{"printer", printer_.identity().serial_number}, {"act", std::string(act.name())}});
  return std::visit([this](const auto& group) { return undergo(group); }, act.value);
}

LivePrinter::Done LivePrinter::undergo(const PrinterAct& act) {
  return printer_.befall(act, surroundings_.clock.now());
}
LivePrinter::Done LivePrinter::undergo(const NetworkAct& act) {
  return std::visit([this](const auto& one) { return undergo(one); }, act);
}
LivePrinter::Done LivePrinter::undergo(const CardAct& act) {
  return std::visit([this](const auto& one) { return undergo(one); }, act);
}

// ---- power and network ----

void LivePrinter::stay_away(ActSeconds seconds, bool rebooting) {
  close_servers();
  rebooting_ = rebooting;
  back_at_ = surroundings_.clock.now() + Milliseconds{std::llround(seconds.value * 1000)};
}

LivePrinter::Done LivePrinter::come_back() {
  if (rebooting_) printer_.reboot(surroundings_.clock.now());
  rebooting_ = false;
  back_at_.reset();
  return open_servers();
}

LivePrinter::Done LivePrinter::undergo(const Reboot& act) {
  stay_away(act.seconds.value_or(reboot_seconds_usual), true);
  return Nothing{};
}

LivePrinter::Done LivePrinter::undergo(const LoseNetwork& act) {
  stay_away(act.seconds, false);
  return Nothing{};
}

LivePrinter::Done LivePrinter::undergo(const DropConnections&) {
  if (!servers_) return Fault{"The printer is not on the network."};
  servers_->broker.drop_clients();
  servers_->ftps.drop_clients();
  return Nothing{};
}

LivePrinter::Done LivePrinter::undergo(const ChangeAddress& act) {
  if (!is_loopback(act.ip_address.value)) {
    return Fault{"ip_address must be an address of 127.0.0.0/8, not '" + act.ip_address.value +
                 "'."};
  }
  const auto before = printer_.identity().ip_address;
  const auto move_to = [this](const std::string& ip_address) {
    close_servers();
    printer_.set_ip_address(ip_address);
    ftp_room_->ip_address = ip_address;
    return back_at_ ? Done(Nothing{}) : open_servers();
  };
  const auto moved = move_to(act.ip_address.value);
  // The old address was free a moment ago; where it is not, the first fault still says why.
  if (!moved) static_cast<void>(move_to(before));
  return moved;
}

LivePrinter::Done LivePrinter::undergo(const ChangeAccessCode& act) {
  printer_.set_access_code(act.access_code.value);
  ftp_room_->access_code = act.access_code.value;
  if (!servers_) return Nothing{};
  servers_->broker.set_access_code(act.access_code.value);
  return undergo(DropConnections{});
}

LivePrinter::Done LivePrinter::undergo(const OccupyClients& act) {
  strangers_ = static_cast<std::size_t>(act.clients.value);
  if (servers_) servers_->broker.set_strangers(strangers_);
  return Nothing{};
}

// ---- card and file server ----

LivePrinter::Done LivePrinter::undergo(const StallUpload& act) {
  const auto kind = act.channel == FtpChannel::control ? UploadTrouble::Kind::stall_control
                                                       : UploadTrouble::Kind::stall_data;
  ftp_room_->trouble = {kind, bytes_or_none(act.after_bytes), act.uploads.value_or(1)};
  return Nothing{};
}

LivePrinter::Done LivePrinter::undergo(const AbortUpload& act) {
  ftp_room_->trouble = {UploadTrouble::Kind::abort, bytes_or_none(act.after_bytes),
                        act.uploads.value_or(1)};
  return Nothing{};
}

LivePrinter::Done LivePrinter::undergo(const SlowCard& act) {
  ftp_room_->upload_bytes_per_second = static_cast<std::uint64_t>(act.bytes_per_second.value);
  return Nothing{};
}

}  // namespace pf::sim
