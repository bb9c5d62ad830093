#include "cloud/domain/files/xml.hpp"

#include <expat.h>

#include <exception>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "cloud/domain/files/archive.hpp"

namespace pf {
namespace {

struct FreeParser {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

// Nothing may be thrown through expat's own frames: what a handler throws waits here.
struct Session {
  XML_Parser parser;
  XmlHandler& handler;
  int depth = 0;
  std::optional<Fault> fault = std::nullopt;
  std::exception_ptr thrown = nullptr;

  void stop(std::optional<Fault> with) {
    fault = std::move(with);
    XML_StopParser(parser, XML_FALSE);
  }
};

Fault not_plain(std::string_view says) {
  return {422, "This file is not read because " + std::string(says) +
                   ". Export it again from the slicer."};
}

void on_start(void* data, const char* element, const char** attributes) {
  auto& session = *static_cast<Session*>(data);
  if (session.fault || session.thrown) return;
  try {
    if (++session.depth > xml_depth_max) {
      session.stop(not_plain("its description is nested too deep"));
      return;
    }
    auto fault = session.handler.start(element, XmlAttributes(attributes));
    if (fault) session.stop(std::move(fault));
  } catch (...) {
    session.thrown = std::current_exception();
    XML_StopParser(session.parser, XML_FALSE);
  }
}

void on_end(void* data, const char* element) {
  auto& session = *static_cast<Session*>(data);
  if (session.fault || session.thrown) return;
  --session.depth;
  try {
    session.handler.end(element);
  } catch (...) {
    session.thrown = std::current_exception();
    XML_StopParser(session.parser, XML_FALSE);
  }
}

void on_document_type(void* data, const char*, const char*, const char*, int) {
  static_cast<Session*>(data)->stop(not_plain("its description declares a document type"));
}

}  // namespace

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
  for (auto pair = pairs_; *pair; pair += 2) {
    if (name == *pair) return std::string_view(pair[1]);
  }
  return std::nullopt;
}

Answer<Nothing> read_xml(std::string_view document, std::string_view document_name,
                         XmlHandler& handler) {
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeParser> parser(
      XML_ParserCreate(nullptr));
  if (!parser) throw std::bad_alloc();
  Session session{parser.get(), handler};
  XML_SetUserData(parser.get(), &session);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_document_type);
  const auto status =
      XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), XML_TRUE);
  if (session.thrown) std::rethrow_exception(session.thrown);
  if (session.fault) return *session.fault;
  if (status != XML_STATUS_OK) return damaged(document_name);
  return Nothing{};
}

}  // namespace pf
