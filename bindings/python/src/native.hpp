#pragma once

// The stable ABI of CPython 3.11 and later: one build serves them all. 3.11 is the first whose stable ABI has buffers.
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "leadline/leadline.h"

/// What all of the extension's sources share: references that are given back, errors, and calls from Python that
/// nothing but a Python error leaves. Everything here needs the GIL unless it says otherwise.
namespace leadline::python {

/// Thrown where Python's error is set.
struct python_error {};

/// A reference that is given back.
class owned {
 public:
  owned() noexcept = default;
  /// Takes over a reference as functions of Python give it: null stands for an error that is set.
  [[nodiscard]] static owned from_call(PyObject* made) {
    if (made == nullptr) throw python_error();
    return owned(made);
  }
  [[nodiscard]] static owned share(PyObject* borrowed) noexcept {
    Py_INCREF(borrowed);
    return owned(borrowed);
  }
  owned(const owned&) = delete;
  owned& operator=(const owned&) = delete;
  owned(owned&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  owned& operator=(owned&& other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~owned() { Py_XDECREF(held_); }

  [[nodiscard]] PyObject* get() const noexcept { return held_; }
  [[nodiscard]] PyObject* release() noexcept { return std::exchange(held_, nullptr); }
  [[nodiscard]] explicit operator bool() const noexcept { return held_ != nullptr; }

 private:
  explicit owned(PyObject* held) noexcept : held_(held) {}
  PyObject* held_ = nullptr;
};

template <auto Free>
struct freed_by {
  template <class Handle>
  void operator()(Handle* handle) const noexcept {
    Free(handle);
  }
};
using model_handle = std::unique_ptr<leadline_model, freed_by<leadline_model_free>>;
using pack_handle = std::unique_ptr<leadline_pack, freed_by<leadline_pack_free>>;
using diagnostics_handle = std::unique_ptr<leadline_diagnostics, freed_by<leadline_diagnostics_free>>;
using buffer_handle = std::unique_ptr<leadline_buffer, freed_by<leadline_buffer_free>>;
using decisions_handle = std::unique_ptr<leadline_decisions, freed_by<leadline_decisions_free>>;

/// Runs other threads of Python meanwhile.
class without_gil {
 public:
  without_gil() noexcept : state_(PyEval_SaveThread()) {}
  without_gil(const without_gil&) = delete;
  without_gil& operator=(const without_gil&) = delete;
  ~without_gil() { PyEval_RestoreThread(state_); }

 private:
  PyThreadState* state_;
};

/// The body of a call from Python: what it throws becomes Python's error, and `failed` comes back.
template <class Body, class Result>
[[nodiscard]] Result guarded(Result failed, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const python_error&) {
    // It is set.
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& problem) {
    PyErr_SetString(PyExc_SystemError, problem.what());
  }
  return failed;
}

/// What an object of the extension is.
template <class Object>
[[nodiscard]] Object& as(PyObject* object) noexcept {
  return *reinterpret_cast<Object*>(object);
}

// --- Modules and types that are looked up once ------------------------------------------------------------------

struct types {
  PyTypeObject* model = nullptr;
  PyTypeObject* engine = nullptr;
  PyTypeObject* contact = nullptr;
  PyTypeObject* decisions = nullptr;
  PyTypeObject* decision = nullptr;
  PyTypeObject* calendar = nullptr;
  PyTypeObject* condition = nullptr;
  PyTypeObject* report = nullptr;
};
[[nodiscard]] types& known_types() noexcept;

/// A function of `leadline._convert` or `leadline.errors`, by its name; lives for ever.
[[nodiscard]] PyObject* helper(const char* module, const char* name);

/// Adds the type to the module, and gives it for ever.
[[nodiscard]] PyTypeObject* add_type(PyObject* module, PyType_Spec& spec, const char* name);
void add_model_type(PyObject* module);
void add_decisions_types(PyObject* module);
void add_engine_type(PyObject* module);
void add_contact_type(PyObject* module);
void add_calendar_type(PyObject* module);
void add_condition_type(PyObject* module);
void add_report_type(PyObject* module);
/// What is no method of a type.
void add_functions(PyObject* module);

// --- Errors -----------------------------------------------------------------------------------------------------

/// How far a call of many events came before it failed.
struct progress {
  bool is_known = false;
  std::uint64_t done = 0;
  /// What is told of those; borrowed.
  PyObject* decisions = nullptr;
};

/// Raises leadline.errors' exception for a status.
[[noreturn]] void raise(leadline_status status, const leadline_error& error,
                        const leadline_diagnostics* diagnostics = nullptr, const progress& how_far = {});
[[noreturn]] void raise(leadline_status status, const char* code, std::string_view message);
[[noreturn]] void raise_type(const char* format, ...);
inline void require(leadline_status status, const leadline_error& error) {
  if (status != LEADLINE_OK) raise(status, error);
}
/// Of functions that tell no more than a status.
void require(leadline_status status);

// --- Values -----------------------------------------------------------------------------------------------------

/// Of a str, good as long as that lives. `what` names it in the error.
[[nodiscard]] std::string_view text_of(PyObject* object, const char* what);
[[nodiscard]] PyObject* text_from(std::string_view text);
[[nodiscard]] inline std::string_view view(leadline_text text) noexcept {
  return {text.data, static_cast<std::size_t>(text.size)};
}
[[nodiscard]] inline PyObject* text_from(leadline_text text) { return text_from(view(text)); }
[[nodiscard]] PyObject* json_from(std::string_view text);

/// Milliseconds of an int, of a datetime with a zone, or of RFC 3339.
[[nodiscard]] std::int64_t instant_of(PyObject* object, const char* what);
/// A datetime in UTC; None for LEADLINE_NO_INSTANT.
[[nodiscard]] PyObject* datetime_from(std::int64_t at_ms);
[[nodiscard]] PyObject* milliseconds_from(std::int64_t at_ms);
/// As `given` was: an int, a datetime in its zone, a text.
[[nodiscard]] PyObject* instant_like(std::int64_t at_ms, PyObject* given);

/// The bytes of a str (as UTF-8) or of any object with a buffer.
class bytes_view {
 public:
  bytes_view(PyObject* object, const char* what);
  bytes_view(const bytes_view&) = delete;
  bytes_view& operator=(const bytes_view&) = delete;
  ~bytes_view();
  [[nodiscard]] const char* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  Py_buffer buffer_{};
  bool has_buffer_ = false;
};

/// The arguments of a call by place and by name, in the order of `names`; null where one that may be left out is.
template <std::size_t Count>
struct arguments {
  PyObject* at[Count] = {};
  [[nodiscard]] PyObject* operator[](std::size_t i) const noexcept { return at[i]; }
  /// Whether it was given, and is not None.
  [[nodiscard]] bool has(std::size_t i) const noexcept { return at[i] != nullptr && at[i] != Py_None; }
};
void read_arguments(const char* function, const char* const* names, std::size_t count, std::size_t required,
                    std::size_t by_place, PyObject* const* given, Py_ssize_t given_count, PyObject* keywords,
                    PyObject** out);

/// Of a vector call.
template <std::size_t Count>
[[nodiscard]] arguments<Count> read_call(const char* function, const char* const (&names)[Count], std::size_t required,
                                         PyObject* const* given, Py_ssize_t given_count, PyObject* keywords,
                                         std::size_t by_place = Count) {
  arguments<Count> out;
  read_arguments(function, names, Count, required, by_place, given, given_count, keywords, out.at);
  return out;
}
/// Of a tuple and a dict, as a type's `new` gets them; they keep the objects alive.
template <std::size_t Count>
[[nodiscard]] arguments<Count> read_new(const char* function, const char* const (&names)[Count], std::size_t required,
                                        PyObject* given, PyObject* keywords, std::size_t by_place);
void read_new_arguments(const char* function, const char* const* names, std::size_t count, std::size_t required,
                        std::size_t by_place, PyObject* given, PyObject* keywords, PyObject** out);
template <std::size_t Count>
arguments<Count> read_new(const char* function, const char* const (&names)[Count], std::size_t required,
                          PyObject* given, PyObject* keywords, std::size_t by_place) {
  arguments<Count> out;
  read_new_arguments(function, names, Count, required, by_place, given, keywords, out.at);
  return out;
}
[[nodiscard]] bool is_true(PyObject* object);

// --- Methods ----------------------------------------------------------------------------------------------------

using call = PyObject* (*)(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords);
template <call Body>
PyObject* vector_call(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) noexcept {
  return guarded<>(static_cast<PyObject*>(nullptr), [&] { return Body(self, given, count, keywords); });
}
template <call Body>
[[nodiscard]] PyMethodDef method(const char* name, int more_flags = 0) noexcept {
  return {name, reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&vector_call<Body>)),
          METH_FASTCALL | METH_KEYWORDS | more_flags, nullptr};
}
template <PyObject* (*Body)(PyObject*)>
PyObject* getter(PyObject* self, void*) noexcept {
  return guarded<>(static_cast<PyObject*>(nullptr), [&] { return Body(self); });
}
template <PyObject* (*Body)(PyObject*)>
[[nodiscard]] PyGetSetDef attribute(const char* name) noexcept {
  return {name, &getter<Body>, nullptr, nullptr, nullptr};
}
template <class Function>
[[nodiscard]] PyType_Slot slot(int which, Function* what) noexcept {
  if constexpr (std::is_function_v<Function>) {
    return {which, reinterpret_cast<void*>(what)};
  } else {
    return {which, static_cast<void*>(what)};
  }
}

/// The end of an object of a heap type.
inline void free_object(PyObject* self) noexcept {
  PyTypeObject* const type = Py_TYPE(self);
  auto* const free_memory = reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free));
  free_memory(self);
  Py_DECREF(reinterpret_cast<PyObject*>(type));
}

// --- Objects that several sources know ----------------------------------------------------------------------------

struct model_object {
  PyObject ob_base;
  leadline_model* handle;
  /// Of all its contacts as bytes, made when the first needs it.
  leadline_contact_fold* fold;
};
[[nodiscard]] model_object& model_of(PyObject* object);
/// A score's place by its name; None stands for the only one.
[[nodiscard]] std::uint32_t score_of(const model_object& model, PyObject* name);

/// An empty `Decisions`, to be filled and then settled.
struct decisions_object {
  PyObject ob_base;
  leadline_decisions* handle;
  std::uint64_t count;
  const unsigned char* records;
  std::uint32_t stride;
  std::string_view texts;
};
[[nodiscard]] owned new_decisions();
/// After which nothing is added.
void settle(decisions_object& decisions) noexcept;

}  // namespace leadline::python
