#pragma once

#include <deque>
#include <string>
#include <vector>

#include "native.hpp"

namespace leadline::python {

/// Events of Python as the C interface takes them. Holds the objects whose texts it points to.
///
///     event_list events;
///     events.add(mapping);                     // {"contact": ..., "type": ..., "at": ..., "data": {...}, "id": ...}
///     leadline_engine_apply(engine, events.data(), events.size(), sizeof(leadline_event), ...);
///
/// What is no event raises; the list is then as it was.
class event_list {
 public:
  void add(PyObject* mapping);
  /// `data` and `id` may be null. Without a contact the event names none.
  void add(PyObject* contact, PyObject* type, PyObject* at, PyObject* data, PyObject* id);
  /// Good until the next is added.
  [[nodiscard]] const leadline_event* data();
  [[nodiscard]] std::size_t size() const noexcept { return events_.size(); }
  void clear() noexcept;

 private:
  [[nodiscard]] std::string_view kept_text(PyObject* object, const char* what);
  void add_data(leadline_event& to, PyObject* data);
  /// Whether all members are plain; those that were are to be dropped otherwise.
  [[nodiscard]] bool add_fields(leadline_event& to, PyObject* dict);
  void set_data_text(leadline_event& to, std::string_view text);

  std::vector<leadline_event> events_;
  std::vector<leadline_field> fields_;
  /// Of each event, where its fields begin: these move while more are added.
  std::vector<std::size_t> first_fields_;
  std::vector<owned> kept_;
};

}  // namespace leadline::python
