// The hub's FTPS client over the real platform against vsftpd as an X1 runs it: implicit TLS, and
// the data connection must resume the control connection's session.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>

#include "hub/drivers/bambu/ftps.hpp"
#include "hub/platforms/linux/streams.hpp"
#include "hub/platforms/linux/test_certificates.hpp"
#include "process/files.hpp"
#include "process/scratch_directory.hpp"
#include "process/test_program.hpp"

namespace pf::hub {
namespace {

using process::TestProgram;

constexpr char serial[] = "01P00A000000001";
constexpr char access_code[] = "12345678";
constexpr unsigned printer_user_id = 65'533;

// SHA-512 crypt of the access code: the server asks PAM, PAM asks this file.
constexpr char shadow[] =
    "bblp:$6$printfarm$3QL46f2mo9VBPN03bMDs2JvRu4X2UbDWO/"
    "raMjBNC6TQa25UCca3JAUBEBSDsnPaiGltLq5p8lt1QDTQhsfVd0:19000:0:99999:7:::\n";
constexpr char pam[] =
    "auth required pam_unix.so\naccount required pam_permit.so\nsession required pam_permit.so\n";

// In a mount namespace of its own, so that the machine's users and PAM stay as they are.
class FileServer {
 public:
  explicit FileServer(const std::string& common_name = serial) {
    const TestAuthority authority;
    const Identity identity = authority.issue(common_name);
    identity.write_certificate(file("certificate.pem"));
    identity.write_key(file("key.pem"));
    authority.root().write_certificate(file("ca.pem"));
    std::filesystem::create_directories(card() + "/cache");
    std::filesystem::create_directory(file("empty"));
    for (const auto& folder : {card(), card() + "/cache"}) {
      EXPECT_EQ(::chown(folder.c_str(), printer_user_id, printer_user_id), 0);
    }
    ::chmod(scratch_.path().c_str(), 0755);
    write_settings();
    start();
  }

  std::uint16_t port() const { return port_; }
  std::string card() const { return file("card"); }
  std::string file(const std::string& name) const { return scratch_.file(name); }
  std::string stored(const std::string& name) const {
    const auto bytes = process::read_file(card() + "/cache/" + name, 64 * 1024 * 1024);
    return bytes ? *bytes : "(absent)";
  }

 private:
  void write_settings() const {
    std::ofstream(file("shadow")) << shadow;
    std::ofstream(file("pam")) << pam;
    std::ofstream(file("passwd")) << "root:x:0:0::/root:/bin/sh\n"
                                     "nobody:x:65534:65534::/nonexistent:/bin/sh\nbblp:x:"
                                  << printer_user_id << ":" << printer_user_id << "::" << card()
                                  << ":/bin/sh\n";
    std::ofstream(file("vsftpd.conf"))
        << "listen=YES\nlisten_address=127.0.0.1\nlisten_port=" << port_
        << "\nbackground=NO\nanonymous_enable=NO\nlocal_enable=YES\nwrite_enable=YES\n"
           "nopriv_user=nobody\nchroot_local_user=YES\nallow_writeable_chroot=YES\n"
           "seccomp_sandbox=NO\nisolate=NO\nisolate_network=NO\nxferlog_enable=NO\n"
           "ssl_enable=YES\nimplicit_ssl=YES\nforce_local_data_ssl=YES\n"
           "force_local_logins_ssl=YES\nssl_tlsv1=NO\nssl_sslv2=NO\nssl_sslv3=NO\n"
           "require_ssl_reuse=YES\nstrict_ssl_read_eof=YES\nssl_ciphers=HIGH\n"
        << "local_root=" << card() << "\nsecure_chroot_dir=" << file("empty")
        << "\nrsa_cert_file=" << file("certificate.pem")
        << "\nrsa_private_key_file=" << file("key.pem") << "\n";
  }
  void start() {
    const std::string script = "cd '" + scratch_.path() +
                               "' && mount --bind passwd /etc/passwd && mount --bind shadow "
                               "/etc/shadow && mount --bind pam /etc/pam.d/vsftpd && exec " +
                               *process::find_program("vsftpd") + " '" + file("vsftpd.conf") + "'";
    program_ = std::make_unique<TestProgram>(
        std::vector<std::string>{"unshare", "--mount", "sh", "-c", script}, file("vsftpd.log"));
    const bool answered = process::eventually(
        [this] { return !program_->is_running() || process::answers_on("127.0.0.1", port_); });
    EXPECT_TRUE(answered && program_->is_running()) << program_->output();
  }

  process::ScratchDirectory scratch_;
  const std::uint16_t port_ = process::free_tcp_port();
  std::unique_ptr<TestProgram> program_;
};

enum class Resumption { as_wished, never };

// One upload from its start to its end.
class Upload final : public StreamEventSink {
 public:
  Upload(const FileServer& server, const std::string& name, std::string bytes,
         const std::string& code = access_code, Resumption resumption = Resumption::as_wished)
      : bytes_(std::move(bytes)),
        resumption_(resumption),
        tls_(std::move(*TlsClient::for_printers(server.file("ca.pem")))),
        upload_(target(server.port(), code), UploadRequest{name, bytes_.size()}) {}

  UploadEnded run() {
    DriverOutput out;
    upload_.start(clock_.now(), out);
    perform(out);
    tick();
    while (!ended_) loop_.run_one();
    timer_.cancel();
    loop_.run();  // Streams say their goodbyes.
    return *ended_;
  }
  std::uint64_t handed_over() const { return given_; }
  bool resumed() const { return resumed_; }

 private:
  static bambu::FtpsTarget target(std::uint16_t port, const std::string& code) {
    bambu::FtpsTarget made;
    made.generation = 1;
    made.host = "127.0.0.1";
    made.port = port;
    made.serial = serial;
    made.access_code = code;
    made.folder = bambu::Folder::cache;
    return made;
  }

  void deliver(StreamEvent event) override {
    if (const auto* ready = std::get_if<TlsReady>(&event)) resumed_ |= ready->session_reused;
    DriverOutput out;
    upload_.handle(event, clock_.now(), out);
    perform(out);
  }
  void tick() {
    DriverOutput out;
    upload_.tick(clock_.now(), out);
    perform(out);
    timer_.expires_after(Milliseconds{100});
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) tick();
    });
  }
  void perform(DriverOutput& out) {
    for (auto& effect : out.effects) {
      auto* tls = std::get_if<TlsStart>(&effect);
      if (tls && resumption_ == Resumption::never) tls->resume_from.reset();
      streams_.perform(effect);
    }
    for (const auto& signal : out.signals) {
      if (const auto* wants = std::get_if<UploadWants>(&signal)) give(wants->bytes);
      if (const auto* ended = std::get_if<UploadEnded>(&signal)) ended_ = *ended;
    }
  }
  void give(std::size_t wanted) {
    const auto piece = std::string_view(bytes_).substr(given_, wanted);
    given_ += piece.size();
    DriverOutput out;
    upload_.give(piece, given_ == bytes_.size(), clock_.now(), out);
    perform(out);
  }

  const std::string bytes_;
  const Resumption resumption_;
  SystemClock clock_;
  boost::asio::io_context loop_;
  boost::asio::steady_timer timer_{loop_};
  TlsClient tls_;
  Streams streams_{loop_, tls_, *this};
  bambu::FtpsUpload upload_;
  std::optional<UploadEnded> ended_;
  std::size_t given_ = 0;
  bool resumed_ = false;
};

std::string numbered_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

class FtpsInterop : public testing::Test {
 protected:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);
    if (!process::find_program("vsftpd")) GTEST_SKIP() << "vsftpd is not installed";
    if (::geteuid() != 0) GTEST_SKIP() << "vsftpd must be started by root";
  }
};

TEST_F(FtpsInterop, two_files_in_two_sessions_arrive_whole) {
  const FileServer server;
  const std::string first = numbered_bytes(3'000'000), second = numbered_bytes(1);
  Upload one(server, "pf-0123456789ab.gcode.3mf", first);
  const auto ended = one.run();
  EXPECT_FALSE(ended.failure) << ended.detail;
  EXPECT_TRUE(one.resumed());
  EXPECT_TRUE(server.stored("pf-0123456789ab.gcode.3mf") == first);
  const auto again = Upload(server, "pf-ba9876543210.gcode.3mf", second).run();
  EXPECT_FALSE(again.failure) << again.detail;
  EXPECT_EQ(server.stored("pf-ba9876543210.gcode.3mf"), second);
}

TEST_F(FtpsInterop, a_file_that_is_there_already_is_not_sent_again) {
  const FileServer server;
  const std::string bytes = numbered_bytes(50'000);
  EXPECT_FALSE(Upload(server, "pf-0123456789ab.gcode.3mf", bytes).run().failure);
  Upload second(server, "pf-0123456789ab.gcode.3mf", bytes);
  const auto ended = second.run();
  EXPECT_FALSE(ended.failure) << ended.detail;
  EXPECT_EQ(second.handed_over(), 0u);
}

TEST_F(FtpsInterop, a_wrong_access_code_is_said_to_be_one) {
  const FileServer server;
  const auto ended = Upload(server, "a.gcode.3mf", "x", "87654321").run();
  ASSERT_TRUE(ended.failure);
  EXPECT_EQ(word(*ended.failure), word(UploadFailure::refused_code)) << ended.detail;
  EXPECT_EQ(server.stored("a.gcode.3mf"), "(absent)");
}

TEST_F(FtpsInterop, another_printers_certificate_gets_neither_code_nor_file) {
  const FileServer server("01P00A000000002");
  const auto ended = Upload(server, "a.gcode.3mf", "x").run();
  ASSERT_TRUE(ended.failure);
  EXPECT_NE(ended.detail.find("not the printer"), std::string::npos) << ended.detail;
  EXPECT_EQ(server.stored("a.gcode.3mf"), "(absent)");
}

// Proof that the other tests pass because of the resumption, and not because nobody asks for it.
TEST_F(FtpsInterop, without_resumption_the_server_takes_no_file) {
  const FileServer server;
  const auto ended =
      Upload(server, "a.gcode.3mf", numbered_bytes(1000), access_code, Resumption::never).run();
  EXPECT_TRUE(ended.failure);
  EXPECT_NE(server.stored("a.gcode.3mf"), numbered_bytes(1000));
}

TEST_F(FtpsInterop, a_folder_that_takes_nothing_is_a_failure_of_its_storage) {
  const FileServer server;
  ASSERT_EQ(::chown((server.card() + "/cache").c_str(), 0, 0), 0);
  const auto ended = Upload(server, "a.gcode.3mf", "x").run();
  ASSERT_TRUE(ended.failure);
  EXPECT_TRUE(*ended.failure == UploadFailure::storage ||
              *ended.failure == UploadFailure::no_storage)
      << word(*ended.failure) << " " << ended.detail;
}

TEST_F(FtpsInterop, a_server_that_is_not_there_is_unreachable) {
  std::unique_ptr<Upload> upload;
  {
    const FileServer server;
    upload = std::make_unique<Upload>(server, "a.gcode.3mf", "x");
  }
  const auto ended = upload->run();
  ASSERT_TRUE(ended.failure);
  EXPECT_EQ(word(*ended.failure), word(UploadFailure::unreachable)) << ended.detail;
}

}  // namespace
}  // namespace pf::hub
