#include "native.hpp"

namespace leadline::python {

namespace {

struct report_object {
  PyObject ob_base;
  leadline_report* handle;
};

void free_report(PyObject* self) noexcept {
  leadline_report_free(as<report_object>(self).handle);
  free_object(self);
}

PyObject* new_report(PyTypeObject*, PyObject*, PyObject*) noexcept {
  PyErr_SetString(PyExc_TypeError, "a report is made by the functions of leadline.reports");
  return nullptr;
}

/// An object around what `make` makes of a request.
template <class Make>
[[nodiscard]] PyObject* report_from(PyObject* request, Make make) {
  const bytes_view asked(request, "request");
  owned out = owned::from_call(PyType_GenericAlloc(known_types().report, 0));
  leadline_error error = LEADLINE_ERROR_INIT;
  require(make(asked, &as<report_object>(out.get()).handle, &error), error);
  return out.release();
}

constexpr const char* of_model_names[] = {"model", "request"};

using of_model = leadline_status (*)(const leadline_model*, const char*, std::size_t, leadline_report**,
                                     leadline_error*);
template <of_model Make>
PyObject* report_of_model(PyObject*, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  const auto asked = read_call("_of", of_model_names, 2, given, count, keywords);
  const model_object& model = model_of(asked[0]);
  return report_from(asked[1], [&](const bytes_view& text, leadline_report** out, leadline_error* error) {
    return Make(model.handle, text.data(), text.size(), out, error);
  });
}

PyObject* report_of_comparison(PyObject*, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"before", "after", "request"};
  const auto asked = read_call("_of_comparison", names, 3, given, count, keywords);
  const model_object& before = model_of(asked[0]);
  const model_object& after = model_of(asked[1]);
  return report_from(asked[2], [&](const bytes_view& text, leadline_report** out, leadline_error* error) {
    return leadline_report_of_comparison(before.handle, after.handle, text.data(), text.size(), out, error);
  });
}

PyObject* report_of_plan(PyObject*, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  const auto asked = read_call("_of_plan", of_model_names, 2, given, count, keywords);
  const leadline_model* const model = asked.has(0) ? model_of(asked[0]).handle : nullptr;
  return report_from(asked[1], [&](const bytes_view& text, leadline_report** out, leadline_error* error) {
    return leadline_report_of_plan(model, text.data(), text.size(), out, error);
  });
}

using take = leadline_status (*)(leadline_report*, const char*, std::size_t, std::uint64_t*, leadline_error*);
template <take Take>
PyObject* report_take(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"lines"};
  const auto asked = read_call("_take", names, 1, given, count, keywords);
  const bytes_view lines(asked[0], "lines");
  leadline_report* const report = as<report_object>(self).handle;
  leadline_error error = LEADLINE_ERROR_INIT;
  std::uint64_t done = 0;
  leadline_status status = LEADLINE_OK;
  {
    const without_gil released;
    status = Take(report, lines.data(), lines.size(), &done, &error);
  }
  if (status != LEADLINE_OK) raise(status, error, nullptr, {.is_known = true, .done = done});
  return owned::share(Py_None).release();
}

PyObject* report_write(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"form"};
  const auto asked = read_call("_write", names, 1, given, count, keywords);
  const long form = PyLong_AsLong(asked[0]);
  if (form == -1 && PyErr_Occurred() != nullptr) throw python_error();
  leadline_buffer* made = nullptr;
  require(leadline_buffer_create(&made));
  const buffer_handle out(made);
  leadline_report* const report = as<report_object>(self).handle;
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_status status = LEADLINE_OK;
  {
    const without_gil released;
    status = leadline_report_write(report, static_cast<std::int32_t>(form), made, &error);
  }
  require(status, error);
  return text_from(view(leadline_buffer_content(made)));
}

PyObject* sla_document(PyObject*, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"pack", "file"};
  const auto asked = read_call("_sla_document", names, 1, given, count, keywords);
  const bytes_view text(asked[0], "pack");
  const std::string_view file = asked.has(1) ? text_of(asked[1], "file") : std::string_view();
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_pack* parsed = nullptr;
  require(leadline_pack_parse(text.data(), text.size(), file.data(), file.size(), &parsed, &error), error);
  const pack_handle pack(parsed);
  leadline_buffer* made = nullptr;
  require(leadline_buffer_create(&made));
  const buffer_handle out(made);
  require(leadline_pack_sla_document(parsed, made, &error), error);
  return text_from(view(leadline_buffer_content(made)));
}

}  // namespace

void add_report_type(PyObject* module) {
  static PyMethodDef methods[] = {method<report_of_model<leadline_report_of_run>>("_of_run", METH_STATIC),
                                  method<report_of_model<leadline_report_of_handoff>>("_of_handoff", METH_STATIC),
                                  method<report_of_model<leadline_report_of_backtest>>("_of_backtest", METH_STATIC),
                                  method<report_of_comparison>("_of_comparison", METH_STATIC),
                                  method<report_of_plan>("_of_plan", METH_STATIC),
                                  method<sla_document>("_sla_document", METH_STATIC),
                                  method<report_take<leadline_report_take_decisions>>("_take_decisions"),
                                  method<report_take<leadline_report_take_events>>("_take_events"),
                                  method<report_write>("_write"),
                                  {}};
  static PyType_Slot slots[] = {
      slot(Py_tp_new, new_report), slot(Py_tp_dealloc, free_report), slot(Py_tp_methods, methods), {0, nullptr}};
  static PyType_Spec spec = {"leadline._native.Report", sizeof(report_object), 0, Py_TPFLAGS_DEFAULT, slots};
  known_types().report = add_type(module, spec, "Report");
}

}  // namespace leadline::python
