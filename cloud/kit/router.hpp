// All routes of the API, found by method and path. A literal segment wins over a parameter, so
// /api/printers/cleared can never be taken for the printer "cleared", whatever the order of adding.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/kit/route.hpp"
#include "cloud/ports/database.hpp"

namespace pf {

struct RouteEntry {
  Method method = Method::get;
  std::string path;  // "/api/printers/{id}": also the label of its metrics.
  std::optional<Role> least;
  std::function<Response(const Call&)> run;  // Empty for uploads.
  std::function<Answer<std::unique_ptr<Upload>>(const Caller&)> begin_upload;
  RateClass rate = RateClass::ordinary;
};

struct RouteMatch {
  const RouteEntry* entry = nullptr;
  std::vector<std::string> path_values;
};

class Router {
 public:
  Router() = default;
  // The handlers of /api run confined to their caller's organisation. Those of /auth are about the
  // person, who may belong to several.
  explicit Router(Database& confined) : confined_(&confined) {}

  template <class Module, std::size_t Count>
  void add(const std::array<Route<Module>, Count>& routes, Module& module) {
    for (const auto& route : routes) {
      RouteEntry entry{route.method, std::string(route.path), route.least, {}, {}, route.rate};
      if (route.run) {
        const auto confined = route.path.starts_with("/api/") ? confined_ : nullptr;
        entry.run = [confined, &module, run = route.run](const Call& call) {
          std::optional<Confinement> confinement;
          if (confined && call.caller) confinement.emplace(*confined, call.caller->tenant.value);
          return run(module, call);
        };
      } else {
        entry.begin_upload = [&module, begin = route.begin_upload](const Caller& caller) {
          return begin(module, caller);
        };
      }
      insert(std::move(entry));
    }
  }

  // 404 for an unknown path, 405 for a known one with another method.
  Answer<RouteMatch> match(Method method, std::string_view path) const;
  // The methods of a path, for the Allow field of a 405; none for an unknown path.
  std::vector<Method> methods(std::string_view path) const;
  const std::vector<std::unique_ptr<RouteEntry>>& entries() const { return entries_; }

 private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::map<Method, const RouteEntry*> methods;
  };
  void insert(RouteEntry entry);
  static const Node* descend(const Node& node, const std::vector<std::string_view>& segments,
                             std::size_t at, std::vector<std::string>& values);

  Database* const confined_ = nullptr;
  Node root_;
  std::vector<std::unique_ptr<RouteEntry>> entries_;
};

// Collects the descriptions of all modules' tables without needing the modules.
class ApiDescription {
 public:
  template <class Module, std::size_t Count>
  void add(const std::array<Route<Module>, Count>& table) {
    for (const auto& route : table) {
      auto description = named(route.method, route.path, route.handler);
      description.least = route.least;
      route.describe(description, model);
      routes.push_back(std::move(description));
    }
  }
  // A WebSocket message or another type that no route mentions.
  template <class T>
  void add_type() {
    model_of<T>(model);
  }

  TypeModel model;
  std::vector<RouteDescription> routes;

 private:
  static RouteDescription named(Method method, std::string_view path, std::string_view handler);
};

}  // namespace pf
