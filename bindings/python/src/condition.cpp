#include "native.hpp"

namespace leadline::python {

namespace {

struct condition_object {
  PyObject ob_base;
  leadline_condition* handle;
};

void free_condition(PyObject* self) noexcept {
  leadline_condition_free(as<condition_object>(self).handle);
  free_object(self);
}

[[nodiscard]] owned json_of(PyObject* object) {
  return owned::from_call(PyObject_CallFunctionObjArgs(helper("leadline._convert", "json_text"), object, nullptr));
}

PyObject* new_condition(PyTypeObject* type, PyObject* given, PyObject* keywords) noexcept {
  return guarded<>(static_cast<PyObject*>(nullptr), [&] {
    constexpr const char* names[] = {"rule", "semantics"};
    const auto asked = read_new("Condition", names, 1, given, keywords, 1);
    std::int32_t semantics = LEADLINE_SEMANTICS_LEADLINE;
    if (asked.has(1)) {
      const std::string_view name = text_of(asked[1], "semantics");
      if (name == "jsonlogic") {
        semantics = LEADLINE_SEMANTICS_JSONLOGIC;
      } else if (name != "leadline") {
        raise(LEADLINE_INVALID_ARGUMENT, "argument", "semantics is neither \"leadline\" nor \"jsonlogic\"");
      }
    }
    const owned text = json_of(asked[0]);
    const bytes_view json(text.get(), "rule");
    owned out = owned::from_call(PyType_GenericAlloc(type, 0));
    leadline_diagnostics* told = nullptr;
    leadline_error error = LEADLINE_ERROR_INIT;
    const leadline_status status = leadline_condition_compile(json.data(), json.size(), semantics,
                                                              &as<condition_object>(out.get()).handle, &told, &error);
    const diagnostics_handle diagnostics(told);
    if (status != LEADLINE_OK) raise(status, error, told);
    return out.release();
  });
}

constexpr const char* argument_names[] = {"data", "now"};

PyObject* condition_evaluate(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  const auto asked = read_call("evaluate", argument_names, 1, given, count, keywords);
  const std::int64_t now_ms = asked.has(1) ? instant_of(asked[1], "now") : 0;
  const owned text = json_of(asked[0]);
  const bytes_view data(text.get(), "data");
  leadline_buffer* made = nullptr;
  require(leadline_buffer_create(&made));
  const buffer_handle out(made);
  leadline_error error = LEADLINE_ERROR_INIT;
  require(
      leadline_condition_evaluate(as<condition_object>(self).handle, data.data(), data.size(), now_ms, made, &error),
      error);
  return json_from(view(leadline_buffer_content(made)));
}

PyObject* condition_holds(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  const auto asked = read_call("holds", argument_names, 1, given, count, keywords);
  const std::int64_t now_ms = asked.has(1) ? instant_of(asked[1], "now") : 0;
  const owned text = json_of(asked[0]);
  const bytes_view data(text.get(), "data");
  std::int32_t out = 0;
  leadline_error error = LEADLINE_ERROR_INIT;
  require(leadline_condition_holds(as<condition_object>(self).handle, data.data(), data.size(), now_ms, &out, &error),
          error);
  return PyBool_FromLong(out);
}

}  // namespace

void add_condition_type(PyObject* module) {
  static PyMethodDef methods[] = {method<condition_evaluate>("evaluate"), method<condition_holds>("holds"), {}};
  static PyType_Slot slots[] = {
      slot(Py_tp_new, new_condition), slot(Py_tp_dealloc, free_condition), slot(Py_tp_methods, methods), {0, nullptr}};
  static PyType_Spec spec = {"leadline._native.Condition", sizeof(condition_object), 0, Py_TPFLAGS_DEFAULT, slots};
  known_types().condition = add_type(module, spec, "Condition");
}

}  // namespace leadline::python
