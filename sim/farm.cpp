#include "sim/farm.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <map>
#include <optional>

#include "process/files.hpp"

namespace pf::sim {
namespace {

constexpr std::size_t farm_bytes_max = 1024 * 1024;
constexpr std::size_t access_code_characters = 8;
constexpr std::uint64_t serial_numbers = 1'000'000'000;
constexpr std::uint32_t loopback_network = 127;

struct KnownPrinter {
  std::string serial_number;
  std::string access_code;
  std::string name;
  std::string model;
  FIELDS(serial_number, access_code, name, model)
};
struct FarmFile {
  std::vector<KnownPrinter> printers;
  FIELDS(printers)
};

struct PublishedPrinter {
  std::string serial_number, ip_address, access_code, model, name;
  PublishedPorts ports;
  FIELDS(serial_number, ip_address, access_code, model, name, ports)
};
struct PublishedFarm {
  std::vector<PublishedPrinter> printers;
  FIELDS(printers)
};

std::optional<std::uint32_t> loopback_address(const std::string& text) {
  in_addr address{};
  if (inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  const auto number = ntohl(address.s_addr);
  if (number >> 24 != loopback_network) return std::nullopt;
  return number;
}

std::string address_text(std::uint32_t number) {
  const in_addr address{htonl(number)};
  char text[INET_ADDRSTRLEN] = {};
  inet_ntop(AF_INET, &address, text, sizeof text);
  return text;
}

// The next address that is neither the first nor the last of its 256: those name networks.
std::uint32_t host_address(std::uint32_t number) {
  while ((number & 0xff) == 0 || (number & 0xff) == 0xff) ++number;
  return number;
}

KnownPrinter make_printer(const Model& model, std::size_t number, Random& random) {
  std::string digits = std::to_string(random.below(serial_numbers));
  digits.insert(0, 9 - digits.size(), '0');
  KnownPrinter printer;
  printer.serial_number = std::string(model.serial_prefix) + "00A" + digits;
  for (std::size_t i = 0; i < access_code_characters; ++i) {
    printer.access_code += "0123456789abcdef"[random.below(16)];
  }
  printer.name = std::string(model.name) + " " + std::to_string(number);
  printer.model = model.code;
  return printer;
}

Result<FarmFile, Fault> read_farm(const std::string& path) {
  const auto text = process::read_file(path, farm_bytes_max);
  if (!text && text.error().missing) return FarmFile{};
  if (!text) return Fault{text.error().says};
  auto farm = json::decode<FarmFile>(*text);
  if (!farm) {
    return Fault{path + " is damaged (" + farm.error().text() +
                 "). Remove it to make new printers."};
  }
  return std::move(*farm);
}

// The known printers of the model in their order, then new ones.
std::vector<FarmPrinter> choose(FarmFile& farm, const FarmWishes& wishes, std::uint32_t address,
                                Random& random) {
  std::vector<FarmPrinter> chosen;
  std::map<std::string_view, std::size_t> next_of_model;  // Position to search on from.
  for (std::size_t i = 0; i < wishes.printers; ++i, ++address) {
    const Model& model = *wishes.models[i % wishes.models.size()];
    std::size_t& at = next_of_model[model.code];
    while (at < farm.printers.size() && farm.printers[at].model != model.code) ++at;
    if (at == farm.printers.size()) farm.printers.push_back(make_printer(model, i + 1, random));
    const KnownPrinter& known = farm.printers[at++];
    address = host_address(address);
    chosen.push_back(
        {&model, {known.serial_number, known.access_code, known.name, address_text(address)}});
  }
  return chosen;
}

}  // namespace

Result<std::vector<FarmPrinter>, Fault> open_farm(const FarmWishes& wishes, Random& random) {
  const auto first = loopback_address(wishes.base_address);
  if (!first) {
    return Fault{"base_address must be an address of 127.0.0.0/8, such as 127.77.0.1, not '" +
                 wishes.base_address + "'."};
  }
  if (wishes.printers == 0 || wishes.printers > printers_max || wishes.models.empty()) {
    return Fault{"There must be 1 to " + std::to_string(printers_max) + " printers of some model."};
  }
  const auto made = process::make_directories(wishes.folder, 0700);
  if (!made) return Fault{made.error().says};
  const std::string path = wishes.folder + "/farm.json";
  auto farm = read_farm(path);
  if (!farm) return farm.error();
  auto chosen = choose(*farm, wishes, *first, random);
  if (!loopback_address(chosen.back().identity.ip_address)) {
    return Fault{"There is no room for so many printers behind " + wishes.base_address +
                 " in 127.0.0.0/8: choose a lower base_address."};
  }
  const auto written =
      process::write_file_durably(path, json::encode(*farm), process::private_mode);
  if (!written) return Fault{written.error().says};
  return chosen;
}

Result<Nothing, Fault> publish_farm(const std::string& folder,
                                    const std::vector<FarmPrinter>& printers,
                                    const PublishedPorts& ports) {
  PublishedFarm farm;
  for (const auto& printer : printers) {
    const auto& one = printer.identity;
    farm.printers.push_back({one.serial_number, one.ip_address, one.access_code,
                             std::string(printer.model->code), one.name, ports});
  }
  const auto written = process::write_file_durably(folder + "/printers.json", json::encode(farm),
                                                   process::private_mode);
  if (!written) return Fault{written.error().says};
  return Nothing{};
}

}  // namespace pf::sim
