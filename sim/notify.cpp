#include "sim/notify.hpp"

namespace pf::sim {

std::string notify_datagram(const Model& model, const PrinterIdentity& identity) {
  std::string text = "NOTIFY * HTTP/1.1\r\n";
  const auto header = [&](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  header("Host", "239.255.255.250:1990");
  header("Server", "UPnP/1.0");
  header("Location", identity.ip_address);
  header("NT", "urn:bambulab-com:device:3dprinter:1");
  header("NTS", "ssdp:alive");
  header("USN", identity.serial_number);
  header("Cache-Control", "max-age=1800");
  header("DevModel.bambu.com", model.code);
  header("DevName.bambu.com", identity.name);
  header("DevSignal.bambu.com", "-45");
  header("DevConnect.bambu.com", "lan");
  header("DevBind.bambu.com", "free");
  header("Devseclink.bambu.com", "secure");
  header("DevInf.bambu.com", "wlan0");
  header("DevVersion.bambu.com", model.firmware);
  header("DevCap.bambu.com", "1");
  return text + "\r\n";
}

}  // namespace pf::sim
