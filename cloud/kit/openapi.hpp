// The API described by itself: OpenAPI 3.1, made from the route table and the type model.
#pragma once
#include <string>

#include "cloud/kit/router.hpp"

namespace pf {

std::string openapi_json(const ApiDescription& api, std::string_view version);

}  // namespace pf
