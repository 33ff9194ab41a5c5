#include "native.hpp"

namespace leadline::python {

namespace {

/// The reader that was set; lives for ever.
PyObject*& reader() noexcept {
  static PyObject* held = nullptr;
  return held;
}

class with_gil {
 public:
  with_gil() noexcept : state_(PyGILState_Ensure()) {}
  with_gil(const with_gil&) = delete;
  with_gil& operator=(const with_gil&) = delete;
  ~with_gil() { PyGILState_Release(state_); }

 private:
  PyGILState_STATE state_;
};

/// What the reader raises is told as Python tells what it cannot raise: the library knows no more than that it failed.
leadline_status read_zone(void*, const char* name, size_t name_size, leadline_buffer* into) noexcept {
  const with_gil held;
  const leadline_status status = guarded<>(static_cast<leadline_status>(LEADLINE_CALLBACK_FAILED), [&] {
    const owned asked = owned::from_call(text_from(std::string_view(name, name_size)));
    const owned found = owned::from_call(PyObject_CallFunctionObjArgs(reader(), asked.get(), nullptr));
    if (found.get() == Py_None) return static_cast<leadline_status>(LEADLINE_NOT_FOUND);
    const bytes_view content(found.get(), "what the reader of zones gives");
    return leadline_buffer_append(into, content.data(), content.size());
  });
  if (PyErr_Occurred() != nullptr) PyErr_WriteUnraisable(reader());
  return status;
}

PyObject* set_zones(PyObject*, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"reader"};
  const auto asked = read_call("set_zones", names, 1, given, count, keywords);
  if (PyCallable_Check(asked[0]) == 0) raise_type("the reader of zones must be callable");
  const leadline_status status = leadline_zones_set(&read_zone, nullptr);
  if (status == LEADLINE_IN_USE) {
    raise(status, "zones", "zones were set before, or something was compiled without");
  }
  require(status);
  reader() = owned::share(asked[0]).release();
  return owned::share(Py_None).release();
}

}  // namespace

void add_functions(PyObject* module) {
  static PyMethodDef functions[] = {method<set_zones>("set_zones"), {}};
  if (PyModule_AddFunctions(module, functions) < 0) throw python_error();
}

}  // namespace leadline::python
