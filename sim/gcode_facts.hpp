// What a printer learns while it runs through a plate's G-code once: how many layers and how hot.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pf::sim {

class GcodeFacts {
 public:
  // The file in pieces of any size.
  void add(std::string_view bytes);

  std::optional<int> layers() const { return layers_; }
  std::optional<int> nozzle_celsius() const;
  std::optional<int> bed_celsius() const { return bed_; }

 private:
  void line(std::string_view text);

  std::string partial_line_;
  std::optional<int> layers_;
  std::optional<int> nozzle_setting_;  // The slicer's own word for it.
  std::optional<int> nozzle_hottest_;  // Else the hottest that is waited for.
  std::optional<int> bed_;
};

}  // namespace pf::sim
