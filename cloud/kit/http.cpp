#include "cloud/kit/http.hpp"

#include "protocol/json.hpp"

namespace pf {
namespace {

struct ProblemField {
  std::string field;
  std::string says;
  FIELDS(field, says)
};
struct Problem {
  std::string type_;
  std::string title;
  int status = 0;
  std::string detail;
  std::string request_id;
  std::optional<std::vector<ProblemField>> errors;
  FIELDS(type_, title, status, detail, request_id, errors)
};

std::string_view title_of(int status) {
  switch (status) {
    case 400: return "Bad request";
    case 401: return "Not signed in";
    case 403: return "Not allowed";
    case 404: return "Not found";
    case 405: return "Method not allowed";
    case 408: return "Too slow";
    case 409: return "Conflict";
    case 412: return "Changed meanwhile";
    case 413: return "Too large";
    case 415: return "Unsupported media type";
    case 422: return "Invalid field";
    case 429: return "Too many requests";
    case 503: return "Not available now";
    case 507: return "Storage is full";
    default: return "Internal error";
  }
}

}  // namespace

Response problem(const Fault& fault, std::string_view request_id) {
  Problem body{fault.type.empty() ? "about:blank" : fault.type,
               std::string(title_of(fault.status)),
               fault.status,
               fault.says,
               std::string(request_id),
               std::nullopt};
  if (!fault.field.empty()) {
    body.detail = fault.field + " " + fault.says + ".";
    body.errors = std::vector<ProblemField>{{fault.field, fault.says}};
  }
  Response response{.status = fault.status,
                    .content_type = "application/problem+json",
                    .body = json::encode(body)};
  if (fault.retry_after) {
    response.headers.emplace_back("Retry-After", std::to_string(fault.retry_after->count()));
  }
  return response;
}

}  // namespace pf
