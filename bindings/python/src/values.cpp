#include <cstdarg>
#include <map>
#include <utility>

#include "native.hpp"

namespace leadline::python {

types& known_types() noexcept {
  static types all;
  return all;
}

PyObject* helper(const char* module, const char* name) {
  // Names are literals: their addresses tell them apart, and a literal that stands twice is looked up twice.
  static std::map<std::pair<const char*, const char*>, PyObject*> known;
  PyObject*& found = known[{module, name}];
  if (found == nullptr) {
    const owned from = owned::from_call(PyImport_ImportModule(module));
    found = owned::from_call(PyObject_GetAttrString(from.get(), name)).release();
  }
  return found;
}

PyTypeObject* add_type(PyObject* module, PyType_Spec& spec, const char* name) {
  owned made = owned::from_call(PyType_FromSpec(&spec));
  if (PyModule_AddObjectRef(module, name, made.get()) < 0) throw python_error();
  return reinterpret_cast<PyTypeObject*>(made.release());
}

// --- Errors

void raise(leadline_status status, const leadline_error& error, const leadline_diagnostics* diagnostics,
           const progress& how_far) {
  owned listed = owned::share(Py_None);
  if (diagnostics != nullptr && leadline_diagnostics_count(diagnostics) != 0) {
    leadline_buffer* made = nullptr;
    require(leadline_buffer_create(&made));
    const buffer_handle text(made);
    require(leadline_diagnostics_json(diagnostics, made));
    listed = owned::from_call(json_from(view(leadline_buffer_content(made))));
  }
  owned done = owned::share(Py_None);
  if (how_far.is_known) done = owned::from_call(PyLong_FromUnsignedLongLong(how_far.done));
  const owned problem = owned::from_call(PyObject_CallFunction(
      helper("leadline.errors", "_from_native"), "ssssIIKKOOO", leadline_status_name(status), error.code, error.message,
      error.pointer, static_cast<unsigned int>(error.line), static_cast<unsigned int>(error.column),
      static_cast<unsigned long long>(error.offset), static_cast<unsigned long long>(error.size), listed.get(),
      done.get(), how_far.decisions == nullptr ? Py_None : how_far.decisions));
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(problem.get())), problem.get());
  throw python_error();
}

void raise(leadline_status status, const char* code, std::string_view message) {
  leadline_error error = LEADLINE_ERROR_INIT;
  std::string_view(code).copy(error.code, sizeof error.code - 1);
  message.copy(error.message, sizeof error.message - 1);
  raise(status, error);
}

void raise_type(const char* format, ...) {
  std::va_list values;
  va_start(values, format);
  PyErr_FormatV(PyExc_TypeError, format, values);
  va_end(values);
  throw python_error();
}

void require(leadline_status status) {
  if (status == LEADLINE_OK) return;
  if (status == LEADLINE_OUT_OF_MEMORY) throw std::bad_alloc();
  raise(status, "", leadline_status_name(status));
}

// --- Values

std::string_view text_of(PyObject* object, const char* what) {
  if (!PyUnicode_Check(object)) {
    const owned name = owned::from_call(PyType_GetName(Py_TYPE(object)));
    raise_type("%s must be a str, not %U", what, name.get());
  }
  Py_ssize_t size = 0;
  const char* const text = PyUnicode_AsUTF8AndSize(object, &size);
  if (text == nullptr) throw python_error();
  return {text, static_cast<std::size_t>(size)};
}

PyObject* text_from(std::string_view text) {
  // The library's own texts are UTF-8; what came from outside may hold anything, and is told with its flaws marked.
  PyObject* const made = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
  if (made == nullptr) throw python_error();
  return made;
}

PyObject* json_from(std::string_view text) {
  const owned content = owned::from_call(text_from(text));
  return owned::from_call(PyObject_CallFunctionObjArgs(helper("json", "loads"), content.get(), nullptr)).release();
}

std::int64_t instant_of(PyObject* object, const char* what) {
  // Other libraries' integers.
  owned number;
  if (!PyLong_Check(object) && PyIndex_Check(object) != 0) {
    number = owned::from_call(PyNumber_Index(object));
    object = number.get();
  }
  if (PyLong_Check(object) && !PyBool_Check(object)) {
    int is_over = 0;
    const long long at_ms = PyLong_AsLongLongAndOverflow(object, &is_over);
    if (at_ms == -1 && is_over == 0 && PyErr_Occurred() != nullptr) throw python_error();
    // Any instant that far out is refused by the library, with the message of all others.
    return is_over != 0 ? INT64_MAX : at_ms;
  }
  if (PyUnicode_Check(object)) {
    const std::string_view text = text_of(object, what);
    std::int64_t at_ms = 0;
    leadline_error error = LEADLINE_ERROR_INIT;
    require(leadline_instant_parse(text.data(), text.size(), &at_ms, &error), error);
    return at_ms;
  }
  const owned name = owned::from_call(PyUnicode_FromString(what));
  const owned found =
      owned::from_call(PyObject_CallFunctionObjArgs(helper("leadline._convert", "to_ms"), object, name.get(), nullptr));
  int is_over = 0;
  const long long at_ms = PyLong_AsLongLongAndOverflow(found.get(), &is_over);
  if (at_ms == -1 && is_over == 0 && PyErr_Occurred() != nullptr) throw python_error();
  return is_over != 0 ? INT64_MAX : at_ms;
}

PyObject* milliseconds_from(std::int64_t at_ms) {
  if (at_ms == LEADLINE_NO_INSTANT) return owned::share(Py_None).release();
  return owned::from_call(PyLong_FromLongLong(at_ms)).release();
}

PyObject* datetime_from(std::int64_t at_ms) {
  if (at_ms == LEADLINE_NO_INSTANT) return owned::share(Py_None).release();
  const owned ms = owned::from_call(PyLong_FromLongLong(at_ms));
  return owned::from_call(PyObject_CallFunctionObjArgs(helper("leadline._convert", "from_ms"), ms.get(), nullptr))
      .release();
}

PyObject* instant_like(std::int64_t at_ms, PyObject* given) {
  const owned ms = owned::from_call(PyLong_FromLongLong(at_ms));
  return owned::from_call(PyObject_CallFunctionObjArgs(helper("leadline._convert", "like"), ms.get(), given, nullptr))
      .release();
}

bytes_view::bytes_view(PyObject* object, const char* what) {
  if (PyUnicode_Check(object)) {
    const std::string_view text = text_of(object, what);
    data_ = text.data();
    size_ = text.size();
    return;
  }
  if (PyObject_CheckBuffer(object) == 0) {
    const owned name = owned::from_call(PyType_GetName(Py_TYPE(object)));
    raise_type("%s must be a str or bytes, not %U", what, name.get());
  }
  if (PyObject_GetBuffer(object, &buffer_, PyBUF_SIMPLE) < 0) throw python_error();
  has_buffer_ = true;
  data_ = static_cast<const char*>(buffer_.buf);
  size_ = static_cast<std::size_t>(buffer_.len);
}

bytes_view::~bytes_view() {
  if (has_buffer_) PyBuffer_Release(&buffer_);
}

bool is_true(PyObject* object) {
  const int truth = PyObject_IsTrue(object);
  if (truth < 0) throw python_error();
  return truth != 0;
}

// --- Arguments

namespace {

void put_keyword(const char* function, const char* const* names, std::size_t count, PyObject* name, PyObject* content,
                 PyObject** out) {
  for (std::size_t i = 0; i < count; ++i) {
    if (PyUnicode_CompareWithASCIIString(name, names[i]) != 0) continue;
    if (out[i] != nullptr) raise_type("%s() got two values for '%s'", function, names[i]);
    out[i] = content;
    return;
  }
  raise_type("%s() has no argument '%U'", function, name);
}

void require_arguments(const char* function, const char* const* names, std::size_t required, PyObject* const* out) {
  for (std::size_t i = 0; i < required; ++i) {
    if (out[i] == nullptr) raise_type("%s() needs '%s'", function, names[i]);
  }
}

}  // namespace

void read_arguments(const char* function, const char* const* names, std::size_t count, std::size_t required,
                    std::size_t by_place, PyObject* const* given, Py_ssize_t given_count, PyObject* keywords,
                    PyObject** out) {
  const auto place_count = static_cast<std::size_t>(given_count);
  if (place_count > by_place) {
    raise_type("%s() takes at most %zd arguments by place, not %zd", function, static_cast<Py_ssize_t>(by_place),
               given_count);
  }
  for (std::size_t i = 0; i < place_count; ++i) out[i] = given[i];
  if (keywords != nullptr) {
    const Py_ssize_t keyword_count = PyTuple_Size(keywords);
    for (Py_ssize_t i = 0; i < keyword_count; ++i) {
      put_keyword(function, names, count, PyTuple_GetItem(keywords, i), given[given_count + i], out);
    }
  }
  require_arguments(function, names, required, out);
}

void read_new_arguments(const char* function, const char* const* names, std::size_t count, std::size_t required,
                        std::size_t by_place, PyObject* given, PyObject* keywords, PyObject** out) {
  const Py_ssize_t given_count = PyTuple_Size(given);
  if (static_cast<std::size_t>(given_count) > by_place) {
    raise_type("%s() takes at most %zd arguments by place, not %zd", function, static_cast<Py_ssize_t>(by_place),
               given_count);
  }
  for (Py_ssize_t i = 0; i < given_count; ++i) out[i] = PyTuple_GetItem(given, i);
  if (keywords != nullptr) {
    PyObject *name = nullptr, *content = nullptr;
    for (Py_ssize_t at = 0; PyDict_Next(keywords, &at, &name, &content) != 0;) {
      put_keyword(function, names, count, name, content, out);
    }
  }
  require_arguments(function, names, required, out);
}

}  // namespace leadline::python
