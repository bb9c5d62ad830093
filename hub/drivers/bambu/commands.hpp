// What the hub says to a printer on device/<serial>/request, and which answers belong to it.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "hub/core/driver.hpp"
#include "hub/drivers/bambu/message.hpp"
#include "hub/drivers/bambu/models.hpp"

namespace pf::hub::bambu {

inline constexpr std::size_t unanswered_max =
    16;  // Older ones are given up: a late answer is lost.
inline constexpr Seconds answer_wait{10};
// Larger ids hang the AMS (PROTOCOL 2.4).
inline constexpr std::uint32_t sequence_id_max = 2'147'483'647;

// Numbers the commands from a random start, so that answers to another client's are not taken for
// answers to ours.
class SequenceIds {
 public:
  explicit SequenceIds(Random& random);
  std::string next();

 private:
  std::uint32_t last_;
};

std::string pushall_message(std::string_view sequence_id);
std::string pushing_start_message(std::string_view sequence_id);
std::string get_version_message(std::string_view sequence_id);

// A command that does nothing, for the sake of its answer: whether the printer obeys.
std::string probe_message(std::string_view sequence_id);

// pause, resume or stop.
std::string control_message(PrintAction action, std::string_view sequence_id);
std::string project_file_message(const StartRequest& request, Family family, Folder folder,
                                 std::string_view sequence_id);

// The command word under "print" that the action is sent as, and answered under.
std::string_view command_word(PrintAction action);

// What an answer says of its command.
enum class Reply {
  accepted,
  refused,
  unsigned_refused,  // Developer Mode is off.
  bare               // Command and id again, and no word of a result: proves nothing.
};
Reply reply_in(const Answer& answer);

// Commands that wait for their answer. It outlives a connection: an answer may come on the next
// one.
class Unanswered {
 public:
  void sent(PrintAction action, std::string sequence_id, Instant now);
  // What the answer says about our command; nothing if it is not ours or confirms nothing.
  std::optional<CommandAnswered> match(const Answer& answer);
  // The printer shows that it refuses unsigned commands. One of ours that it only repeated, without
  // a result, is then refused too; nothing if there is none (left).
  std::optional<CommandAnswered> take_bare();
  // True once for a command that found no answer of any kind in answer_wait: some firmware drops
  // what is not signed without a word.
  bool notice_silence(Instant now);

 private:
  struct Waiting {
    PrintAction action;
    std::string sequence_id;
    Instant sent_at;
    bool bare = false;     // Answered without a result.
    bool noticed = false;  // Its silence.
  };
  std::deque<Waiting> waiting_;
};

}  // namespace pf::hub::bambu
