// What has happened, told upward: a module emits, and main's list says who reacts. Handlers run in
// the emitter's thread after its commit, in the order of the list; what must never be lost belongs
// into the emitter's transaction instead.
#pragma once
#include <functional>
#include <map>
#include <typeindex>
#include <vector>

namespace pf {

class Events {
 public:
  template <class Event, class Module>
  void on(Module& module, void (Module::*handler)(const Event&)) {
    handlers_[typeid(Event)].push_back([&module, handler](const void* event) {
      (module.*handler)(*static_cast<const Event*>(event));
    });
  }

  template <class Event>
  void emit(const Event& event) const {
    const auto found = handlers_.find(typeid(Event));
    if (found == handlers_.end()) return;
    for (const auto& handler : found->second) handler(&event);
  }

 private:
  std::map<std::type_index, std::vector<std::function<void(const void*)>>> handlers_;
};

}  // namespace pf
