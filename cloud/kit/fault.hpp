// A caller's mistake, as a value: an HTTP status and a sentence that says what to do next. A broken
// world (disk, database) throws instead and is caught once, at the edge.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace pf {

struct Fault {
  int status = 400;
  std::string says;
  std::string field = {};  // Path of the offending field for 422; empty otherwise.
  // One word for programs that must tell this fault from others of its status ("totp_required").
  std::string type = {};
  std::optional<Seconds> retry_after = {};  // For 429 and 503.
};

template <class T>
using Answer = Result<T, Fault>;

inline Fault not_found(std::string_view what) {
  // The same words for an unknown id and for another organisation's: neither may be told apart.
  return {404, "There is no such " + std::string(what) + ". It may have been removed."};
}
inline Fault conflict(std::string says) { return {409, std::move(says)}; }
// For an API key of some printers only, where the deed concerns more than those.
inline Fault limited_key() {
  return {403, "This API key is limited to some printers. Use one without that limit."};
}
inline Fault invalid(std::string field, std::string says) {
  return {422, std::move(says), std::move(field)};
}

}  // namespace pf
