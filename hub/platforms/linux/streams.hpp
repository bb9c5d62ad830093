// The TCP and TLS client streams that the core's effects ask for. Events reach the sink in a later
// turn of the loop, never from within perform(): whoever hears of bytes may ask for more at once.
#pragma once
#include <deque>
#include <map>
#include <memory>

#include "hub/platforms/linux/stream.hpp"

namespace pf::hub {

inline constexpr std::size_t streams_max = 64;

class Streams final : public StreamEventSink {
 public:
  Streams(boost::asio::io_context& loop, const TlsClient& tls, StreamEventSink& sink);
  ~Streams() override;

  // An effect on a stream that is closed already has crossed its StreamClosed: it is dropped.
  void perform(const StreamEffect& effect);
  std::size_t open_count() const { return streams_.size(); }

 private:
  void deliver(StreamEvent event) override;

  void on(const TcpOpen& wish);
  void on(const TlsStart& wish);
  void on(const StreamWrite& wish);
  void on(const StreamRead& wish);
  void on(const StreamClose& wish);
  void hand_on();
  std::shared_ptr<Stream> find(const StreamId& id) const;

  boost::asio::io_context& loop_;
  const TlsClient& tls_;
  StreamEventSink& sink_;
  std::deque<StreamEvent> undelivered_;
  // Lets a turn of the loop that was asked for find out that we are gone.
  std::shared_ptr<Streams*> alive_ = std::make_shared<Streams*>(this);
  std::map<StreamId, std::shared_ptr<Stream>> streams_;
};

}  // namespace pf::hub
