// Which names this server answers to and which web pages may act on it. A foreign name in Host is
// how a web page reaches a server on the visitor's own network (DNS rebinding).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace pf {

enum class Transport { plain, tls };

class Origins {
 public:
  Origins(std::string public_origin, std::vector<std::string> trusted_hosts, Transport transport);

  // People use https, here or at a proxy: cookies are Secure and prefixed.
  bool served_by_https() const;
  bool trusts_host(std::string_view host) const;
  // Whether a page of this origin is our own, for a request that called us `host`.
  bool is_ours(std::string_view origin, std::string_view host) const;

 private:
  std::string public_origin_;
  std::vector<std::string> trusted_hosts_;
  Transport transport_;
};

}  // namespace pf
