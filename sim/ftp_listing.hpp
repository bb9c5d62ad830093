// A folder of the card as FTP clients read it: one line an entry, in the way of "ls -l".
#pragma once
#include <string>
#include <vector>

#include "sim/card.hpp"
#include "sim/models/model.hpp"

namespace pf::sim {

std::string detailed_listing(const std::vector<CardEntry>& entries, FtpDialect dialect);
// vsftpd's names carry their folder, the A-series' do not (PROTOCOL section 5).
std::string name_listing(const std::vector<CardEntry>& entries, const std::string& folder,
                         FtpDialect dialect);
// "20261122093000", in UTC.
std::string ftp_time(std::time_t time);

}  // namespace pf::sim
