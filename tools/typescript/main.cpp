// Prints the web app's types, validation and API client from the C++ declarations:
//   printfarm-typescript protocol > web/src/generated/protocol.ts
//   printfarm-typescript api      > web/src/generated/api.ts
#include <cstdio>
#include <iostream>
#include <string>

#include "cloud/main/api.hpp"

namespace pf {
namespace {

constexpr std::string_view banner =
    "// Generated from the C++ declarations by ./dev generate. Never edited by hand.\n";

std::string number_text(double value) {
  std::string text;
  json::append_number(text, value);
  return text;
}

std::string zod_of(const TypeRef& type);

std::string limits(const TypeRef& type) {
  std::string text;
  if (type.min && !(type.kind == TypeKind::text && *type.min == 0)) {
    text += ".min(" + number_text(*type.min) + ")";
  }
  if (type.max) text += ".max(" + number_text(*type.max) + ")";
  return text;
}

std::string zod_of(const TypeRef& type) {
  switch (type.kind) {
    case TypeKind::text: return "z.string()" + limits(type);
    case TypeKind::number: return "z.number()" + limits(type);
    case TypeKind::integer: return "z.number().int()" + limits(type);
    case TypeKind::boolean: return "z.boolean()";
    case TypeKind::word: {
      std::string words;
      for (const auto& one : type.words) {
        words += (words.empty() ? "'" : ", '") + one + "'";
      }
      return "z.enum([" + words + "])";
    }
    case TypeKind::list: {
      const auto list = "z.array(" + zod_of(*type.item) + ")";
      return type.items_max ? list + ".max(" + std::to_string(*type.items_max) + ")" : list;
    }
    case TypeKind::object: return type.name;
    case TypeKind::any: return "z.unknown()";
  }
  return "z.unknown()";
}

void print_protocol(const ApiDescription& api) {
  std::cout << banner << "import { z } from 'zod'\n";
  for (const auto& name : api.model.order) {
    const auto& object = api.model.objects.at(name);
    std::cout << "\nexport const " << name << " = z.object({\n";
    if (object.message_type) std::cout << "  type: z.literal('" << *object.message_type << "'),\n";
    for (const auto& field : object.fields) {
      std::cout << "  " << field.name << ": " << zod_of(*field.type)
                << (field.required ? "" : ".optional()") << ",\n";
    }
    std::cout << "})\nexport type " << name << " = z.infer<typeof " << name << ">\n";
  }
}

std::string typescript_of(const TypeRef& type) {
  return type.kind == TypeKind::object ? "t." + type.name : "unknown";
}

// "/api/printers/{id}" is `/api/printers/${encodeURIComponent(id)}`.
std::string path_template(std::string_view path, std::string& parameters) {
  std::string text = "`";
  while (!path.empty()) {
    const auto open = std::min(path.find('{'), path.size());
    text += path.substr(0, open);
    path.remove_prefix(open);
    if (path.empty()) break;
    const auto close = path.find('}');
    const std::string name(path.substr(1, close - 1));
    // "id", "user_id": ids are text; the rest ("plate") are numbers.
    const bool numeric = !name.ends_with("id");
    parameters += (parameters.empty() ? "" : ", ") + name + (numeric ? ": number" : ": string");
    text += "${" + (numeric ? name : "encodeURIComponent(" + name + ")") + "}";
    path.remove_prefix(close + 1);
  }
  return text + "`";
}

void print_operation(const RouteDescription& route) {
  std::string parameters;
  const auto path = path_template(route.path, parameters);
  std::string arguments;
  const auto add = [&](std::string_view name, const std::string& type, bool optional) {
    parameters +=
        (parameters.empty() ? "" : ", ") + std::string(name) + (optional ? "?: " : ": ") + type;
    arguments += (arguments.empty() ? "" : ", ") + std::string(name);
  };
  std::cout << "    " << route.operation;
  if (route.download) {
    std::cout << ": (" << parameters << ") => " << path << ",\n";
    return;
  }
  if (route.query) add("query", typescript_of(*route.query), true);
  if (route.body) add("body", typescript_of(*route.body), false);
  if (route.upload) {
    std::cout << ": (file: File, options?: UploadOptions) =>\n      send_file<"
              << typescript_of(*route.reply) << ">(" << path << ", file, options),\n";
    return;
  }
  std::string method(word(route.method));
  for (auto& c : method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const std::string reply = route.reply ? typescript_of(*route.reply) : "void";
  std::cout << ": (" << parameters << ") =>\n      send<" << reply << ">('" << method << "', "
            << path;
  if (route.query || route.body) {
    std::cout << ", { " << arguments << " }";
  }
  std::cout << "),\n";
}

void print_api(const ApiDescription& api) {
  std::cout << banner << "import { send, send_file, type UploadOptions } from '../lib/http'\n"
            << "import type * as t from './protocol'\n\nexport const api = {\n";
  std::string module;
  for (const auto& route : api.routes) {
    if (route.module != module) {
      if (!module.empty()) std::cout << "  },\n";
      module = route.module;
      std::cout << "  " << module << ": {\n";
    }
    print_operation(route);
  }
  std::cout << "  },\n} as const\n";
}

}  // namespace
}  // namespace pf

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  const auto api = pf::describe_api();
  if (what == "protocol") {
    pf::print_protocol(api);
  } else if (what == "api") {
    pf::print_api(api);
  } else {
    std::fprintf(stderr, "usage: printfarm-typescript protocol|api\n");
    return 2;
  }
  return 0;
}
