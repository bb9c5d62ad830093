#include "hub/platforms/linux/downloads.hpp"

#include <boost/asio/io_context.hpp>

namespace pf::hub {
namespace {

std::string why_closed(const StreamClosed& closed) {
  switch (closed.reason) {
    case CloseReason::refused: return "the cloud refuses connections: " + closed.detail;
    case CloseReason::timed_out: return "the cloud does not answer: " + closed.detail;
    case CloseReason::tls_failed: return "no secure connection to the cloud: " + closed.detail;
    case CloseReason::closed_by_peer:
    case CloseReason::closed_by_us:
    case CloseReason::unreachable:
    case CloseReason::reset: return "the connection to the cloud broke: " + closed.detail;
  }
  return closed.detail;
}

}  // namespace

Downloads::Downloads(boost::asio::io_context& loop, const TlsClient& tls, Origin origin,
                     EventSink& sink, DownloadLimits limits)
    : loop_(loop),
      origin_(std::move(origin)),
      sink_(sink),
      limits_(limits),
      streams_(loop, tls, *this) {}

void Downloads::perform(const Download& wish) {
  const auto fail = [&](DownloadFailure failure, std::string detail) {
    sink_.deliver(DownloadEnded{wish.download, failure, std::move(detail)});
  };
  auto request = download_request(origin_, wish.url, wish.offset);
  if (!request) return fail(DownloadFailure::refused, "the address is not a path on the cloud");
  if (running_.size() >= simultaneous_downloads_max) {
    return fail(DownloadFailure::unreachable, "too many downloads are running");
  }
  auto& running = running_[wish.download];
  running = std::make_unique<Running>(loop_, wish, std::move(*request));
  streams_.perform(TcpOpen{running->stream, origin_.host, origin_.port, limits_.connect});
}

void Downloads::perform(const DownloadRead& wish) {
  const auto found = running_.find(wish.download);
  if (found == running_.end()) return;
  found->second->credit += wish.credit;
  pass_on(*found->second);
}

void Downloads::perform(const DownloadStop& wish) {
  const auto found = running_.find(wish.download);
  if (found == running_.end()) return;
  const StreamId stream = found->second->stream;
  running_.erase(found);
  streams_.perform(StreamClose{stream, CloseKind::abort});
}

void Downloads::deliver(StreamEvent event) {
  const auto found = running_.find(stream_of(event).generation);
  if (found == running_.end()) return;
  std::visit([&](const auto& one) { on(*found->second, one); }, event);
}

void Downloads::on(Running& running, const StreamOpened&) {
  if (!origin_.secure) return send_request(running);
  streams_.perform(TlsStart{running.stream, origin_.host, TlsCap::tls_1_3, std::nullopt});
}

void Downloads::on(Running& running, const TlsReady&) { send_request(running); }

void Downloads::send_request(Running& running) {
  streams_.perform(StreamWrite{running.stream, running.request});
  read_more(running);
}

void Downloads::on(Running& running, const StreamData& data) {
  running.granted -= data.bytes.size();
  running.buffered += running.reader.take(data.bytes);
  if (running.reader.result()) running.result = running.reader.result();
  start_stall_timer(running);
  pass_on(running);
}

void Downloads::on(Running& running, const StreamClosed& closed) {
  if (running.result) return;
  if (closed.reason == CloseReason::closed_by_peer) {
    running.reader.on_end_of_stream();
    running.result = running.reader.result();
  } else {
    running.result = DownloadResult{DownloadFailure::unreachable, why_closed(closed)};
  }
  pass_on(running);
}

// The end is told only after the last byte before it was taken.
void Downloads::pass_on(Running& running) {
  const auto size = std::min<std::uint64_t>(running.credit, running.buffered.size());
  if (size > 0) {
    std::string bytes = running.buffered.substr(0, static_cast<std::size_t>(size));
    running.buffered.erase(0, bytes.size());
    running.credit -= size;
    sink_.deliver(DownloadData{running.id, std::move(bytes)});
  }
  if (running.result && running.buffered.empty()) return end(running.id, *running.result);
  read_more(running);
}

void Downloads::read_more(Running& running) {
  if (running.result) return;
  const std::size_t held = running.buffered.size() + running.granted;
  const std::size_t room = download_buffer_bytes - std::min(held, download_buffer_bytes);
  if (room < stream_read_credit) return;
  if (running.granted == 0) start_stall_timer(running);  // From here on it is the server's turn.
  running.granted += room;
  streams_.perform(StreamRead{running.stream, static_cast<std::uint32_t>(room)});
}

void Downloads::start_stall_timer(Running& running) {
  running.stall_timer.expires_after(limits_.stall);
  running.stall_timer.async_wait(
      [this, download = running.id](const boost::system::error_code& error) {
        if (!error) on_stall_timer(download);
      });
}

void Downloads::on_stall_timer(std::uint32_t download) {
  const auto found = running_.find(download);
  if (found == running_.end() || found->second->result) return;
  // With nothing granted it is us, or the printer, that the server waits for.
  if (found->second->granted == 0) return start_stall_timer(*found->second);
  end(download,
      {DownloadFailure::stalled,
       "the cloud sent nothing for " + std::to_string(limits_.stall.count() / 1000) + " seconds"});
}

void Downloads::end(std::uint32_t download, DownloadResult result) {
  perform(DownloadStop{download});
  sink_.deliver(DownloadEnded{download, result.failure, std::move(result.detail)});
}

}  // namespace pf::hub
