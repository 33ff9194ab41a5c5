#include <string>

#include "event_list.hpp"
#include "native.hpp"

namespace leadline::python {

namespace {

struct contact_object {
  PyObject ob_base;
  PyObject* model;
  PyObject* id;
  /// Bytes: what the host keeps.
  PyObject* state;
  /// LEADLINE_NO_INSTANT until a step has told it.
  std::int64_t wakeup_ms;
  bool is_wakeup_known;
};

void free_contact(PyObject* self) noexcept {
  auto& contact = as<contact_object>(self);
  Py_XDECREF(contact.model);
  Py_XDECREF(contact.id);
  Py_XDECREF(contact.state);
  free_object(self);
}

/// The fold of all of a model's contacts; the GIL is held while it works, so that it is never taken.
[[nodiscard]] leadline_contact_fold* fold_of(const contact_object& contact) {
  auto& model = as<model_object>(contact.model);
  if (model.fold == nullptr) {
    leadline_error error = LEADLINE_ERROR_INIT;
    require(leadline_contact_fold_create(model.handle, &model.fold, &error), error);
  }
  return model.fold;
}

[[nodiscard]] std::string_view bytes_of(PyObject* bytes) {
  char* data = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(bytes, &data, &size) < 0) throw python_error();
  return {data, static_cast<std::size_t>(size)};
}

[[nodiscard]] buffer_handle new_buffer() {
  leadline_buffer* made = nullptr;
  require(leadline_buffer_create(&made));
  return buffer_handle(made);
}

[[nodiscard]] owned bytes_from(const buffer_handle& buffer) {
  const leadline_text content = leadline_buffer_content(buffer.get());
  return owned::from_call(PyBytes_FromStringAndSize(content.data, static_cast<Py_ssize_t>(content.size)));
}

void set_state(contact_object& contact, owned state) {
  const owned before = owned::from_call(std::exchange(contact.state, state.release()));
}

/// One step: the state and what is told change together, or neither.
[[nodiscard]] PyObject* step(contact_object& contact, event_list* events, std::int64_t advance_to_ms) {
  const std::string_view id = text_of(contact.id, "id");
  const owned before = owned::share(contact.state);
  const std::string_view state = bytes_of(before.get());
  const buffer_handle after = new_buffer();
  owned told = new_decisions();
  std::int64_t wakeup_ms = LEADLINE_NO_INSTANT;
  leadline_error error = LEADLINE_ERROR_INIT;
  const leadline_event* const first = events == nullptr ? nullptr : events->data();
  const leadline_status status = leadline_contact_step(
      fold_of(contact), id.data(), id.size(), state.data(), state.size(), first, events == nullptr ? 0 : events->size(),
      sizeof(leadline_event), advance_to_ms, after.get(), as<decisions_object>(told.get()).handle, &wakeup_ms, &error);
  if (status != LEADLINE_OK) raise(status, error, nullptr, {.is_known = true, .done = 0, .decisions = nullptr});
  set_state(contact, bytes_from(after));
  contact.wakeup_ms = wakeup_ms;
  contact.is_wakeup_known = true;
  settle(as<decisions_object>(told.get()));
  return told.release();
}

PyObject* new_contact(PyTypeObject* type, PyObject* given, PyObject* keywords) noexcept {
  return guarded<>(static_cast<PyObject*>(nullptr), [&] {
    constexpr const char* names[] = {"model", "id", "state"};
    const auto asked = read_new("Contact", names, 2, given, keywords, 3);
    static_cast<void>(model_of(asked[0]));
    if (text_of(asked[1], "id").empty()) raise(LEADLINE_INVALID_ARGUMENT, "argument", "the contact's id is empty");
    owned state;
    if (asked.has(2)) {
      if (PyUnicode_Check(asked[2])) raise_type("state must be bytes, not str");
      const bytes_view bytes(asked[2], "state");
      state = owned::from_call(PyBytes_FromStringAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size())));
    } else {
      state = owned::from_call(PyBytes_FromStringAndSize("", 0));
    }
    owned out = owned::from_call(PyType_GenericAlloc(type, 0));
    auto& made = as<contact_object>(out.get());
    made.model = owned::share(asked[0]).release();
    made.id = owned::share(asked[1]).release();
    made.state = state.release();
    made.wakeup_ms = LEADLINE_NO_INSTANT;
    // Bytes that are none of this contact's are refused here, not when they are first needed.
    if (!bytes_of(made.state).empty()) {
      const owned nothing = owned::from_call(step(made, nullptr, LEADLINE_NO_INSTANT));
    }
    return out.release();
  });
}

PyObject* contact_process(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"event"};
  const auto asked = read_call("process", names, 1, given, count, keywords);
  event_list events;
  events.add(asked[0]);
  return step(as<contact_object>(self), &events, LEADLINE_NO_INSTANT);
}

PyObject* contact_send(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"type", "at", "data", "id"};
  const auto asked = read_call("send", names, 2, given, count, keywords);
  event_list events;
  events.add(nullptr, asked[0], asked[1], asked[2], asked[3]);
  return step(as<contact_object>(self), &events, LEADLINE_NO_INSTANT);
}

PyObject* contact_process_many(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"events"};
  const auto asked = read_call("process_many", names, 1, given, count, keywords);
  event_list events;
  const owned each = owned::from_call(PyObject_GetIter(asked[0]));
  while (PyObject* const next = PyIter_Next(each.get())) {
    const owned event = owned::from_call(next);
    events.add(event.get());
  }
  if (PyErr_Occurred() != nullptr) throw python_error();
  return step(as<contact_object>(self), &events, LEADLINE_NO_INSTANT);
}

PyObject* contact_advance(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"to"};
  const auto asked = read_call("advance", names, 1, given, count, keywords);
  const std::int64_t to_ms = instant_of(asked[0], "to");
  if (to_ms == LEADLINE_NO_INSTANT) raise(LEADLINE_OUT_OF_RANGE, "argument", "to is not between 1970 and 2200");
  return step(as<contact_object>(self), nullptr, to_ms);
}

/// This contact ends, and the other takes over what it had.
PyObject* contact_merge_into(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"other", "at", "id"};
  const auto asked = read_call("merge_into", names, 2, given, count, keywords);
  if (!PyObject_TypeCheck(asked[0], known_types().contact)) {
    const owned name = owned::from_call(PyType_GetName(Py_TYPE(asked[0])));
    raise_type("other must be a leadline.Contact, not %U", name.get());
  }
  auto &from = as<contact_object>(self), &into = as<contact_object>(asked[0]);
  const owned key = owned::from_call(PyUnicode_FromString("into"));
  const owned data = owned::from_call(PyDict_New());
  if (PyDict_SetItem(data.get(), key.get(), into.id) < 0) throw python_error();
  const owned type = owned::from_call(PyUnicode_FromString("contact.merge"));
  event_list events;
  events.add(nullptr, type.get(), asked[1], data.get(), asked[2]);
  const std::string_view from_id = text_of(from.id, "id"), into_id = text_of(into.id, "id");
  const owned from_before = owned::share(from.state), into_before = owned::share(into.state);
  const std::string_view from_state = bytes_of(from_before.get()), into_state = bytes_of(into_before.get());
  const buffer_handle from_after = new_buffer(), into_after = new_buffer();
  owned told = new_decisions();
  leadline_error error = LEADLINE_ERROR_INIT;
  require(leadline_contact_merge(fold_of(from), from_id.data(), from_id.size(), from_state.data(), from_state.size(),
                                 into_id.data(), into_id.size(), into_state.data(), into_state.size(), events.data(),
                                 sizeof(leadline_event), from_after.get(), into_after.get(),
                                 as<decisions_object>(told.get()).handle, &error),
          error);
  owned from_bytes = bytes_from(from_after), into_bytes = bytes_from(into_after);
  set_state(from, std::move(from_bytes));
  set_state(into, std::move(into_bytes));
  from.is_wakeup_known = into.is_wakeup_known = false;
  settle(as<decisions_object>(told.get()));
  return told.release();
}

std::int64_t score_milli_of(PyObject* self, const arguments<2>& asked) {
  const auto& contact = as<contact_object>(self);
  const std::uint32_t score = score_of(as<model_object>(contact.model), asked[1]);
  const std::int64_t at_ms = instant_of(asked[0], "at");
  const owned held = owned::share(contact.state);
  const std::string_view state = bytes_of(held.get());
  std::int64_t milli = 0;
  leadline_error error = LEADLINE_ERROR_INIT;
  require(leadline_contact_score(fold_of(contact), state.data(), state.size(), score, at_ms, &milli, &error), error);
  return milli;
}

constexpr const char* score_argument_names[] = {"at", "score"};

PyObject* contact_score(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  const auto asked = read_call("score", score_argument_names, 1, given, count, keywords);
  return PyFloat_FromDouble(static_cast<double>(score_milli_of(self, asked)) / 1000);
}

PyObject* contact_score_milli(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  const auto asked = read_call("score_milli", score_argument_names, 1, given, count, keywords);
  return PyLong_FromLongLong(score_milli_of(self, asked));
}

PyObject* contact_digest(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  read_arguments("digest", nullptr, 0, 0, 0, given, count, keywords, nullptr);
  const auto& contact = as<contact_object>(self);
  const std::string_view state = bytes_of(contact.state);
  std::uint64_t out = 0;
  leadline_error error = LEADLINE_ERROR_INIT;
  if (!state.empty())
    require(leadline_contact_digest(fold_of(contact), state.data(), state.size(), &out, &error), error);
  return PyLong_FromUnsignedLongLong(out);
}

PyObject* contact_id(PyObject* self) { return owned::share(as<contact_object>(self).id).release(); }
PyObject* contact_state(PyObject* self) { return owned::share(as<contact_object>(self).state).release(); }
PyObject* contact_model(PyObject* self) { return owned::share(as<contact_object>(self).model).release(); }

std::int64_t wakeup_of(PyObject* self) {
  auto& contact = as<contact_object>(self);
  // After a merge it is not told: a step that does nothing asks.
  if (!contact.is_wakeup_known && !bytes_of(contact.state).empty()) {
    const owned nothing = owned::from_call(step(contact, nullptr, LEADLINE_NO_INSTANT));
  }
  return bytes_of(contact.state).empty() ? LEADLINE_NO_INSTANT : contact.wakeup_ms;
}
PyObject* contact_next_wakeup(PyObject* self) { return datetime_from(wakeup_of(self)); }
PyObject* contact_next_wakeup_ms(PyObject* self) { return milliseconds_from(wakeup_of(self)); }

}  // namespace

void add_contact_type(PyObject* module) {
  static PyMethodDef methods[] = {method<contact_process>("process"),
                                  method<contact_send>("send"),
                                  method<contact_process_many>("process_many"),
                                  method<contact_advance>("advance"),
                                  method<contact_merge_into>("merge_into"),
                                  method<contact_score>("score"),
                                  method<contact_score_milli>("score_milli"),
                                  method<contact_digest>("digest"),
                                  {}};
  static PyGetSetDef attributes[] = {attribute<contact_id>("id"),
                                     attribute<contact_state>("state"),
                                     attribute<contact_model>("model"),
                                     attribute<contact_next_wakeup>("next_wakeup"),
                                     attribute<contact_next_wakeup_ms>("next_wakeup_ms"),
                                     {}};
  static PyType_Slot slots[] = {slot(Py_tp_new, new_contact),
                                slot(Py_tp_dealloc, free_contact),
                                slot(Py_tp_methods, methods),
                                slot(Py_tp_getset, attributes),
                                {0, nullptr}};
  static PyType_Spec spec = {"leadline._native.Contact", sizeof(contact_object), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};
  known_types().contact = add_type(module, spec, "Contact");
}

}  // namespace leadline::python
