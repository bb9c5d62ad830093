// Rows of a list of which the caller may know only some (a key that is limited to printers): read
// in rounds until a page is full, so that what is hidden leaves no gap and no hint.
#pragma once
#include <cstddef>
#include <optional>
#include <type_traits>
#include <vector>

namespace pf {

// `fetch(last)` gives at most `wanted` rows after that one, or from the beginning for null.
template <class Fetch, class Visible>
auto visible_rows(int wanted, Fetch fetch, Visible visible) {
  using Rows = std::remove_cvref_t<decltype(fetch(nullptr))>;
  const auto size = static_cast<std::size_t>(wanted);
  Rows kept;
  std::optional<typename Rows::value_type> last;
  for (;;) {
    const Rows rows = fetch(last ? &*last : nullptr);
    for (const auto& row : rows) {
      if (kept.size() == size) return kept;
      if (visible(row)) kept.push_back(row);
    }
    if (rows.size() < size) return kept;
    last = rows.back();
  }
}

}  // namespace pf
