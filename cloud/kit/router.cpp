#include "cloud/kit/router.hpp"

#include <algorithm>
#include <stdexcept>

namespace pf {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // The slash.
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

}  // namespace

void Router::insert(RouteEntry entry) {
  auto owned = std::make_unique<RouteEntry>(std::move(entry));
  Node* node = &root_;
  for (const auto segment : segments_of(owned->path)) {
    auto& next = is_parameter(segment) ? node->parameter : node->literals[std::string(segment)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  if (!node->methods.emplace(owned->method, owned.get()).second) {
    throw std::logic_error("two routes for " + owned->path);
  }
  entries_.push_back(std::move(owned));
}

const Router::Node* Router::descend(const Node& node, const std::vector<std::string_view>& segments,
                                    std::size_t at, std::vector<std::string>& values) {
  if (at == segments.size()) return node.methods.empty() ? nullptr : &node;
  if (const auto literal = node.literals.find(segments[at]); literal != node.literals.end()) {
    if (const auto* found = descend(*literal->second, segments, at + 1, values)) return found;
  }
  if (!node.parameter || segments[at].empty()) return nullptr;
  values.emplace_back(segments[at]);
  if (const auto* found = descend(*node.parameter, segments, at + 1, values)) return found;
  values.pop_back();
  return nullptr;
}

Answer<RouteMatch> Router::match(Method method, std::string_view path) const {
  RouteMatch match;
  if (!path.starts_with('/')) return not_found("address");
  const auto* node = descend(root_, segments_of(path), 0, match.path_values);
  if (!node) return not_found("address");
  const auto found = node->methods.find(method);
  if (found == node->methods.end()) {
    return Fault{405, "This address exists, but not for this method."};
  }
  match.entry = found->second;
  return match;
}

std::vector<Method> Router::methods(std::string_view path) const {
  std::vector<std::string> ignored;
  std::vector<Method> methods;
  if (!path.starts_with('/')) return methods;
  if (const auto* node = descend(root_, segments_of(path), 0, ignored)) {
    for (const auto& [method, entry] : node->methods) methods.push_back(method);
  }
  return methods;
}

RouteDescription ApiDescription::named(Method method, std::string_view path,
                                       std::string_view handler) {
  // "&pf::Printers::update" is module printers, operation update.
  const auto last = handler.rfind("::");
  const auto before = handler.rfind("::", last - 1);
  std::string module(handler.substr(before + 2, last - before - 2));
  std::transform(module.begin(), module.end(), module.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  RouteDescription description;
  description.method = method;
  description.path = path;
  description.module = std::move(module);
  description.operation = shown_name(handler.substr(last + 2));
  return description;
}

}  // namespace pf
