// Whether a TLS peer is the printer it should be. Printers' certificates have the serial as CN;
// their issuer is often unknown (new device CAs), and then the public key is pinned on first use.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "hub/core/streams.hpp"

namespace pf::hub::bambu {

enum class Verdict {
  trusted,       // Known issuer and the right serial.
  pinned,        // Unknown issuer, the key seen before.
  first_use,     // Unknown issuer, no key seen before.
  wrong_serial,  // Another printer has this address, or someone in between.
  changed        // Unknown issuer and another key than before.
};

inline Verdict judge(const PeerCertificate& peer, std::string_view serial,
                     const std::optional<std::string>& known_fingerprint) {
  if (peer.common_name != serial) return Verdict::wrong_serial;
  if (peer.chain_trusted) return Verdict::trusted;
  if (!known_fingerprint) return Verdict::first_use;
  return peer.fingerprint == *known_fingerprint ? Verdict::pinned : Verdict::changed;
}

}  // namespace pf::hub::bambu
