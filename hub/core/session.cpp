#include "hub/core/session.hpp"

#include <utility>

#include "hub/core/fit.hpp"
#include "protocol/handshake.hpp"
#include "protocol/json.hpp"

namespace pf::hub {
namespace {

constexpr std::size_t secret_bytes = 32;

struct RestartNotice {
  Bounded<std::int64_t, 0, 3'600'000> retry_after_ms;
  FIELDS(retry_after_ms)
};

std::string random_hex(Random& random, std::size_t bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const char c : random.bytes(bytes)) {
    text += digits[static_cast<std::uint8_t>(c) >> 4];
    text += digits[static_cast<std::uint8_t>(c) & 15];
  }
  return text;
}

}  // namespace

Session::Session(const HubSettings& settings, StoredState& state, Crypto& crypto, Random& random,
                 Log& log)
    : settings_(settings),
      state_(state),
      crypto_(crypto),
      random_(random),
      log_(log),
      boot_id_(random_hex(random, 16)) {}

void Session::start(Output& out) { reopen(Milliseconds{0}, out); }

void Session::reopen(Milliseconds after, Output& out) {
  if (state_.secret || state_.claim_token) return out.ask(CloudOpen{after});
  log_.warning("this hub is not claimed; give it a claim token", {{"hub_id", state_.hub_id}});
}

void Session::on_up(Instant now) {
  stage_ = Stage::challenged_next;
  stage_since_ = now;
}

void Session::on_down(const CloudDown& down, Instant now, Output& out) {
  if (ready() && now - stage_since_ >= session_counts_after) backoff_.restart();
  const auto delay = delay_after(down, out);
  stage_ = Stage::closed;
  log_.info("cloud connection closed",
            {{"code", down.close_code}, {"reason", down.reason}, {"retry_ms", delay.count()}});
  reopen(delay, out);
}

Milliseconds Session::delay_after(const CloudDown& down, Output& out) {
  switch (down.close_code) {
    case close_unauthorised:
      log_.error("the cloud does not accept this hub; claim it anew", {{"hub_id", state_.hub_id}});
      forget_refused_claim(out);
      return backoff_.longest(random_);
    case close_superseded:
      log_.warning("another connection of this hub took over; is its identity in use twice?", {});
      return backoff_.longest(random_);
    case close_restart: {
      const auto notice = json::decode<RestartNotice>(down.reason);
      if (!notice) return backoff_.next(random_);
      return std::min(Milliseconds{notice->retry_after_ms.value}, reconnect_delay_max);
    }
    default: return backoff_.next(random_);
  }
}

// A hub that has a secret goes on with it when a new claim is refused.
void Session::forget_refused_claim(Output& out) {
  if (stage_ != Stage::claimed_next || !state_.secret) return;
  state_.claim_token.reset();
  state_.proposed_secret.reset();
  save(out);
}

void Session::tick(Instant now, Output& out) {
  const bool opening = stage_ != Stage::closed && stage_ != Stage::ready;
  if (opening && now - stage_since_ > Seconds{handshake_seconds}) {
    refuse("the cloud did not finish the opening in time", out);
  }
}

void Session::refuse(std::string_view why, Output& out) {
  log_.warning("closing the cloud connection", {{"why", why}});
  stage_ = Stage::closed;
  out.ask(CloudClose{});
}

void Session::on(const HubChallenge& challenge, const HelloFacts& facts, Instant now, Output& out) {
  if (stage_ != Stage::challenged_next) return refuse("a second challenge", out);
  if (challenge.protocol != protocol_version) {
    return refuse("the cloud speaks another protocol; update this hub", out);
  }
  if (settings_.cloud_host && challenge.host != std::string_view(*settings_.cloud_host)) {
    return refuse("the cloud calls itself by another name than the one configured", out);
  }
  if (!state_.secret && !state_.claim_token) return refuse("this hub is not claimed", out);
  challenge_ = challenge;
  stage_since_ = now;
  if (state_.claim_token) return claim(out);
  hello(facts, now, out);
}

void Session::claim(Output& out) {
  if (!state_.proposed_secret) {
    state_.proposed_secret = random_hex(random_, secret_bytes);
    save(out);  // Before it is sent: an answer that is lost must not lose the hub.
  }
  HubClaim message;
  message.hub_id = state_.hub_id;
  message.claim_token = *state_.claim_token;
  message.proposed_secret = *state_.proposed_secret;
  message.firmware_version = fit<Text<0, 40>>(settings_.firmware_version);
  message.hardware_revision = fit<Text<0, 40>>(settings_.hardware_revision);
  stage_ = Stage::claimed_next;
  out.say(message);
}

void Session::on(const HubClaimed& claimed, const HelloFacts& facts, Instant now, Output& out) {
  if (stage_ != Stage::claimed_next || !(claimed.hub_id == state_.hub_id)) {
    return refuse("an answer to a claim that was not made", out);
  }
  state_.secret = std::exchange(state_.proposed_secret, std::nullopt);
  state_.claim_token.reset();
  state_.name = claimed.name;
  state_.organization = claimed.organization;
  save(out);
  log_.info("claimed", {{"name", claimed.name}, {"organization", claimed.organization}});
  stage_since_ = now;
  hello(facts, now, out);
}

void Session::hello(const HelloFacts& facts, Instant now, Output& out) {
  client_nonce_ = random_hex(random_, 32);
  HubHello message;
  message.hub_id = state_.hub_id;
  message.firmware_version = fit<Text<0, 40>>(settings_.firmware_version);
  message.hardware_revision = fit<Text<0, 40>>(settings_.hardware_revision);
  message.uptime_seconds = now.since_start / Seconds{1};
  message.free_heap = facts.free_heap;
  message.boot_id = boot_id_;
  message.boot_count = state_.boot_count;
  message.client_nonce = client_nonce_;
  message.last_epoch = state_.last_epoch;
  message.config_generation = state_.config_generation;
  message.journal_id = facts.journal_id;
  message.event_high = facts.event_high;
  for (const auto& one : settings_.capabilities) message.capabilities.value.emplace_back(one);
  const auto text = signed_hello(challenge_.host, challenge_.nonce, message);
  message.signature = crypto_.hmac_sha256_hex(*state_.secret, text);
  stage_ = Stage::welcomed_next;
  out.say(message);
}

bool Session::on(const CloudHello& hello, Instant now, Output& out) {
  if (stage_ != Stage::welcomed_next) {
    refuse("a welcome that was not waited for", out);
    return false;
  }
  const auto expected =
      crypto_.hmac_sha256_hex(*state_.secret, signed_welcome(client_nonce_, hello.epoch));
  if (!constant_time_equal(expected, hello.proof)) {
    refuse("the cloud's proof is wrong: it does not know this hub's secret", out);
    return false;
  }
  if (hello.epoch <= state_.last_epoch) {
    refuse("the cloud's epoch is not newer than the last one", out);
    return false;
  }
  state_.last_epoch = hello.epoch;
  save(out);
  stage_ = Stage::ready;
  stage_since_ = now;
  out.online = true;
  log_.info("cloud connected", {{"epoch", hello.epoch}});
  return true;
}

}  // namespace pf::hub
