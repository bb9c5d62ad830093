#include "cloud/adapters/mail/smtp.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <utility>

#include "cloud/adapters/mail/letter_text.hpp"

namespace pf {
namespace {

constexpr long connect_patience_s = 15;
constexpr long send_patience_s = 60;

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Session = std::unique_ptr<CURL, FreeWith<curl_easy_cleanup>>;
using Strings = std::unique_ptr<curl_slist, FreeWith<curl_slist_free_all>>;
using Parts = std::unique_ptr<curl_mime, FreeWith<curl_mime_free>>;

Strings strings_of(const std::vector<std::string>& lines) {
  Strings list;
  for (const auto& line : lines) {
    auto* longer = curl_slist_append(list.get(), line.c_str());
    if (!longer) return nullptr;
    static_cast<void>(list.release());  // The longer list has taken the shorter one over.
    list.reset(longer);
  }
  return list;
}

std::string host_of(const std::string& url) {
  const auto begin = url.find("://");
  if (begin == std::string::npos) return {};
  auto host = url.substr(begin + 3);
  host = host.substr(0, host.find('/'));
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

std::string domain_of(const std::string& address) {
  const auto at = address.rfind('@');
  return at == std::string::npos ? "localhost" : address.substr(at + 1);
}

void set_up_library() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// Libcurl keeps copies of these texts.
void set_server(CURL* session, const SmtpSettings& settings) {
  const long tls = settings.tls == SmtpTls::required ? CURLUSESSL_ALL : CURLUSESSL_TRY;
  curl_easy_setopt(session, CURLOPT_URL, settings.url.c_str());
  curl_easy_setopt(session, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(session, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(session, CURLOPT_PROXY, "");  // What the environment names is for the web.
  curl_easy_setopt(session, CURLOPT_CONNECTTIMEOUT, connect_patience_s);
  curl_easy_setopt(session, CURLOPT_TIMEOUT, send_patience_s);
  curl_easy_setopt(session, CURLOPT_USE_SSL, tls);
  if (!settings.ca_file.empty()) {
    curl_easy_setopt(session, CURLOPT_CAINFO, settings.ca_file.c_str());
  }
  if (!settings.user.empty()) {
    curl_easy_setopt(session, CURLOPT_USERNAME, settings.user.c_str());
    curl_easy_setopt(session, CURLOPT_PASSWORD, settings.password.c_str());
  }
}

// A server that refuses the letter (55x) will refuse it again; one that refuses our login is the
// operator's to mend, and the letter waits for it.
MailFailure failure_of(CURL* session, CURLcode code, const char* details) {
  long answer = 0;
  curl_easy_getinfo(session, CURLINFO_RESPONSE_CODE, &answer);
  MailFailure failure;
  failure.says = *details ? details : curl_easy_strerror(code);
  if (answer > 0) failure.says += " (the server answered " + std::to_string(answer) + ")";
  failure.is_final = code != CURLE_LOGIN_DENIED && answer >= 550 && answer <= 559;
  return failure;
}

}  // namespace

SmtpTls smtp_tls_for(const std::string& url) {
  const auto host = host_of(url);
  in_addr address{};
  const bool is_ipv4 = inet_pton(AF_INET, host.c_str(), &address) == 1;
  const bool is_here =
      host == "localhost" || host == "::1" || (is_ipv4 && host.starts_with("127."));
  return is_here ? SmtpTls::as_offered : SmtpTls::required;
}

SmtpMailer::SmtpMailer(SmtpSettings settings, const Clock& clock, Random& random)
    : settings_(std::move(settings)), clock_(clock), random_(random) {
  set_up_library();
}

Result<Nothing, MailFailure> SmtpMailer::send(const Mail& mail) {
  const Session session{curl_easy_init()};
  const auto message_id = uuid4(random_) + "@" + domain_of(settings_.from);
  const auto fields =
      strings_of(letter_fields(mail, settings_.from, message_id, clock_.unix_now()));
  const auto recipients = strings_of({"<" + mail.to + ">"});
  const Parts parts{session ? curl_mime_init(session.get()) : nullptr};
  if (!session || !fields || !recipients || !parts) return MailFailure{"out of memory"};
  auto* text = curl_mime_addpart(parts.get());
  const auto lines = letter_lines(mail.text);  // The encoder takes a lone \n for no line's end.
  curl_mime_data(text, lines.data(), lines.size());
  curl_mime_type(text, "text/plain; charset=utf-8");
  curl_mime_encoder(text, "quoted-printable");

  char details[CURL_ERROR_SIZE] = "";
  const std::string from = "<" + settings_.from + ">";
  set_server(session.get(), settings_);
  curl_easy_setopt(session.get(), CURLOPT_ERRORBUFFER, details);
  curl_easy_setopt(session.get(), CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(session.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(session.get(), CURLOPT_HTTPHEADER, fields.get());
  curl_easy_setopt(session.get(), CURLOPT_MIMEPOST, parts.get());
  const auto code = curl_easy_perform(session.get());
  if (code != CURLE_OK) return failure_of(session.get(), code, details);
  return Nothing{};
}

}  // namespace pf
