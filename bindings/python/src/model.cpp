#include <string>
#include <vector>

#include "native.hpp"

namespace leadline::python {

model_object& model_of(PyObject* object) {
  if (!PyObject_TypeCheck(object, known_types().model)) {
    const owned name = owned::from_call(PyType_GetName(Py_TYPE(object)));
    raise_type("model must be a leadline.Model, not %U", name.get());
  }
  return as<model_object>(object);
}

std::uint32_t score_of(const model_object& model, PyObject* name) {
  if (name == nullptr || name == Py_None) {
    if (leadline_model_name_count(model.handle, LEADLINE_NAMES_SCORES) == 1) return 0;
    raise(LEADLINE_NOT_FOUND, "score.unnamed", "the model has not just one score: say which one is meant");
  }
  const std::string_view text = text_of(name, "score");
  const std::int64_t index = leadline_model_name_index(model.handle, LEADLINE_NAMES_SCORES, text.data(), text.size());
  if (index < 0) {
    std::string message = "the model has no score \"" + std::string(text) + "\"; it has";
    const std::uint32_t count = leadline_model_name_count(model.handle, LEADLINE_NAMES_SCORES);
    for (std::uint32_t i = 0; i < count; ++i) {
      message +=
          (i == 0 ? " " : ", ") + std::string(view(leadline_model_name_at(model.handle, LEADLINE_NAMES_SCORES, i)));
    }
    raise(LEADLINE_NOT_FOUND, "score.unknown", message);
  }
  return static_cast<std::uint32_t>(index);
}

namespace {

PyObject* new_model(PyTypeObject*, PyObject*, PyObject*) noexcept {
  PyErr_SetString(PyExc_TypeError, "a Model is made by Model.from_file or Model.from_json");
  return nullptr;
}

void free_model(PyObject* self) noexcept {
  auto& model = as<model_object>(self);
  leadline_contact_fold_free(model.fold);
  leadline_model_free(model.handle);
  free_object(self);
}

/// Lists that a pack names: a callable of Python that gives a file's bytes by its name, or None.
struct list_reader {
  PyObject* read = nullptr;
  /// An exception of it, to be raised when the library has come back.
  owned raised_type, raised, raised_place;

  static leadline_status call(void* context, const char* name, std::size_t name_size, leadline_buffer* into) noexcept {
    auto& self = *static_cast<list_reader*>(context);
    // After one exception nothing more is asked.
    if (self.raised_type) return LEADLINE_CALLBACK_FAILED;
    const leadline_status status = guarded<>(static_cast<leadline_status>(LEADLINE_CALLBACK_FAILED), [&] {
      const owned asked = owned::from_call(text_from(std::string_view(name, name_size)));
      const owned found = owned::from_call(PyObject_CallFunctionObjArgs(self.read, asked.get(), nullptr));
      if (found.get() == Py_None) return static_cast<leadline_status>(LEADLINE_NOT_FOUND);
      const bytes_view content(found.get(), "what the reader of lists gives");
      return leadline_buffer_append(into, content.data(), content.size());
    });
    if (PyErr_Occurred() != nullptr) {
      PyObject *type = nullptr, *value = nullptr, *place = nullptr;
      PyErr_Fetch(&type, &value, &place);
      self.raised_type = take(type);
      self.raised = take(value);
      self.raised_place = take(place);
    }
    return status;
  }

  void raise_again() {
    if (!raised_type) return;
    PyErr_Restore(raised_type.release(), raised.release(), raised_place.release());
    throw python_error();
  }

 private:
  [[nodiscard]] static owned take(PyObject* object) { return object == nullptr ? owned() : owned::from_call(object); }
};

struct pack_source {
  pack_handle pack;
  leadline_pack_options options = LEADLINE_PACK_OPTIONS_INIT;
  list_reader reader;
};

/// From (text, file, reader, depth).
void read_source(pack_source& out, const arguments<5>& given) {
  const bytes_view text(given[0], "pack");
  const std::string_view file = given.has(1) ? text_of(given[1], "file") : std::string_view();
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_pack* pack = nullptr;
  require(leadline_pack_parse(text.data(), text.size(), file.data(), file.size(), &pack, &error), error);
  out.pack.reset(pack);
  if (given.has(2)) {
    out.reader.read = given[2];
    out.options.list_reader = &list_reader::call;
    out.options.list_context = &out.reader;
  }
  if (given.has(3)) {
    const long depth = PyLong_AsLong(given[3]);
    if (depth == -1 && PyErr_Occurred() != nullptr) throw python_error();
    out.options.depth = static_cast<std::int32_t>(depth);
  }
  if (given.has(4)) out.options.as_of_ms = instant_of(given[4], "as_of");
}

PyObject* diagnostics_from(const leadline_diagnostics* diagnostics) {
  leadline_buffer* made = nullptr;
  require(leadline_buffer_create(&made));
  const buffer_handle text(made);
  require(leadline_diagnostics_json(diagnostics, made));
  return json_from(view(leadline_buffer_content(made)));
}

constexpr const char* pack_argument_names[] = {"pack", "file", "reader", "depth", "as_of"};

/// (model, diagnostics), or the exception with all diagnostics.
PyObject* compile(PyObject* type, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  pack_source source;
  read_source(source, read_call("_compile", pack_argument_names, 1, given, count, keywords));
  leadline_model* made = nullptr;
  leadline_diagnostics* told = nullptr;
  leadline_error error = LEADLINE_ERROR_INIT;
  const leadline_status status = leadline_model_compile(source.pack.get(), &source.options, &made, &told, &error);
  const diagnostics_handle diagnostics(told);
  model_handle handle(made);
  source.reader.raise_again();
  if (status != LEADLINE_OK) raise(status, error, told);
  const owned model = owned::from_call(PyType_GenericAlloc(reinterpret_cast<PyTypeObject*>(type), 0));
  const owned listed = owned::from_call(diagnostics_from(told));
  as<model_object>(model.get()).handle = handle.release();
  return PyTuple_Pack(2, model.get(), listed.get());
}

/// The diagnostics, whatever they are.
PyObject* check(PyObject*, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  pack_source source;
  read_source(source, read_call("_check", pack_argument_names, 1, given, count, keywords));
  leadline_diagnostics* told = nullptr;
  leadline_error error = LEADLINE_ERROR_INIT;
  const leadline_status status = leadline_pack_check(source.pack.get(), &source.options, &told, &error);
  const diagnostics_handle diagnostics(told);
  source.reader.raise_again();
  if (status != LEADLINE_OK && status != LEADLINE_INVALID_INPUT) raise(status, error);
  return diagnostics_from(told);
}

PyObject* names(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* argument_names[] = {"kind"};
  const auto asked = read_call("_names", argument_names, 1, given, count, keywords);
  const long kind = PyLong_AsLong(asked[0]);
  if (kind == -1 && PyErr_Occurred() != nullptr) throw python_error();
  const leadline_model* const model = as<model_object>(self).handle;
  const std::uint32_t name_count = leadline_model_name_count(model, static_cast<std::int32_t>(kind));
  owned out = owned::from_call(PyTuple_New(static_cast<Py_ssize_t>(name_count)));
  for (std::uint32_t i = 0; i < name_count; ++i) {
    PyTuple_SetItem(out.get(), static_cast<Py_ssize_t>(i),
                    text_from(leadline_model_name_at(model, static_cast<std::int32_t>(kind), i)));
  }
  return out.release();
}

PyObject* name(PyObject* self) { return text_from(leadline_model_name(as<model_object>(self).handle)); }
PyObject* version(PyObject* self) { return text_from(leadline_model_version(as<model_object>(self).handle)); }
PyObject* fingerprint(PyObject* self) { return text_from(leadline_model_fingerprint(as<model_object>(self).handle)); }

}  // namespace

void add_model_type(PyObject* module) {
  static PyMethodDef methods[] = {
      method<compile>("_compile", METH_CLASS), method<check>("_check", METH_STATIC), method<names>("_names"), {}};
  static PyGetSetDef attributes[] = {
      attribute<name>("name"), attribute<version>("version"), attribute<fingerprint>("fingerprint"), {}};
  static PyType_Slot slots[] = {slot(Py_tp_new, new_model),
                                slot(Py_tp_dealloc, free_model),
                                slot(Py_tp_methods, methods),
                                slot(Py_tp_getset, attributes),
                                {0, nullptr}};
  static PyType_Spec spec = {"leadline._native.Model", sizeof(model_object), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};
  known_types().model = add_type(module, spec, "Model");
}

}  // namespace leadline::python
