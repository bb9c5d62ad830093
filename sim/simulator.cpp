#include "sim/simulator.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <future>
#include <thread>

#include "sim/certificates.hpp"
#include "sim/control_channel.hpp"
#include "sim/live_farm.hpp"
#include "sim/sockets.hpp"

namespace pf::sim {
namespace {

constexpr Milliseconds tick_shortest{10}, tick_longest{250};

// Whether this process may listen on 990: asked by doing it.
bool may_open(asio::io_context& io, const std::string& ip_address, std::uint16_t port) {
  tcp::acceptor acceptor(io);
  error_code error;
  acceptor.open(tcp::v4(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind({asio::ip::make_address(ip_address), port}, error);
  return error != asio::error::access_denied;
}

}  // namespace

struct Simulator::Impl {
  Impl(SimulatorOptions chosen, const Clock& time, Random& chance, Log& words)
      : options(std::move(chosen)), clock(time), random(chance), log(words), timer(io) {}

  std::string folder_of(const FarmPrinter& printer) const {
    return options.farm.folder + '/' + printer.identity.serial_number;
  }
  Result<std::vector<Credentials>, Fault> all_credentials();
  Result<Nothing, Fault> make_printers();
  Result<Nothing, Fault> open_printers();
  void tick();

  SimulatorOptions options;
  const Clock& clock;
  Random& random;
  Log& log;
  std::vector<FarmPrinter> farm;

  asio::io_context io{1};
  asio::thread_pool file_reader{1};
  asio::steady_timer timer;
  std::optional<LiveFarm> live;
  std::thread thread;
};

Simulator::Simulator(SimulatorOptions options, const Clock& clock, Random& random, Log& log)
    : impl_(std::make_unique<Impl>(std::move(options), clock, random, log)) {}

Simulator::~Simulator() { stop(); }

const std::vector<FarmPrinter>& Simulator::printers() const { return impl_->farm; }
const PublishedPorts& Simulator::ports() const { return impl_->options.ports; }

Result<Nothing, Fault> Simulator::start() {
  auto farm = open_farm(impl_->options.farm, impl_->random);
  if (!farm) return farm.error();
  impl_->farm = std::move(*farm);
  if (auto made = impl_->make_printers(); !made) return made;
  if (auto opened = impl_->open_printers(); !opened) return opened;
  if (auto published = impl_->live->publish(); !published) return published;
  if (impl_->options.scenario) {
    if (auto played = impl_->live->play(*impl_->options.scenario); !played) return played;
  }
  impl_->tick();
  impl_->thread = std::thread([this] { impl_->io.run(); });
  return Nothing{};
}

void Simulator::stop() {
  if (!impl_->thread.joinable()) return;
  impl_->io.stop();
  impl_->thread.join();
  impl_->file_reader.stop();
  impl_->file_reader.join();
  impl_->live.reset();
}

void Simulator::with_printer(std::size_t index, const std::function<void(Printer&)>& act) {
  std::promise<void> done;
  asio::post(impl_->io, [&] {
    act(impl_->live->printer(index).printer());
    done.set_value();
  });
  done.get_future().wait();
}

Result<Nothing, Fault> Simulator::befall(const std::optional<std::string>& printer,
                                         const Act& act) {
  std::promise<Result<Nothing, Fault>> done;
  asio::post(impl_->io, [&] { done.set_value(impl_->live->befall(printer, act)); });
  return done.get_future().get();
}

void Simulator::serve_control(int input, int output) {
  asio::co_spawn(impl_->io, pf::sim::serve_control(impl_->io, input, output, *impl_->live),
                 asio::detached);
}

// Keys take a good part of a second each, so all processors make them.
Result<std::vector<Credentials>, Fault> Simulator::Impl::all_credentials() {
  const auto authority = CertificateAuthority::open(options.farm.folder, clock.unix_now());
  if (!authority) return authority.error();
  log.info("Reading or making certificates",
           {{"printers", static_cast<std::int64_t>(farm.size())}});
  std::vector<std::optional<Result<Credentials, Fault>>> results(farm.size());
  asio::thread_pool workers;
  for (std::size_t i = 0; i < farm.size(); ++i) {
    asio::post(workers, [&, i] {
      results[i] = authority->credentials(folder_of(farm[i]), farm[i].identity.serial_number,
                                          farm[i].model->certificate, clock.unix_now());
    });
  }
  workers.join();
  std::vector<Credentials> credentials;
  for (auto& result : results) {
    if (!*result) return result->error();
    credentials.push_back(std::move(**result));
  }
  return credentials;
}

Result<Nothing, Fault> Simulator::Impl::make_printers() {
  const auto credentials = all_credentials();
  if (!credentials) return credentials.error();
  const Surroundings surroundings{io, file_reader, clock, log};
  live.emplace(options.farm.folder, farm, clock, log);
  for (std::size_t i = 0; i < farm.size(); ++i) {
    const PrinterSettings settings{
        .speed = options.speed, .seed = random.next(), .report_interval = options.report_interval};
    auto printer =
        std::make_unique<LivePrinter>(surroundings, farm[i], settings, folder_of(farm[i]),
                                      options.card, make_tls_context((*credentials)[i]));
    printer->limit_uploads(options.upload_bytes_per_second);
    live->add(std::move(printer));
  }
  return Nothing{};
}

Result<Nothing, Fault> Simulator::Impl::open_printers() {
  if (options.ports.ftps == 0) {
    const bool allowed = may_open(io, farm.front().identity.ip_address, ftps_port_standard);
    options.ports.ftps = allowed ? ftps_port_standard : ftps_port_unprivileged;
  }
  return live->start(options.ports, options.notify);
}

void Simulator::Impl::tick() {
  live->tick();
  const auto interval = options.report_interval.value_or(tick_longest) / 2;
  timer.expires_after(std::clamp(interval, tick_shortest, tick_longest));
  timer.async_wait([this](error_code error) {
    if (!error) tick();
  });
}

}  // namespace pf::sim
