#include "cloud/kit/openapi.hpp"

#include "protocol/json.hpp"

namespace pf {
namespace {

// A JSON object or list under construction; closes itself.
class Block {
 public:
  Block(std::string& out, char open, char close) : out_(out), close_(close) { out_ += open; }
  ~Block() { out_ += close_; }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  void key(std::string_view name) {
    item();
    json::append_text(out_, name);
    out_ += ':';
  }
  void item() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  template <class T>
  void member(std::string_view name, const T& value) {
    key(name);
    json::write(out_, value);
  }

 private:
  std::string& out_;
  char close_;
  bool first_ = true;
};

void append_schema(std::string& out, const TypeRef& type) {
  Block schema(out, '{', '}');
  switch (type.kind) {
    case TypeKind::object: schema.member("$ref", "#/components/schemas/" + type.name); return;
    case TypeKind::list:
      schema.member("type", std::string("array"));
      if (type.items_max) schema.member("maxItems", *type.items_max);
      schema.key("items");
      append_schema(out, *type.item);
      return;
    case TypeKind::text:
      schema.member("type", std::string("string"));
      if (type.min && *type.min > 0) schema.member("minLength", *type.min);
      if (type.max) schema.member("maxLength", *type.max);
      return;
    case TypeKind::integer:
    case TypeKind::number:
      schema.member("type", std::string(type.kind == TypeKind::integer ? "integer" : "number"));
      if (type.min) schema.member("minimum", *type.min);
      if (type.max) schema.member("maximum", *type.max);
      return;
    case TypeKind::boolean: schema.member("type", std::string("boolean")); return;
    case TypeKind::word:
      schema.member("type", std::string("string"));
      schema.member("enum", type.words);
      return;
    case TypeKind::any: return;
  }
}

void append_object_schema(std::string& out, const ObjectType& object) {
  Block schema(out, '{', '}');
  schema.member("type", std::string("object"));
  schema.key("properties");
  std::vector<std::string> required;
  {
    Block properties(out, '{', '}');
    if (object.message_type) {
      properties.key("type");
      Block constant(out, '{', '}');
      constant.member("const", *object.message_type);
      required.emplace_back("type");
    }
    for (const auto& field : object.fields) {
      properties.key(field.name);
      append_schema(out, *field.type);
      if (field.required) required.push_back(field.name);
    }
  }
  if (!required.empty()) schema.member("required", required);
}

void append_content(std::string& out, Block& owner, std::string_view media_type,
                    const TypeRef& type) {
  owner.key("content");
  Block content(out, '{', '}');
  content.key(media_type);
  Block media(out, '{', '}');
  media.key("schema");
  append_schema(out, type);
}

void append_parameter(std::string& out, std::string_view name, std::string_view place,
                      const TypeRef& type, bool required) {
  Block parameter(out, '{', '}');
  parameter.member("name", std::string(name));
  parameter.member("in", std::string(place));
  parameter.member("required", required);
  parameter.key("schema");
  append_schema(out, type);
}

void append_parameters(std::string& out, const ApiDescription& api, const RouteDescription& route) {
  Block parameters(out, '[', ']');
  std::string_view path = route.path;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{')) {
    const auto close = path.find('}');
    parameters.item();
    append_parameter(out, path.substr(open + 1, close - open - 1), "path", {.kind = TypeKind::text},
                     true);
    path.remove_prefix(close + 1);
  }
  if (route.method == Method::post && route.least && !route.upload) {
    parameters.item();
    out +=
        R"({"name":"Idempotency-Key","in":"header","required":false,)"
        R"("description":"Sent again within a day with the same key, the request is answered as )"
        R"(before and not done twice.","schema":{"type":"string","minLength":1,"maxLength":128}})";
  }
  if (!route.query) return;
  for (const auto& field : api.model.objects.at(route.query->name).fields) {
    parameters.item();
    append_parameter(out, field.name, "query", *field.type, field.required);
  }
}

void append_body(std::string& out, Block& operation, const RouteDescription& route) {
  if (!route.body && !route.upload) return;
  operation.key("requestBody");
  Block body(out, '{', '}');
  body.member("required", true);
  if (route.body) {
    append_content(out, body, "application/json", *route.body);
    return;
  }
  body.key("content");
  out += R"({"multipart/form-data":{"schema":{"type":"object","required":["file"],"properties":)"
         R"({"file":{"type":"string","contentMediaType":"application/octet-stream"}}}}})";
}

void append_responses(std::string& out, const RouteDescription& route) {
  Block responses(out, '{', '}');
  responses.key(std::to_string(route.success_status));
  {
    Block success(out, '{', '}');
    success.member("description", std::string("Success"));
    if (route.reply) append_content(out, success, "application/json", *route.reply);
    if (route.download) {
      append_content(out, success, "application/octet-stream", {.kind = TypeKind::text});
    }
  }
  responses.key("default");
  Block failure(out, '{', '}');
  failure.member("description", std::string("What is wrong, and what to do next"));
  append_content(out, failure, "application/problem+json",
                 {.kind = TypeKind::object, .name = "Problem"});
}

void append_operation(std::string& out, const ApiDescription& api, const RouteDescription& route) {
  Block operation(out, '{', '}');
  operation.member("operationId", route.module + "_" + route.operation);
  operation.member("tags", std::vector<std::string>{route.module});
  if (route.least) {
    operation.member("x-least-role", std::string(word(*route.least)));
  } else {
    operation.key("security");
    out += "[]";
  }
  operation.key("parameters");
  append_parameters(out, api, route);
  append_body(out, operation, route);
  operation.key("responses");
  append_responses(out, route);
}

void append_paths(std::string& out, const ApiDescription& api) {
  std::map<std::string, std::vector<const RouteDescription*>> by_path;
  for (const auto& route : api.routes) by_path[route.path].push_back(&route);
  Block paths(out, '{', '}');
  for (const auto& [path, routes] : by_path) {
    paths.key(path);
    Block methods(out, '{', '}');
    for (const auto* route : routes) {
      methods.key(word(route->method));
      append_operation(out, api, *route);
    }
  }
}

void append_components(std::string& out, const ApiDescription& api) {
  Block components(out, '{', '}');
  components.key("securitySchemes");
  out += R"({"bearer":{"type":"http","scheme":"bearer"},)"
         R"("cookie":{"type":"apiKey","in":"cookie","name":"__Host-access"}})";
  components.key("schemas");
  Block schemas(out, '{', '}');
  for (const auto& name : api.model.order) {
    schemas.key(name);
    append_object_schema(out, api.model.objects.at(name));
  }
  schemas.key("Problem");
  out += R"({"type":"object","required":["type","title","status","detail","request_id"],)"
         R"("properties":{"type":{"type":"string"},"title":{"type":"string"},)"
         R"("status":{"type":"integer"},"detail":{"type":"string"},)"
         R"("request_id":{"type":"string"},"errors":{"type":"array","items":{"type":"object",)"
         R"("properties":{"field":{"type":"string"},"says":{"type":"string"}}}}}})";
}

}  // namespace

std::string openapi_json(const ApiDescription& api, std::string_view version) {
  std::string out;
  {
    Block document(out, '{', '}');
    document.member("openapi", std::string("3.1.0"));
    document.key("info");
    {
      Block info(out, '{', '}');
      info.member("title", std::string("PrintFarm"));
      info.member("version", std::string(version));
      info.key("license");
      out += R"({"name":"Apache-2.0","identifier":"Apache-2.0"})";
    }
    document.key("security");
    out += R"([{"bearer":[]},{"cookie":[]}])";
    document.key("paths");
    append_paths(out, api);
    document.key("components");
    append_components(out, api);
  }
  return out;
}

}  // namespace pf
