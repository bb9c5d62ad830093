#include "sim/models/model.hpp"

#include <array>

namespace pf::sim {

std::span<const Model* const> models() {
  static constexpr std::array<const Model*, 5> known{&a1_mini, &x1_carbon, &p1s, &a1, &h2d};
  return known;
}

const Model* find_model(std::string_view code) {
  for (const auto* model : models()) {
    if (model->code == code) return model;
  }
  return nullptr;
}

}  // namespace pf::sim
