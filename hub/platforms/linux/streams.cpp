#include "hub/platforms/linux/streams.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cassert>

namespace pf::hub {

Streams::Streams(boost::asio::io_context& loop, const TlsClient& tls, StreamEventSink& sink)
    : loop_(loop), tls_(tls), sink_(sink) {}

Streams::~Streams() {
  for (const auto& [id, stream] : streams_) stream->abandon();
}

void Streams::perform(const StreamEffect& effect) {
  std::visit([this](const auto& wish) { on(wish); }, effect);
}

void Streams::deliver(StreamEvent event) {
  if (std::holds_alternative<StreamClosed>(event)) streams_.erase(stream_of(event));
  undelivered_.push_back(std::move(event));
  if (undelivered_.size() > 1) return;  // That turn is already asked for.
  boost::asio::post(loop_, [alive = std::weak_ptr<Streams*>(alive_)] {
    if (const auto streams = alive.lock()) (*streams)->hand_on();
  });
}

void Streams::hand_on() {
  auto events = std::exchange(undelivered_, {});
  for (auto& event : events) sink_.deliver(std::move(event));
}

void Streams::on(const TcpOpen& wish) {
  assert(!find(wish.stream) && "a generation is opened once");
  if (streams_.size() >= streams_max) {
    return deliver(
        StreamClosed{wish.stream, CloseReason::unreachable, "too many streams are open"});
  }
  const auto stream = std::make_shared<Stream>(loop_, wish.stream, *this);
  streams_[wish.stream] = stream;
  stream->open(wish);
}

void Streams::on(const TlsStart& wish) {
  const auto stream = find(wish.stream);
  if (!stream) return;
  const auto resumed = wish.resume_from ? find(*wish.resume_from) : nullptr;
  stream->start_tls(tls_, wish, resumed.get());
}

void Streams::on(const StreamWrite& wish) {
  if (const auto stream = find(wish.stream)) stream->write(wish.bytes);
}

void Streams::on(const StreamRead& wish) {
  if (const auto stream = find(wish.stream)) stream->grant(wish.credit);
}

void Streams::on(const StreamClose& wish) {
  if (const auto stream = find(wish.stream)) stream->close(wish.kind);
}

std::shared_ptr<Stream> Streams::find(const StreamId& id) const {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second;
}

}  // namespace pf::hub
