// The slicer's facts of one plate, from Metadata/slice_info.config.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pf::sim {

struct SliceInfo {
  std::optional<int> prediction_seconds;
  std::optional<double> weight_grams;
};

// None: not well-formed XML, XML with a document type, or no such plate.
std::optional<SliceInfo> read_slice_info(std::string_view xml, int plate);

}  // namespace pf::sim
