#include "sim/slice_info.hpp"

#include <expat.h>

#include <charconv>
#include <memory>
#include <vector>

namespace pf::sim {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return number;
}

struct Plate {
  std::optional<int> index;
  SliceInfo info;
};

struct Reading {
  XML_Parser parser = nullptr;
  std::vector<Plate> plates;
  bool in_plate = false;
};

std::string_view attribute(const XML_Char** attributes, std::string_view name) {
  for (; attributes[0] && attributes[1]; attributes += 2) {
    if (name == attributes[0]) return attributes[1];
  }
  return {};
}

void on_start(void* user, const XML_Char* element, const XML_Char** attributes) {
  auto& reading = *static_cast<Reading*>(user);
  const std::string_view name = element;
  if (name == "plate") {
    reading.in_plate = true;
    reading.plates.emplace_back();
  }
  if (name != "metadata" || !reading.in_plate) return;
  Plate& plate = reading.plates.back();
  const auto key = attribute(attributes, "key");
  const auto value = attribute(attributes, "value");
  if (key == "index") plate.index = parse_number<int>(value);
  if (key == "prediction") plate.info.prediction_seconds = parse_number<int>(value);
  if (key == "weight") plate.info.weight_grams = parse_number<double>(value);
}

void on_end(void* user, const XML_Char* element) {
  if (std::string_view(element) == "plate") static_cast<Reading*>(user)->in_plate = false;
}

// No slicer writes one; entities are how XML is made to explode.
void on_document_type(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  XML_StopParser(static_cast<Reading*>(user)->parser, XML_FALSE);
}

}  // namespace

std::optional<SliceInfo> read_slice_info(std::string_view xml, int plate) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(nullptr), XML_ParserFree);
  Reading reading{.parser = parser.get(), .plates = {}};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_document_type);
  const auto status = XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE);
  if (status != XML_STATUS_OK) return std::nullopt;
  for (const auto& one : reading.plates) {
    if (one.index == plate) return one.info;
  }
  return std::nullopt;
}

}  // namespace pf::sim
