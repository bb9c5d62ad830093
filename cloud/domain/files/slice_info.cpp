#include "cloud/domain/files/slice_info.hpp"

#include <algorithm>
#include <cmath>

#include "cloud/domain/files/numbers.hpp"
#include "cloud/domain/files/shown_text.hpp"
#include "cloud/domain/files/xml.hpp"

namespace pf {
namespace {

constexpr double print_seconds_max = 10.0 * 365 * 24 * 3600;

Fault too_many(std::string_view what) {
  return {422, "This file has too many " + std::string(what) +
                   " to be read. Split it in the slicer, and export each part."};
}

std::optional<int> plate_index_in(std::string_view text) {
  const auto index = count_in(text);
  return index && *index >= 1 && *index <= plate_index_max ? index : std::nullopt;
}

// Empty is how slicers write "not known".
template <class Field>
std::optional<Field> known(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  auto field = shown<Field>(*text);
  if (field.empty()) return std::nullopt;
  return field;
}

std::optional<Text<0, 9>> color_in(std::optional<std::string_view> text) {
  if (!text || (text->size() != 7 && text->size() != 9) || text->front() != '#') return {};
  std::string color(*text);
  for (auto digit = color.begin() + 1; digit != color.end(); ++digit) {
    if (*digit >= 'a' && *digit <= 'f') *digit = static_cast<char>(*digit - 'a' + 'A');
    if (!(*digit >= '0' && *digit <= '9') && !(*digit >= 'A' && *digit <= 'F')) return {};
  }
  return Text<0, 9>(std::move(color));
}

std::optional<double> amount_of(const XmlAttributes& attributes, std::string_view name) {
  const auto text = attributes.find(name);
  return text ? amount_in(*text) : std::nullopt;
}

class SliceInfoHandler final : public XmlHandler {
 public:
  std::optional<Fault> start(std::string_view element, const XmlAttributes& attributes) override {
    if (element == "header_item") {
      if (attributes.find("key") == "X-BBL-Client-Version") {
        info.slicer_version = known<Text<0, 40>>(attributes.find("value"));
      }
    } else if (element == "plate") {
      if (info.plates.size() >= plates_per_file_max) return too_many("plates");
      plate_ = &info.plates.emplace_back();
      plate_->facts.index = 0;
    } else if (!plate_) {
      return std::nullopt;
    } else if (element == "metadata") {
      take_metadata(attributes.find("key").value_or(""), attributes.find("value").value_or(""));
    } else if (element == "filament") {
      return take_filament(attributes);
    } else if (element == "object") {
      take_object(attributes);
    }
    return std::nullopt;
  }

  void end(std::string_view element) override {
    if (element != "plate" || !plate_) return;
    // Facts of a plate that does not say which it is belong to none.
    if (plate_->facts.index == 0) info.plates.pop_back();
    plate_ = nullptr;
  }

  SliceInfo info;

 private:
  void take_metadata(std::string_view key, std::string_view value) {
    if (key == "index") {
      plate_->facts.index = plate_index_in(value).value_or(0);
    } else if (key == "printer_model_id") {
      plate_->printer_model = known<Text<0, 40>>(value);
    } else if (key == "nozzle_diameters") {
      plate_->nozzle_diameter = shared_amount_in(value);
    } else if (key == "prediction") {
      const auto seconds = amount_in(value);
      if (seconds && *seconds <= print_seconds_max) {
        plate_->facts.print_seconds = std::llround(*seconds);
      }
    } else if (key == "weight") {
      plate_->facts.weight_grams = amount_in(value);
    }
  }

  std::optional<Fault> take_filament(const XmlAttributes& attributes) {
    const auto id = count_in(attributes.find("id").value_or(""));
    if (!id || *id < 1) return std::nullopt;
    auto& filaments = plate_->facts.filaments.value;
    if (filaments.size() >= filaments_per_plate_max) return too_many("filaments");
    auto& filament = filaments.emplace_back();
    filament.id = *id;
    filament.type = known<Text<0, 32>>(attributes.find("type"));
    filament.color = color_in(attributes.find("color"));
    filament.used_grams = amount_of(attributes, "used_g");
    filament.used_meters = amount_of(attributes, "used_m");
    return std::nullopt;
  }

  // Objects only serve skipping one of them; a plate with more than we keep still prints.
  void take_object(const XmlAttributes& attributes) {
    const auto id = count_in(attributes.find("identify_id").value_or(""));
    auto& objects = plate_->facts.objects.value;
    if (!id || objects.size() >= objects_per_plate_max || objects_ >= objects_per_file_max) return;
    ++objects_;
    objects.push_back({*id, known<Text<0, 200>>(attributes.find("name"))});
  }

  SlicedPlate* plate_ = nullptr;
  std::size_t objects_ = 0;
};

class PlateNamesHandler final : public XmlHandler {
 public:
  std::optional<Fault> start(std::string_view element, const XmlAttributes& attributes) override {
    if (element == "plate") {
      in_plate_ = true;
      index_.reset();
      name_.reset();
    } else if (element == "metadata" && in_plate_) {
      const auto key = attributes.find("key");
      const auto value = attributes.find("value").value_or("");
      if (key == "plater_id") index_ = plate_index_in(value);
      if (key == "plater_name") name_ = known<Text<0, 100>>(value);
    }
    return std::nullopt;
  }

  void end(std::string_view element) override {
    if (element != "plate") return;
    in_plate_ = false;
    if (index_ && name_) names.emplace(*index_, *name_);
  }

  PlateNames names;

 private:
  bool in_plate_ = false;
  std::optional<int> index_;
  std::optional<Text<0, 100>> name_;
};

}  // namespace

const SlicedPlate* SliceInfo::find(int plate_index) const {
  const auto found = std::find_if(plates.begin(), plates.end(), [&](const SlicedPlate& one) {
    return one.facts.index == plate_index;
  });
  return found == plates.end() ? nullptr : &*found;
}

Answer<SliceInfo> read_slice_info(std::string_view document) {
  SliceInfoHandler handler;
  auto read = read_xml(document, "slice_info.config", handler);
  if (!read) return read.error();
  return std::move(handler.info);
}

Answer<PlateNames> read_plate_names(std::string_view document) {
  PlateNamesHandler handler;
  auto read = read_xml(document, "model_settings.config", handler);
  if (!read) return read.error();
  return std::move(handler.names);
}

}  // namespace pf
