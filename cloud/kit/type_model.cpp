#include "cloud/kit/type_model.hpp"

namespace pf {

std::string shown_type_name(std::string_view compiler_name) {
  const auto bracket = compiler_name.find('<');
  const auto outer = compiler_name.substr(0, bracket);
  const auto colons = outer.rfind("::");
  std::string name(colons == std::string_view::npos ? outer : outer.substr(colons + 2));
  if (bracket == std::string_view::npos) return name;
  const auto inner = compiler_name.substr(bracket + 1, compiler_name.rfind('>') - bracket - 1);
  return shown_type_name(inner) + name;
}

}  // namespace pf
