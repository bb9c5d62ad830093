#include "bench/farm.hpp"

#include <algorithm>

#include "bench/http_client.hpp"
#include "bench/post_batch.hpp"
#include "bench/progress.hpp"

namespace pf::bench {
namespace {

constexpr Milliseconds poll_step{20};
constexpr std::size_t password_bytes = 16;

// What of the API's bodies is needed here.
struct Registration {
  std::string email, password, name, organization_name;
  FIELDS(email, password, name, organization_name)
};
struct SignedIn {
  std::string access_token;
  FIELDS(access_token)
};
struct ClaimToken {
  std::string claim_token;
  FIELDS(claim_token)
};
struct NewPrinter {
  std::string hub_id, name, serial_number, ip_address, access_code, model;
  FIELDS(hub_id, name, serial_number, ip_address, access_code, model)
};

std::string serial_of(std::size_t printer) {
  auto number = std::to_string(printer);
  return "BENCH" + std::string(10 - number.size(), '0') + number;
}

}  // namespace

Farm::Farm(Poller& poller, Random& random, std::size_t hubs, std::size_t organizations)
    : poller_(poller), random_(random), organizations_(organizations) {
  const auto now = SystemClock{}.unix_now();
  for (std::size_t i = 0; i < hubs; ++i) {
    std::vector<BusyPrinter> printers;
    for (std::size_t p = 0; p < printers_per_hub_max; ++p) {
      const auto number = i * printers_per_hub_max + p;
      printers.emplace_back(number, serial_of(number), now);
    }
    hubs_.push_back(std::make_unique<HubClient>(poller, random, std::move(printers)));
  }
  for (std::size_t i = 0; i < organizations; ++i) {
    const auto first = i * hubs / organizations, next = (i + 1) * hubs / organizations;
    organizations_[i].first_hub = first;
    organizations_[i].hub_count = next - first;
  }
}

void Farm::set_up(std::uint16_t port) {
  register_owners(port);
  open_hubs(port, mint_claim_tokens(port));
  add_printers(port);
}

void Farm::register_owners(std::uint16_t port) {
  std::vector<Post> posts;
  for (std::size_t i = 0; i < organizations_.size(); ++i) {
    const Registration owner{"owner" + std::to_string(i) + "@bench.example",
                             base32_token(random_, password_bytes), "Owner",
                             "Farm " + std::to_string(i)};
    posts.push_back({"/auth/register", json::encode(owner), ""});
  }
  const auto answers = PostBatch(port, std::move(posts)).finish();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    organizations_[i].access_token = reply_of<SignedIn>(answers[i]).access_token;
  }
}

std::vector<std::string> Farm::mint_claim_tokens(std::uint16_t port) {
  std::vector<Post> posts;
  for (const auto& organization : organizations_) {
    posts.insert(posts.end(), organization.hub_count,
                 {"/api/hubs/claim", "{}", organization.access_token});
  }
  std::vector<std::string> tokens;
  for (const auto& answer : PostBatch(port, std::move(posts)).finish()) {
    tokens.push_back(reply_of<ClaimToken>(answer).claim_token);
  }
  return tokens;
}

void Farm::open_hubs(std::uint16_t port) { open_hubs(port, {}); }

void Farm::open_hubs(std::uint16_t port, std::vector<std::string> claim_tokens) {
  Progress progress(claim_tokens.empty() ? "hubs connected" : "hubs claimed");
  claim_tokens.resize(hubs_.size());
  std::vector<HubClient*> opening;
  for (std::size_t begun = 0; begun < hubs_.size() || !opening.empty();) {
    while (begun < hubs_.size() && opening.size() < openings_at_once_max) {
      opening.push_back(hubs_[begun].get());
      opening.back()->open(port, std::move(claim_tokens[begun++]));
    }
    poller_.poll(poll_step);
    std::erase_if(opening, [](const HubClient* hub) { return hub->is_open(); });
    progress.reached(begun - opening.size(), hubs_.size());
  }
}

void Farm::add_printers(std::uint16_t port) {
  std::vector<Post> posts;
  for (const auto& organization : organizations_) {
    for (std::size_t i = 0; i < organization.hub_count; ++i) {
      const auto& hub = *hubs_[organization.first_hub + i];
      for (const auto& printer : hub.printers()) {
        const NewPrinter wanted{hub.id(),
                                "Printer " + std::to_string(printer.number()),
                                printer.serial().value,
                                "127.0.0.1",
                                "12345678",
                                "N1"};
        posts.push_back({"/api/printers", json::encode(wanted), organization.access_token});
      }
    }
  }
  PostBatch batch(port, std::move(posts));
  Progress added("printers added");
  while (!batch.is_over()) {
    poller_.poll(poll_step);
    added.reached(batch.answered(), batch.size());
  }
  batch.finish();
  Progress configured("hubs told of their printers");
  for (std::size_t done = 0; done < hubs_.size();) {
    poller_.poll(poll_step);
    done = configured_hubs();
    configured.reached(done, hubs_.size());
  }
}

std::size_t Farm::configured_hubs() const {
  return static_cast<std::size_t>(std::count_if(
      hubs_.begin(), hubs_.end(), [](const auto& hub) { return hub->is_configured(); }));
}

void Farm::close_hubs() {
  for (const auto& hub : hubs_) hub->close();
}

}  // namespace pf::bench
