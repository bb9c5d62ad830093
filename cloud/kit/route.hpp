// The route table: one line per route. A handler's own signature says what it takes and gives, and
// from it come parsing, validation (422 with the field's path), authorisation (403), the caller's
// organisation, OpenAPI and the TypeScript client.
//
//   constexpr auto job_routes() {
//     return std::to_array<Route<Jobs>>({
//         post<&Jobs::create>("/api/jobs", Role::operator_),
//         get<&Jobs::find>("/api/jobs/{id}", Role::viewer),
//     });
//   }
//
// A handler is Answer<Out> (Module::*)(const Caller&, ...) or, open to everybody,
// Answer<Out> (Module::*)(const Visitor&, ...). What follows is, by type: PathId (the path's
// parameters in order), int (a number in the path), a struct with is_query = true, or a body.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "cloud/kit/caller.hpp"
#include "cloud/kit/fault.hpp"
#include "cloud/kit/http.hpp"
#include "cloud/kit/query.hpp"
#include "cloud/kit/replies.hpp"
#include "cloud/kit/type_model.hpp"
#include "protocol/json.hpp"

namespace pf {

// One request on its way into a handler.
struct Call {
  const Request& request;
  const Visitor& visitor;
  const Caller* caller = nullptr;        // Absent for visitors' routes.
  std::vector<std::string> path_values;  // Of {id} and its like, in order.
};

struct RouteDescription {
  Method method = Method::get;
  std::string path;
  std::string module;     // "printers"
  std::string operation;  // "update"
  std::optional<Role> least;
  int success_status = 200;
  bool upload = false, download = false;
  std::optional<TypeRef> query, body, reply;
  int path_parameters = 0;
};

// ---- arguments: from a call to what the handler's parameter wants ----

template <class T>
concept QueryStruct = requires {
  requires T::is_query;
};

template <class T>
Answer<T> argument_of(const Call& call, std::size_t& next_path_value) {
  if constexpr (std::is_same_v<T, PathId>) {
    return PathId{call.path_values.at(next_path_value++)};
  } else if constexpr (std::is_same_v<T, int>) {
    return path_number(call.path_values.at(next_path_value++));
  } else if constexpr (QueryStruct<T>) {
    return decode_query<T>(call.request.query);
  } else {
    if (!call.request.content_type.starts_with("application/json")) {
      return Fault{415, "Send the body as JSON, with Content-Type: application/json."};
    }
    auto body = json::decode<T>(call.request.body, {.unknown_keys = json::UnknownKeys::refuse});
    if (body) return std::move(*body);
    return invalid(body.error().field, body.error().says);
  }
}

// ---- replies: from what a handler gives to a response ----

template <class Out>
struct ReplyOf {  // A plain described struct.
  static constexpr int status = 200;
  using Body = Out;
  static Response response(Out&& out) {
    Response response{.body = json::encode(out)};
    if constexpr (requires { out.updated_at; }) {
      response.headers.emplace_back("ETag", "\"" + std::to_string(out.updated_at) + "\"");
    }
    return response;
  }
};
template <class T>
struct ReplyOf<Created<T>> {
  static constexpr int status = 201;
  using Body = T;
  static Response response(Created<T>&& out) {
    auto response = ReplyOf<T>::response(std::move(out.body));
    response.status = 201;
    response.headers.emplace_back("Location", std::move(out.location));
    return response;
  }
};
template <>
struct ReplyOf<Done> {
  static constexpr int status = 204;
  using Body = void;
  static Response response(Done&&) { return {.status = 204}; }
};
template <>
struct ReplyOf<Accepted> {
  static constexpr int status = 202;
  using Body = Accepted;
  static Response response(Accepted&& out) { return {.status = 202, .body = json::encode(out)}; }
};
template <class T>
struct ReplyOf<WithCookies<T>> {
  static constexpr int status = ReplyOf<T>::status;
  using Body = typename ReplyOf<T>::Body;
  static Response response(WithCookies<T>&& out) {
    auto response = ReplyOf<T>::response(std::move(out.body));
    response.cookies = std::move(out.cookies);
    return response;
  }
};
template <>
struct ReplyOf<BlobReply> {
  static constexpr int status = 200;
  using Body = BlobReply;
  static Response response(BlobReply&& out) {
    Response response{.content_type = std::move(out.content_type), .blob = std::move(out.blob)};
    response.headers.emplace_back("Cache-Control", out.immutable
                                                       ? "private, max-age=31536000, immutable"
                                                       : "private, no-cache");
    return response;
  }
};

// ---- a handler's shape, read from its signature ----

template <class Handler>
struct Shape;

template <class M, class Out, class Who, class... Args>
struct Shape<Answer<Out> (M::*)(const Who&, Args...)> {
  using Module = M;
  static constexpr bool is_public = std::is_same_v<Who, Visitor>;

  template <auto Handler>
  static Response run(M& module, const Call& call) {
    [[maybe_unused]] std::size_t next_path_value = 0;
    std::optional<Fault> fault;
    // Braced initialisation keeps the arguments' order: path values are taken from left to right.
    std::tuple<std::optional<std::remove_cvref_t<Args>>...> arguments{
        take<std::remove_cvref_t<Args>>(call, next_path_value, fault)...};
    if (fault) return problem(*fault, call.visitor.request_id);
    auto answer = std::apply(
        [&](auto&... argument) { return (module.*Handler)(who(call), *argument...); }, arguments);
    if (!answer) return problem(answer.error(), call.visitor.request_id);
    return ReplyOf<Out>::response(std::move(*answer));
  }

  static void describe(RouteDescription& route, TypeModel& model) {
    (describe_argument<std::remove_cvref_t<Args>>(route, model), ...);
    route.success_status = ReplyOf<Out>::status;
    using Body = typename ReplyOf<Out>::Body;
    if constexpr (std::is_same_v<Body, BlobReply>) {
      route.download = true;
    } else if constexpr (!std::is_void_v<Body>) {
      route.reply = model_of<Body>(model);
    }
  }

 private:
  static const Who& who(const Call& call) {
    if constexpr (is_public) {
      return call.visitor;
    } else {
      return *call.caller;
    }
  }
  template <class T>
  static std::optional<T> take(const Call& call, std::size_t& next_path_value,
                               std::optional<Fault>& fault) {
    if (fault) return std::nullopt;
    auto argument = argument_of<T>(call, next_path_value);
    if (argument) return std::move(*argument);
    fault = argument.error();
    return std::nullopt;
  }
  template <class T>
  static void describe_argument(RouteDescription& route, TypeModel& model) {
    if constexpr (std::is_same_v<T, PathId> || std::is_same_v<T, int>) {
      ++route.path_parameters;
    } else if constexpr (QueryStruct<T>) {
      route.query = model_of<T>(model);
    } else {
      route.body = model_of<T>(model);
    }
  }
};

// ---- the table's lines ----

// How often somebody may ask: limits are counted per class, so that a farm's bulk work cannot lock
// its people out, nor guessing passwords hide among ordinary requests.
enum class RateClass { sign_in, ordinary, bulk, upload, socket };
WORDS(RateClass, sign_in, ordinary, bulk, upload, socket)

template <class Module>
struct Route {
  Method method;
  std::string_view path;
  std::optional<Role> least;  // Absent: open to everybody.
  std::string_view handler;   // "&pf::Printers::update", from the compiler.
  Response (*run)(Module&, const Call&);
  // For streamed uploads, instead of run.
  Answer<std::unique_ptr<Upload>> (*begin_upload)(Module&, const Caller&);
  void (*describe)(RouteDescription&, TypeModel&);
  RateClass rate = RateClass::ordinary;
};

// Marks a route of which one call does the work of many.
template <class Module>
constexpr Route<Module> bulk(Route<Module> route) {
  route.rate = RateClass::bulk;
  return route;
}

template <auto Handler>
constexpr std::string_view handler_name() {
  constexpr std::string_view text = __PRETTY_FUNCTION__;
  constexpr auto begin = text.find("Handler = ") + 10;
  constexpr auto end = text.find_first_of(";]", begin);
  return text.substr(begin, end - begin);
}

template <auto Handler, class S = Shape<decltype(Handler)>>
constexpr Route<typename S::Module> route(Method method, std::string_view path,
                                          std::optional<Role> least) {
  return {method,
          path,
          least,
          handler_name<Handler>(),
          &S::template run<Handler>,
          nullptr,
          &S::describe,
          S::is_public && method == Method::post ? RateClass::sign_in : RateClass::ordinary};
}

// Routes for callers name the least role; visitors' routes name none.
template <auto Handler>
requires(!Shape<decltype(Handler)>::is_public) constexpr auto get(std::string_view path,
                                                                  Role least) {
  return route<Handler>(Method::get, path, least);
}
template <auto Handler>
requires(!Shape<decltype(Handler)>::is_public) constexpr auto post(std::string_view path,
                                                                   Role least) {
  return route<Handler>(Method::post, path, least);
}
template <auto Handler>
requires(!Shape<decltype(Handler)>::is_public) constexpr auto put(std::string_view path,
                                                                  Role least) {
  return route<Handler>(Method::put, path, least);
}
template <auto Handler>
requires(!Shape<decltype(Handler)>::is_public) constexpr auto patch(std::string_view path,
                                                                    Role least) {
  return route<Handler>(Method::patch, path, least);
}
template <auto Handler>
requires(!Shape<decltype(Handler)>::is_public) constexpr auto remove(std::string_view path,
                                                                     Role least) {
  return route<Handler>(Method::delete_, path, least);
}
template <auto Handler>
requires(Shape<decltype(Handler)>::is_public) constexpr auto open_get(std::string_view path) {
  return route<Handler>(Method::get, path, std::nullopt);
}
template <auto Handler>
requires(Shape<decltype(Handler)>::is_public) constexpr auto open_post(std::string_view path) {
  return route<Handler>(Method::post, path, std::nullopt);
}

// A multipart/form-data upload with one part "file", streamed into what the handler gives.
// Stored is what finish() answers with 201.
template <class Stored, class Module,
          Answer<std::unique_ptr<Upload>> (Module::*Begin)(const Caller&)>
constexpr Route<Module> upload_route(std::string_view path, Role least, std::string_view name) {
  return {Method::post,
          path,
          least,
          name,
          nullptr,
          [](Module& module, const Caller& caller) { return (module.*Begin)(caller); },
          [](RouteDescription& route, TypeModel& model) {
            route.upload = true;
            route.success_status = 201;
            route.reply = model_of<Stored>(model);
          },
          RateClass::upload};
}

}  // namespace pf
