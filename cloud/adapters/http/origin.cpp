#include "cloud/adapters/http/origin.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "cloud/adapters/http/request_head.hpp"

namespace pf {
namespace {

constexpr std::string_view https = "https://";

std::string_view without_scheme(std::string_view origin) {
  const auto scheme = origin.find("://");
  return scheme == std::string_view::npos ? origin : origin.substr(scheme + 3);
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_address(std::string_view name) {
  in_addr four;
  in6_addr six;
  if (name.starts_with('[') && name.ends_with(']')) {
    return inet_pton(AF_INET6, std::string(name.substr(1, name.size() - 2)).c_str(), &six) == 1;
  }
  return inet_pton(AF_INET, std::string(name).c_str(), &four) == 1;
}

}  // namespace

Origins::Origins(std::string public_origin, std::vector<std::string> trusted_hosts,
                 Transport transport)
    : public_origin_(std::move(public_origin)),
      trusted_hosts_(std::move(trusted_hosts)),
      transport_(transport) {}

bool Origins::served_by_https() const {
  return transport_ == Transport::tls || public_origin_.starts_with(https);
}

bool Origins::trusts_host(std::string_view host) const {
  const auto name = without_port(host);
  const auto names = [name](std::string_view other) {
    return equal_ignoring_case(name, without_port(other));
  };
  return is_address(name) || names("localhost") ||
         (!public_origin_.empty() && names(without_scheme(public_origin_))) ||
         std::any_of(trusted_hosts_.begin(), trusted_hosts_.end(), names);
}

bool Origins::is_ours(std::string_view origin, std::string_view host) const {
  if (!public_origin_.empty() && equal_ignoring_case(origin, public_origin_)) return true;
  if (!trusts_host(host) || !equal_ignoring_case(without_scheme(origin), host)) return false;
  // Where https is spoken, a page that came over plain http may be anybody's.
  if (served_by_https()) return origin.starts_with(https);
  return origin.starts_with(https) || origin.starts_with("http://");
}

}  // namespace pf
