// Where the parts of the platform put what happened. Events are queued, and handled only after the
// call has returned: no part is ever re-entered by its own news.
#pragma once
#include "hub/core/events.hpp"

namespace pf::hub {

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void deliver(Event event) = 0;
  // False while there is more to handle than is sensible: what may be lost, such as an
  // announcement, is not delivered then.
  virtual bool has_room() const = 0;
};

}  // namespace pf::hub
