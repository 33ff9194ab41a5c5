#include "native.hpp"

namespace leadline::python {

namespace {

struct calendar_object {
  PyObject ob_base;
  leadline_calendar* handle;
};

[[nodiscard]] const leadline_calendar* calendar_of(PyObject* self) noexcept { return as<calendar_object>(self).handle; }

void free_calendar(PyObject* self) noexcept {
  leadline_calendar_free(as<calendar_object>(self).handle);
  free_object(self);
}

/// A mapping is written as JSON first.
PyObject* new_calendar(PyTypeObject* type, PyObject* given, PyObject* keywords) noexcept {
  return guarded<>(static_cast<PyObject*>(nullptr), [&] {
    constexpr const char* names[] = {"calendar"};
    const auto asked = read_new("Calendar", names, 1, given, keywords, 1);
    const owned text =
        owned::from_call(PyObject_CallFunctionObjArgs(helper("leadline._convert", "json_text"), asked[0], nullptr));
    const bytes_view json(text.get(), "calendar");
    owned out = owned::from_call(PyType_GenericAlloc(type, 0));
    leadline_diagnostics* told = nullptr;
    leadline_error error = LEADLINE_ERROR_INIT;
    const leadline_status status =
        leadline_calendar_compile(json.data(), json.size(), &as<calendar_object>(out.get()).handle, &told, &error);
    const diagnostics_handle diagnostics(told);
    if (status != LEADLINE_OK) raise(status, error, told);
    return out.release();
  });
}

PyObject* calendar_of_model(PyObject* type, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"model", "name"};
  const auto asked = read_call("Calendar.of_model", names, 2, given, count, keywords);
  const model_object& model = model_of(asked[0]);
  const std::string_view name = text_of(asked[1], "name");
  owned out = owned::from_call(PyType_GenericAlloc(reinterpret_cast<PyTypeObject*>(type), 0));
  leadline_error error = LEADLINE_ERROR_INIT;
  require(leadline_calendar_of_model(model.handle, name.data(), name.size(), &as<calendar_object>(out.get()).handle,
                                     &error),
          error);
  return out.release();
}

[[nodiscard]] std::int64_t integer_of(PyObject* object, const char* what) {
  if (!PyLong_Check(object) || PyBool_Check(object)) {
    const owned name = owned::from_call(PyType_GetName(Py_TYPE(object)));
    raise_type("%s must be an int, not %U", what, name.get());
  }
  const long long out = PyLong_AsLongLong(object);
  if (out == -1 && PyErr_Occurred() != nullptr) throw python_error();
  return out;
}

PyObject* calendar_add(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"at", "amount"};
  const auto asked = read_call("add", names, 2, given, count, keywords);
  const std::string_view amount = text_of(asked[1], "amount");
  std::int64_t out = 0;
  leadline_error error = LEADLINE_ERROR_INIT;
  require(
      leadline_calendar_add(calendar_of(self), instant_of(asked[0], "at"), amount.data(), amount.size(), &out, &error),
      error);
  return instant_like(out, asked[0]);
}

PyObject* calendar_add_open_ms(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"at", "open_ms"};
  const auto asked = read_call("add_open_ms", names, 2, given, count, keywords);
  std::int64_t out = 0;
  leadline_error error = LEADLINE_ERROR_INIT;
  require(leadline_calendar_add_open(calendar_of(self), instant_of(asked[0], "at"), integer_of(asked[1], "open_ms"),
                                     &out, &error),
          error);
  return instant_like(out, asked[0]);
}

PyObject* calendar_add_days(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"at", "days", "to_close"};
  const auto asked = read_call("add_days", names, 2, given, count, keywords, 2);
  const std::int32_t day_end =
      asked[2] != nullptr && is_true(asked[2]) ? LEADLINE_DAY_END_CLOSE : LEADLINE_DAY_END_SAME_TIME;
  std::int64_t out = 0;
  leadline_error error = LEADLINE_ERROR_INIT;
  require(leadline_calendar_add_days(calendar_of(self), instant_of(asked[0], "at"), integer_of(asked[1], "days"),
                                     day_end, &out, &error),
          error);
  return instant_like(out, asked[0]);
}

constexpr const char* span_argument_names[] = {"start", "end"};

PyObject* calendar_elapsed_ms(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  const auto asked = read_call("elapsed_ms", span_argument_names, 2, given, count, keywords);
  return PyLong_FromLongLong(
      leadline_calendar_elapsed(calendar_of(self), instant_of(asked[0], "start"), instant_of(asked[1], "end")));
}

PyObject* calendar_elapsed(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  const auto asked = read_call("elapsed", span_argument_names, 2, given, count, keywords);
  const owned ms = owned::from_call(PyLong_FromLongLong(
      leadline_calendar_elapsed(calendar_of(self), instant_of(asked[0], "start"), instant_of(asked[1], "end"))));
  return owned::from_call(PyObject_CallFunctionObjArgs(helper("leadline._convert", "span"), ms.get(), nullptr))
      .release();
}

constexpr const char* at_argument_names[] = {"at"};

PyObject* calendar_is_open(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  const auto asked = read_call("is_open", at_argument_names, 1, given, count, keywords);
  return PyBool_FromLong(leadline_calendar_is_open(calendar_of(self), instant_of(asked[0], "at")));
}

using question = leadline_status (*)(const leadline_calendar*, std::int64_t, std::int64_t*, leadline_error*);

PyObject* ask(const char* name, question what, PyObject* self, PyObject* const* given, Py_ssize_t count,
              PyObject* keywords) {
  const auto asked = read_call(name, at_argument_names, 1, given, count, keywords);
  std::int64_t out = 0;
  leadline_error error = LEADLINE_ERROR_INIT;
  require(what(calendar_of(self), instant_of(asked[0], "at"), &out, &error), error);
  return instant_like(out, asked[0]);
}
PyObject* calendar_next_open(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  return ask("next_open", &leadline_calendar_next_open, self, given, count, keywords);
}
PyObject* calendar_next_close(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  return ask("next_close", &leadline_calendar_next_close, self, given, count, keywords);
}
PyObject* calendar_previous_close(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  return ask("previous_close", &leadline_calendar_previous_close, self, given, count, keywords);
}

}  // namespace

void add_calendar_type(PyObject* module) {
  static PyMethodDef methods[] = {method<calendar_of_model>("of_model", METH_CLASS),
                                  method<calendar_add>("add"),
                                  method<calendar_add_open_ms>("add_open_ms"),
                                  method<calendar_add_days>("add_days"),
                                  method<calendar_elapsed>("elapsed"),
                                  method<calendar_elapsed_ms>("elapsed_ms"),
                                  method<calendar_is_open>("is_open"),
                                  method<calendar_next_open>("next_open"),
                                  method<calendar_next_close>("next_close"),
                                  method<calendar_previous_close>("previous_close"),
                                  {}};
  static PyType_Slot slots[] = {
      slot(Py_tp_new, new_calendar), slot(Py_tp_dealloc, free_calendar), slot(Py_tp_methods, methods), {0, nullptr}};
  static PyType_Spec spec = {"leadline._native.Calendar", sizeof(calendar_object), 0, Py_TPFLAGS_DEFAULT, slots};
  known_types().calendar = add_type(module, spec, "Calendar");
}

}  // namespace leadline::python
