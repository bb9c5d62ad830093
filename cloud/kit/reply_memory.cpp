#include "cloud/kit/reply_memory.hpp"

#include <algorithm>

#include "cloud/kit/reply_memory_store.hpp"
#include "crypto/hash.hpp"
#include "protocol/json.hpp"

namespace pf {
namespace {

namespace store = reply_memory_store;

struct KeptField {
  std::string name, value;
  FIELDS(name, value)
};
struct KeptReply {
  std::string content_type, body;
  std::vector<KeptField> headers;
  FIELDS(content_type, body, headers)
};

// Visible ASCII, as a UUID or a random word is.
bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= idempotency_key_bytes_max &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// No part can be taken for another: path and query hold no line break.
std::string fingerprint_of(const Request& request) {
  return crypto::sha256_hex(request.path + "\n" + request.query + "\n" + request.body);
}

// A cookie is a secret of one sign-in, and a stored file has its own address.
std::optional<std::string> text_of(const Response& response) {
  if (!response.cookies.empty() || response.blob) return std::nullopt;
  KeptReply kept{response.content_type, response.body, {}};
  for (const auto& [name, value] : response.headers) kept.headers.push_back({name, value});
  auto text = json::encode(kept);
  if (text.size() > kept_reply_bytes_max) return std::nullopt;
  return text;
}

Response replayed(std::int64_t status, const std::string& text) {
  auto kept = json::decode<KeptReply>(text);
  if (!kept) throw DatabaseError("a kept reply is broken: " + kept.error().text());
  Response response{.status = static_cast<int>(status),
                    .content_type = std::move(kept->content_type),
                    .body = std::move(kept->body)};
  for (auto& [name, value] : kept->headers) {
    response.headers.emplace_back(std::move(name), std::move(value));
  }
  response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

Fault used_otherwise() {
  return {.status = 422,
          .says = "This Idempotency-Key was used for another request. Use a new key for each.",
          .type = "idempotency_key_reused"};
}

Fault without_reply(const store::Row& row, Millis now) {
  if (row.status) {
    return {.status = 409,
            .says =
                "This request was carried out already, but its reply was not kept. Look at "
                "what it made.",
            .type = "idempotency_reply_not_kept"};
  }
  if (now - row.created_at < answering_max.count()) {
    return {.status = 409,
            .says = "This request is being carried out. Ask again in a moment for its reply.",
            .type = "idempotency_in_progress",
            .retry_after = Seconds{1}};
  }
  return {.status = 409,
          .says =
              "This request was interrupted, and nobody knows how far it came. Look whether it "
              "took effect before you send it again with a new key.",
          .type = "idempotency_interrupted"};
}

}  // namespace

struct ReplyMemory::Place : store::Key {
  std::string row_id() const { return asked_by + "\n" + route + "\n" + idempotency_key; }
  SecretPlace secret(const std::string& id) const {
    return {"idempotency_keys", id, "sealed_reply"};
  }
};

Response ReplyMemory::once(const Caller& caller, std::string_view route, const Request& request,
                           std::string_view key, const std::function<Response()>& answer) {
  if (!is_key(key)) {
    return problem({400, "The Idempotency-Key must be 1 to 128 visible ASCII characters."},
                   caller.request_id);
  }
  const auto asked_by = caller.api_key_id ? "key " + *caller.api_key_id : "user " + caller.user_id;
  const Place place{{caller.tenant, asked_by, std::string(route), std::string(key)}};
  if (auto known = known_reply(place, caller, request)) return std::move(*known);
  Response response;
  try {
    response = answer();
  } catch (const DatabaseUnavailable&) {
    settle(place, {.status = 503});  // Nothing was written.
    throw;
  }
  settle(place, response);
  return response;
}

std::optional<Response> ReplyMemory::known_reply(const Place& place, const Caller& caller,
                                                 const Request& request) {
  const auto now = clock_.unix_now();
  const store::Row fresh{.request_sha256 = fingerprint_of(request), .created_at = now.milliseconds};
  return database_.writing([&](Transaction& db) -> std::optional<Response> {
    if (store::insert(db, place, fresh, now.milliseconds - reply_kept.count())) {
      return std::nullopt;
    }
    const auto row = store::find(db, place);
    if (!row) throw DatabaseError("a remembered request is gone");
    if (row->request_sha256 != fresh.request_sha256) {
      return problem(used_otherwise(), caller.request_id);
    }
    if (!row->sealed_reply) {
      return problem(without_reply(*row, now.milliseconds), caller.request_id);
    }
    const auto id = place.row_id();
    const auto text = secrets_.open(db, place.tenant, place.secret(id), *row->sealed_reply);
    return replayed(*row->status, text);
  });
}

// A reply that cannot be written down is given all the same: the work is done.
void ReplyMemory::settle(const Place& place, const Response& response) {
  try {
    database_.write([&](Transaction& db) {
      if (response.status >= 300) return store::remove(db, place);
      std::optional<Blob> sealed;
      const auto id = place.row_id();
      if (const auto text = text_of(response)) {
        sealed = secrets_.seal(db, place.tenant, place.secret(id), *text);
      }
      store::set_reply(db, place, response.status, sealed);
    });
  } catch (const DatabaseError&) {
  }
}

void ReplyMemory::forget_old() {
  const auto oldest = clock_.unix_now().milliseconds - reply_kept.count();
  database_.write([&](Transaction& db) { store::remove_older(db, oldest); });
}

}  // namespace pf
