// A printer's file server in memory, for tests: it takes the effects a hub would perform and
// answers with the events a network would bring. What it says to which command can be changed for
// each test.
#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "hub/core/driver.hpp"
#include "hub/drivers/bambu/ftps.hpp"

namespace pf::hub::bambu::testing {

enum class Dialect { vsftpd, digits };

struct FtpsPeer {
  explicit FtpsPeer(Dialect spoken = Dialect::vsftpd) : dialect(spoken) {}

  Dialect dialect;
  std::map<std::string, std::string> replies;  // Command word to reply line; "" says nothing.
  std::map<std::string, std::string> files;    // Under their full path.
  bool has_cache = true;
  bool takes_data = true;  // Otherwise what is written never leaves.
  bool knows_size = true;
  std::size_t loses_bytes = 0;  // At the end of what it stores.
  bool data_port_open = true;
  std::string confirm = "226";  // After the data; "" says nothing.
  std::optional<CloseReason> data_tls_fails;
  PeerCertificate certificate{"SERIAL", "key", true};

  std::vector<std::string> commands;
  std::vector<std::string> passwords;
  std::deque<StreamEvent> events;
  std::optional<StreamId> data;
  std::optional<TlsStart> data_tls;
  bool data_closed_orderly = false;
  bool control_closed = false;

  void perform(const StreamEffect& effect) {
    std::visit([this](const auto& one) { take(one); }, effect);
  }

 private:
  void take(const TcpOpen& open) {
    if (open.stream.channel == ftps_control_channel) {
      control_ = open.stream;
      opened_port = open.port;
    } else {
      data_port = open.port;
      data_host = open.host;
      if (!data_port_open) {
        events.push_back(StreamClosed{open.stream, CloseReason::refused, ""});
        return;
      }
      data = open.stream;
    }
    events.push_back(StreamOpened{open.stream});
  }

  void take(const TlsStart& tls) {
    if (tls.stream == control_) {
      control_tls = tls;
      events.push_back(TlsReady{tls.stream, certificate, false});
      say(dialect == Dialect::vsftpd ? "220-Welcome\r\n220 (vsFTPd 3.0.5)"
                                     : "220 BBL-P003 FTP Server");
      return;
    }
    data_tls = tls;
    if (data_tls_fails) {
      events.push_back(StreamClosed{tls.stream, *data_tls_fails, ""});
      data.reset();
      return;
    }
    events.push_back(TlsReady{tls.stream, certificate, tls.resume_from.has_value()});
    if (listing_) send_listing();
  }

  void take(const StreamWrite& write) {
    if (write.stream == control_) return hear(write.bytes);
    if (!takes_data) return;
    stored_ += write.bytes;
    events.push_back(StreamWritten{write.stream, write.bytes.size()});
  }

  void take(const StreamRead&) {}

  void take(const StreamClose& close) {
    if (close.stream == control_) {
      control_closed = true;
      return;
    }
    data.reset();
    if (close.kind == CloseKind::abort) {
      say("426");
      return;
    }
    data_closed_orderly = true;
    files[folder_ + name_] =
        stored_.substr(0, stored_.size() - std::min(loses_bytes, stored_.size()));
    if (!confirm.empty()) say(confirm);
  }

  void hear(std::string_view line) {
    EXPECT_TRUE(line.ends_with("\r\n"));
    line.remove_suffix(2);
    const auto word = std::string(line.substr(0, line.find(' ')));
    const auto argument =
        line.size() > word.size() ? std::string(line.substr(word.size() + 1)) : std::string();
    if (word == "PASS") passwords.push_back(argument);
    commands.push_back(word == "PASS" ? word : std::string(line));
    if (const auto own = replies.find(word); own != replies.end()) {
      if (!own->second.empty()) say(own->second);
      return;
    }
    answer(word, argument);
  }

  void answer(const std::string& word, const std::string& argument) {
    if (word == "USER") return say("331");
    if (word == "PASS") return say("230");
    if (word == "PBSZ" || word == "PROT" || word == "TYPE") return say("200");
    if (word == "CWD") return change_folder(argument);
    if (word == "SIZE") return tell_size(argument);
    if (word == "PASV") return passive();
    if (word == "STOR") {
      name_ = argument;
      stored_.clear();
      return say("150");
    }
    if (word == "LIST") {
      listing_ = true;
      return say("150");
    }
    if (word == "DELE") return say(files.erase(folder_ + argument) ? "250" : "550");
    if (word == "QUIT") return say("221");
    say("502");
  }

  void change_folder(const std::string& folder) {
    if (folder != "/cache" || !has_cache) return say("550");
    folder_ = "/cache/";
    say("250");
  }

  void tell_size(const std::string& name) {
    if (!knows_size) return say("502");
    const auto file = files.find(folder_ + name);
    if (file == files.end()) return say("550");
    say("213 " + std::to_string(file->second.size()));
  }

  void passive() {
    // The address is none of the printer's: it must not be used.
    say(dialect == Dialect::vsftpd ? "227 Entering Passive Mode (0,0,0,0,7,232)."
                                   : "227 (192,0,2,99,7,232)");
  }

  void send_listing() {
    std::string lines = "drwxr-xr-x 2 root root 4096 Feb 24 03:49 model\r\n";
    for (const auto& [path, bytes] : files) {
      lines += "-rw-rw-rw- 1 root root " + std::to_string(bytes.size()) + " Feb 24 03:49 " +
               path.substr(folder_.size()) + "\r\n";
    }
    events.push_back(StreamData{*data, lines});
    events.push_back(StreamClosed{*data, CloseReason::closed_by_peer, ""});
    data.reset();
    say("226");
  }

  // vsftpd adds words to its codes, the printers' own server does not.
  void say(std::string line) {
    if (dialect == Dialect::vsftpd && line.size() == 3) line += " OK.";
    events.push_back(StreamData{control_, line + "\r\n"});
  }

 public:
  std::uint16_t opened_port = 0;
  std::uint16_t data_port = 0;
  std::string data_host;
  std::optional<TlsStart> control_tls;

 private:
  StreamId control_;
  std::string folder_ = "/";
  std::string name_;
  std::string stored_;
  bool listing_ = false;
};

}  // namespace pf::hub::bambu::testing
