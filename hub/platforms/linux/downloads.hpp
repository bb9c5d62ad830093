// Downloads from the cloud, bounded: at most download_buffer_bytes of a file are held here, and the
// server is not read from while the core wants nothing.
#pragma once
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>

#include "hub/platforms/linux/download_reader.hpp"
#include "hub/platforms/linux/event_sink.hpp"
#include "hub/platforms/linux/streams.hpp"

namespace pf::hub {

inline constexpr std::size_t simultaneous_downloads_max = 8;
inline constexpr std::size_t download_buffer_bytes = 64 * 1024;
inline constexpr Milliseconds download_stall_deadline{30'000};

struct DownloadLimits {
  Milliseconds connect = connect_deadline;
  Milliseconds stall = download_stall_deadline;  // Without a byte, while we wait for one.
};

class Downloads final : public StreamEventSink {
 public:
  Downloads(boost::asio::io_context& loop, const TlsClient& tls, Origin origin, EventSink& sink,
            DownloadLimits limits = {});

  void perform(const Download& wish);
  void perform(const DownloadRead& wish);
  void perform(const DownloadStop& wish);

 private:
  struct Running {
    Running(boost::asio::io_context& loop, const Download& wish, std::string request_text)
        : id(wish.download),
          stream{0, 0, wish.download},
          request(std::move(request_text)),
          reader(wish.offset),
          stall_timer(loop) {}

    std::uint32_t id;
    StreamId stream;
    std::string request;
    DownloadReader reader;
    boost::asio::steady_timer stall_timer;
    std::string buffered;
    std::uint64_t credit = 0;  // The core still takes so many bytes.
    std::size_t granted = 0;   // The stream may still bring so many.
    std::optional<DownloadResult> result;
  };

  void deliver(StreamEvent event) override;
  void on(Running& running, const StreamOpened& opened);
  void on(Running& running, const TlsReady& ready);
  void on(Running& running, const StreamData& data);
  void on(Running& running, const StreamWritten&) { start_stall_timer(running); }
  void on(Running& running, const StreamClosed& closed);

  void send_request(Running& running);
  void pass_on(Running& running);
  void read_more(Running& running);
  void start_stall_timer(Running& running);
  void on_stall_timer(std::uint32_t download);
  void end(std::uint32_t download, DownloadResult result);

  boost::asio::io_context& loop_;
  const Origin origin_;
  EventSink& sink_;
  const DownloadLimits limits_;
  Streams streams_;
  std::map<std::uint32_t, std::unique_ptr<Running>> running_;
};

}  // namespace pf::hub
