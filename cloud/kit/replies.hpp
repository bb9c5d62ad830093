// What a handler may give besides a plain described struct (which is 200 with that JSON).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cloud/kit/http.hpp"
#include "protocol/hub_messages.hpp"

namespace pf {

// 201 with the object and its address.
template <class T>
struct Created {
  T body;
  std::string location;
};

// 204.
struct Done {};

// 202: written down; the outcome arrives on /ws/dashboard and at GET /api/commands/{id}.
struct Accepted {
  CommandId command_id;
  FIELDS(command_id)
};

inline constexpr int page_limit_default = 50;
inline constexpr int page_limit_max = 500;

// A part of a list; next_cursor is absent on the last.
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next_cursor;
  FIELDS(items, next_cursor)
};

// 200 (or 204 for Done) that also sets cookies.
template <class T>
struct WithCookies {
  T body;
  std::vector<Cookie> cookies;
};

// 200 or 206 with a stored blob's bytes.
struct BlobReply {
  BlobBody blob;
  std::string content_type;
  bool immutable = false;  // May be cached for ever: the address changes with the content.
};

}  // namespace pf
