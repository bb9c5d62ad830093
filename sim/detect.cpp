#include "sim/detect.hpp"

#include "protocol/json.hpp"
#include "sim/document.hpp"

namespace pf::sim {
namespace {

constexpr std::string_view head = "\xa5\xa5", tail = "\xa7\xa7";
constexpr std::size_t frame_bytes_around = 6;  // Head, length and tail.

struct Login {
  std::string command = "detect";
  std::string sequence_id;
  std::string id, model, name, version;
  std::string bind = "free", connect = "lan";
  int dev_cap = 1;
  FIELDS(command, sequence_id, id, model, name, version, bind, connect, dev_cap)
};
struct DetectReply {
  Login login;
  FIELDS(login)
};

std::size_t frame_length(std::string_view bytes) {
  return static_cast<unsigned char>(bytes[2]) |
         static_cast<std::size_t>(static_cast<unsigned char>(bytes[3])) << 8;
}

}  // namespace

std::string detect_frame(std::string_view json) {
  const std::size_t length = json.size() + frame_bytes_around;
  std::string frame(head);
  frame += static_cast<char>(length & 0xff);
  frame += static_cast<char>(length >> 8 & 0xff);
  frame += json;
  frame += tail;
  return frame;
}

std::optional<std::string> DetectReader::add(std::string_view bytes) {
  bytes_ += bytes;
  const auto started = std::string_view(bytes_).substr(0, head.size());
  failed_ = failed_ || !head.starts_with(started);
  if (failed_ || bytes_.size() < 4) return std::nullopt;
  const std::size_t length = frame_length(bytes_);
  failed_ = length < frame_bytes_around || length > detect_frame_bytes_max;
  if (failed_ || bytes_.size() < length) return std::nullopt;
  const auto frame = std::string_view(bytes_).substr(0, length);
  failed_ = !frame.ends_with(tail);
  if (failed_) return std::nullopt;
  return std::string(frame.substr(4, length - frame_bytes_around));
}

std::optional<std::string> detect_reply(std::string_view request, const Model& model,
                                        const PrinterIdentity& identity) {
  const auto asked = Document::parse(request);
  if (!asked || asked->text("login.command") != "detect") return std::nullopt;
  DetectReply reply;
  reply.login.sequence_id = asked->text("login.sequence_id").value_or("0");
  reply.login.id = identity.serial_number;
  reply.login.model = model.code;
  reply.login.name = identity.name;
  reply.login.version = model.firmware;
  return json::encode(reply);
}

}  // namespace pf::sim
