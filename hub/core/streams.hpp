// Byte streams as the hub's core and its drivers see them: numbers, events and effects. The
// platform owns the sockets. Every buffer is bounded by credit: a stream delivers nothing until it
// is granted credit, and a writer may have at most stream_unwritten_max bytes on their way.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/time.hpp"

namespace pf::hub {

inline constexpr std::uint32_t stream_read_credit = 16 * 1024;
inline constexpr std::size_t stream_unwritten_max = 64 * 1024;
inline constexpr Milliseconds connect_deadline{10'000};

// Which printer's slot, which of its channels, and the how-manieth opening of it: an event of an
// earlier opening is recognised by its generation and dropped.
struct StreamId {
  std::uint8_t slot = 0;
  std::uint8_t channel = 0;
  std::uint32_t generation = 0;
  friend auto operator<=>(const StreamId&, const StreamId&) = default;
};

// ---- effects: what the core asks of the platform ----

struct TcpOpen {
  StreamId stream;
  std::string host;
  std::uint16_t port = 0;
  Milliseconds deadline = connect_deadline;  // Covers TCP and TLS together.
};

enum class TlsCap { tls_1_2, tls_1_3 };

// TLS over an opened stream, as a client. Never checks host names: printers' certificates carry the
// serial as CN and no SAN. The platform verifies the chain against known roots and says so.
struct TlsStart {
  StreamId stream;
  std::string server_name;  // SNI: the serial.
  TlsCap cap = TlsCap::tls_1_2;
  std::optional<StreamId> resume_from;  // Offer this open stream's TLS session (FTPS data).
};

struct StreamWrite {
  StreamId stream;
  std::string bytes;
};

// Grants that many more bytes to be delivered.
struct StreamRead {
  StreamId stream;
  std::uint32_t credit = stream_read_credit;
};

enum class CloseKind {
  orderly,  // Deliver what was written, TLS close_notify, FIN; do not wait for the peer's.
  abort     // At once.
};
struct StreamClose {
  StreamId stream;
  CloseKind kind = CloseKind::orderly;
};

using StreamEffect = std::variant<TcpOpen, TlsStart, StreamWrite, StreamRead, StreamClose>;

// ---- events: what the platform tells the core ----

struct StreamOpened {  // TCP is connected. Plain streams may be written now.
  StreamId stream;
};

struct PeerCertificate {
  std::string common_name;
  std::string fingerprint;     // SHA-256 of the public key (SPKI), lower-case hex.
  bool chain_trusted = false;  // Leads to a root in the platform's list.
};
struct TlsReady {
  StreamId stream;
  PeerCertificate peer;
  bool session_reused = false;
};

struct StreamData {
  StreamId stream;
  std::string bytes;
};

struct StreamWritten {  // The next bytes of the written ones have left.
  StreamId stream;
  std::size_t bytes = 0;
};

enum class CloseReason {
  closed_by_peer,
  closed_by_us,
  refused,
  unreachable,
  timed_out,
  tls_failed,
  reset
};
struct StreamClosed {  // The last event of a stream, also of one that never opened.
  StreamId stream;
  CloseReason reason = CloseReason::closed_by_peer;
  std::string detail;  // For the log.
};

using StreamEvent = std::variant<StreamOpened, TlsReady, StreamData, StreamWritten, StreamClosed>;

inline StreamId stream_of(const StreamEvent& event) {
  return std::visit([](const auto& one) { return one.stream; }, event);
}

}  // namespace pf::hub
