#include <array>
#include <cstring>
#include <vector>

#include "arrow_data.hpp"
#include "decision_table.hpp"
#include "native.hpp"

namespace leadline::python {

struct decision_object {
  PyObject ob_base;
  decisions_object* of;
  std::uint64_t index;
};

namespace {

/// Handles of decisions that are gone, for the next: their memory is there already. With the GIL held.
class spare_handles {
 public:
  [[nodiscard]] static spare_handles& all() noexcept {
    // Never destroyed: objects may go while Python ends.
    static spare_handles* const made = new spare_handles();
    return *made;
  }
  [[nodiscard]] leadline_decisions* take() {
    if (count_ != 0) return kept_[--count_];
    leadline_decisions* made = nullptr;
    require(leadline_decisions_create(LEADLINE_AS_RECORDS, &made));
    return made;
  }
  void give(leadline_decisions* handle, std::size_t size) noexcept {
    // What a huge batch took is given back.
    constexpr std::size_t kept_size_max = std::size_t{1} << 23;
    if (count_ == kept_.size() || size > kept_size_max) return leadline_decisions_free(handle);
    leadline_decisions_clear(handle);
    kept_[count_++] = handle;
  }

 private:
  std::array<leadline_decisions*, 4> kept_{};
  std::size_t count_ = 0;
};

}  // namespace

owned new_decisions() {
  owned out = owned::from_call(PyType_GenericAlloc(known_types().decisions, 0));
  as<decisions_object>(out.get()).handle = spare_handles::all().take();
  return out;
}

void settle(decisions_object& decisions) noexcept {
  decisions.count = leadline_decisions_count(decisions.handle);
  decisions.records =
      reinterpret_cast<const unsigned char*>(leadline_decisions_records(decisions.handle, &decisions.stride));
  decisions.texts = view(leadline_decisions_texts(decisions.handle));
}

namespace {

[[nodiscard]] leadline_decision record_at(const decisions_object& all, std::uint64_t index) noexcept {
  leadline_decision out;
  std::memcpy(&out, all.records + index * all.stride, sizeof out);
  return out;
}

[[nodiscard]] leadline_decision record_of(PyObject* self) noexcept {
  const auto& decision = as<decision_object>(self);
  return record_at(*decision.of, decision.index);
}

[[nodiscard]] PyObject* text_or_none(PyObject* self, leadline_span span) {
  if (span.offset == UINT32_MAX) return owned::share(Py_None).release();
  return text_from(as<decision_object>(self).of->texts.substr(span.offset, span.size));
}

[[nodiscard]] PyObject* points_from(std::int64_t milli) {
  return owned::from_call(PyFloat_FromDouble(static_cast<double>(milli) / 1000)).release();
}

/// The lines of JSON of some of them.
[[nodiscard]] buffer_handle lines_of(const decisions_object& all, std::uint64_t first, std::uint64_t count) {
  leadline_buffer* made = nullptr;
  require(leadline_buffer_create(&made));
  buffer_handle out(made);
  require(leadline_decisions_write_json(all.handle, first, count, made));
  return out;
}

/// One line without its end.
[[nodiscard]] std::string_view line_in(const buffer_handle& lines) noexcept {
  std::string_view text = view(leadline_buffer_content(lines.get()));
  text.remove_suffix(1);
  return text;
}

// --- One decision

void free_decision(PyObject* self) noexcept {
  Py_XDECREF(reinterpret_cast<PyObject*>(as<decision_object>(self).of));
  free_object(self);
}

PyObject* decision_seq(PyObject* self) { return PyLong_FromUnsignedLongLong(record_of(self).seq); }
PyObject* decision_at(PyObject* self) { return datetime_from(record_of(self).at_ms); }
PyObject* decision_at_ms(PyObject* self) { return PyLong_FromLongLong(record_of(self).at_ms); }
PyObject* decision_contact(PyObject* self) { return text_or_none(self, record_of(self).contact); }
PyObject* decision_kind(PyObject* self) { return text_from(name_of_kind(record_of(self).kind)); }
PyObject* decision_about(PyObject* self) { return text_or_none(self, record_of(self).about); }
PyObject* decision_from(PyObject* self) {
  const leadline_decision record = record_of(self);
  if ((record.flags & LEADLINE_DECISION_FROM_POINTS) != 0) return points_from(record.from_milli);
  return text_or_none(self, record.from);
}
PyObject* decision_to(PyObject* self) {
  const leadline_decision record = record_of(self);
  if ((record.flags & LEADLINE_DECISION_TO_POINTS) != 0) return points_from(record.to_milli);
  return text_or_none(self, record.to);
}
PyObject* decision_text(PyObject* self) { return text_or_none(self, record_of(self).text); }
PyObject* decision_rule(PyObject* self) { return text_or_none(self, record_of(self).rule); }
PyObject* decision_reason(PyObject* self) { return text_or_none(self, record_of(self).reason); }
PyObject* decision_cause(PyObject* self) { return text_or_none(self, record_of(self).cause); }
PyObject* decision_late(PyObject* self) {
  return PyBool_FromLong((record_of(self).flags & LEADLINE_DECISION_IS_LATE) != 0);
}
PyObject* decision_corrects(PyObject* self) {
  const leadline_decision record = record_of(self);
  if (record.kind != LEADLINE_DECISION_AMENDED) return owned::share(Py_None).release();
  return PyLong_FromUnsignedLongLong(record.corrects);
}
PyObject* decision_now(PyObject* self) {
  const leadline_span now = record_of(self).now;
  if (now.offset == UINT32_MAX) return owned::share(Py_None).release();
  return json_from(as<decision_object>(self).of->texts.substr(now.offset, now.size));
}

/// What only clocks tell.
template <class Give>
[[nodiscard]] PyObject* of_clock(PyObject* self, const Give& give) {
  const leadline_decision record = record_of(self);
  if ((record.flags & LEADLINE_DECISION_HAS_CLOCK) == 0) return owned::share(Py_None).release();
  return give(record);
}
PyObject* decision_cycle(PyObject* self) {
  return of_clock(self, [](const leadline_decision& record) { return PyLong_FromUnsignedLong(record.cycle); });
}
PyObject* decision_due_at(PyObject* self) {
  return of_clock(self, [](const leadline_decision& record) { return datetime_from(record.due_ms); });
}
PyObject* decision_due_ms(PyObject* self) {
  return of_clock(self, [](const leadline_decision& record) { return PyLong_FromLongLong(record.due_ms); });
}
PyObject* decision_used_ms(PyObject* self) {
  return of_clock(self, [](const leadline_decision& record) { return PyLong_FromLongLong(record.used_ms); });
}
PyObject* decision_left_ms(PyObject* self) {
  return of_clock(self, [](const leadline_decision& record) { return PyLong_FromLongLong(record.left_ms); });
}
PyObject* decision_late_ms(PyObject* self) {
  return of_clock(self, [](const leadline_decision& record) { return PyLong_FromLongLong(record.late_ms); });
}
PyObject* decision_breached(PyObject* self) {
  return of_clock(self, [](const leadline_decision& record) {
    return PyBool_FromLong((record.flags & LEADLINE_DECISION_WAS_BREACHED) != 0);
  });
}

PyObject* decision_to_json(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  read_arguments("to_json", nullptr, 0, 0, 0, given, count, keywords, nullptr);
  const auto& decision = as<decision_object>(self);
  return text_from(line_in(lines_of(*decision.of, decision.index, 1)));
}
PyObject* decision_to_dict(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  read_arguments("to_dict", nullptr, 0, 0, 0, given, count, keywords, nullptr);
  const auto& decision = as<decision_object>(self);
  return json_from(line_in(lines_of(*decision.of, decision.index, 1)));
}

PyObject* decision_repr(PyObject* self) noexcept {
  return guarded<>(static_cast<PyObject*>(nullptr), [&] {
    const auto& decision = as<decision_object>(self);
    const buffer_handle lines = lines_of(*decision.of, decision.index, 1);
    return text_from("<leadline.Decision " + std::string(line_in(lines)) + ">");
  });
}

PyObject* decision_compare(PyObject* self, PyObject* other, int how) noexcept {
  return guarded<>(static_cast<PyObject*>(nullptr), [&] {
    if ((how != Py_EQ && how != Py_NE) || !PyObject_TypeCheck(other, known_types().decision)) {
      return owned::share(Py_NotImplemented).release();
    }
    const auto &left = as<decision_object>(self), &right = as<decision_object>(other);
    const bool is_equal = line_in(lines_of(*left.of, left.index, 1)) == line_in(lines_of(*right.of, right.index, 1));
    return PyBool_FromLong(is_equal == (how == Py_EQ));
  });
}

/// By what identifies it.
Py_hash_t decision_hash(PyObject* self) noexcept {
  return guarded<>(static_cast<Py_hash_t>(-1), [&] {
    const owned contact = owned::from_call(decision_contact(self));
    const Py_hash_t own = PyObject_Hash(contact.get());
    if (own == -1) throw python_error();
    const auto mixed = static_cast<std::uint64_t>(own) ^ (record_of(self).seq * 0x9E3779B97F4A7C15U);
    const auto out = static_cast<Py_hash_t>(mixed);
    return out == -1 ? -2 : out;
  });
}

// --- All of them

void free_decisions(PyObject* self) noexcept {
  const auto& all = as<decisions_object>(self);
  if (all.handle != nullptr) spare_handles::all().give(all.handle, all.count * all.stride + all.texts.size());
  free_object(self);
}

PyObject* no_new(PyTypeObject*, PyObject*, PyObject*) noexcept {
  PyErr_SetString(PyExc_TypeError, "decisions are made by an Engine or a Contact");
  return nullptr;
}

Py_ssize_t decisions_length(PyObject* self) noexcept {
  return static_cast<Py_ssize_t>(as<decisions_object>(self).count);
}

[[nodiscard]] PyObject* decision_in(PyObject* self, std::uint64_t index) {
  owned out = owned::from_call(PyType_GenericAlloc(known_types().decision, 0));
  auto& made = as<decision_object>(out.get());
  Py_INCREF(self);
  made.of = &as<decisions_object>(self);
  made.index = index;
  return out.release();
}

PyObject* decisions_item(PyObject* self, Py_ssize_t index) noexcept {
  return guarded<>(static_cast<PyObject*>(nullptr), [&] {
    if (index < 0 || index >= decisions_length(self)) {
      PyErr_SetString(PyExc_IndexError, "there are fewer decisions");
      throw python_error();
    }
    return decision_in(self, static_cast<std::uint64_t>(index));
  });
}

/// By a place, or a list of several by a slice.
PyObject* decisions_subscript(PyObject* self, PyObject* key) noexcept {
  return guarded<>(static_cast<PyObject*>(nullptr), [&]() -> PyObject* {
    if (PySlice_Check(key)) {
      Py_ssize_t start = 0, stop = 0, step = 0;
      if (PySlice_Unpack(key, &start, &stop, &step) < 0) throw python_error();
      const Py_ssize_t count = PySlice_AdjustIndices(decisions_length(self), &start, &stop, step);
      owned out = owned::from_call(PyList_New(count));
      for (Py_ssize_t i = 0; i < count; ++i) {
        PyList_SetItem(out.get(), i, decision_in(self, static_cast<std::uint64_t>(start + i * step)));
      }
      return out.release();
    }
    const owned place = owned::from_call(PyNumber_Index(key));
    Py_ssize_t index = PyLong_AsSsize_t(place.get());
    if (index == -1 && PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      index = PY_SSIZE_T_MAX;
    }
    if (index < 0) index += decisions_length(self);
    return decisions_item(self, index);
  });
}

PyObject* decisions_to_ndjson(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  read_arguments("to_ndjson", nullptr, 0, 0, 0, given, count, keywords, nullptr);
  const auto& all = as<decisions_object>(self);
  leadline_buffer* made = nullptr;
  require(leadline_buffer_create(&made));
  const buffer_handle lines(made);
  leadline_status status = LEADLINE_OK;
  {
    const without_gil released;
    status = leadline_decisions_write_json(all.handle, 0, all.count, made);
  }
  require(status);
  const leadline_text text = leadline_buffer_content(made);
  return PyBytes_FromStringAndSize(text.data, static_cast<Py_ssize_t>(text.size));
}

PyObject* decisions_to_dicts(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  read_arguments("to_dicts", nullptr, 0, 0, 0, given, count, keywords, nullptr);
  const auto& all = as<decisions_object>(self);
  const buffer_handle lines = lines_of(all, 0, all.count);
  // One text for all of them is read in a third of the time that one each takes.
  std::string listed = "[";
  for (const char each : view(leadline_buffer_content(lines.get()))) listed += each == '\n' ? ',' : each;
  if (listed.size() > 1) listed.pop_back();
  listed += ']';
  return json_from(listed);
}

PyObject* decisions_repr(PyObject* self) noexcept {
  return PyUnicode_FromFormat("<leadline.Decisions: %zd>", decisions_length(self));
}

void free_stream_capsule(PyObject* capsule) noexcept {
  auto* const stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, "arrow_array_stream"));
  if (stream == nullptr) {
    PyErr_Clear();
    return;
  }
  if (stream->release != nullptr) stream->release(stream);
  delete stream;
}

void free_schema_capsule(PyObject* capsule) noexcept {
  auto* const schema = static_cast<ArrowSchema*>(PyCapsule_GetPointer(capsule, "arrow_schema"));
  if (schema == nullptr) {
    PyErr_Clear();
    return;
  }
  if (schema->release != nullptr) schema->release(schema);
  delete schema;
}

/// The columns are made here; whoever asked takes them over.
PyObject* decisions_arrow_stream(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"requested_schema"};
  // What is asked for may be disregarded: what comes has a schema of its own.
  static_cast<void>(read_call("__arrow_c_stream__", names, 0, given, count, keywords));
  const auto& all = as<decisions_object>(self);
  auto stream = std::make_unique<ArrowArrayStream>();
  {
    std::exception_ptr problem;
    {
      const without_gil released;
      try {
        *stream = stream_of_decisions(all.records, all.stride, all.count, all.texts);
      } catch (...) {
        problem = std::current_exception();
      }
    }
    if (problem) std::rethrow_exception(problem);
  }
  PyObject* const capsule = PyCapsule_New(stream.get(), "arrow_array_stream", &free_stream_capsule);
  if (capsule == nullptr) {
    stream->release(stream.get());
    throw python_error();
  }
  stream.release();
  return capsule;
}

PyObject* decisions_arrow_schema(PyObject*, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  read_arguments("__arrow_c_schema__", nullptr, 0, 0, 0, given, count, keywords, nullptr);
  auto schema = std::make_unique<ArrowSchema>();
  *schema = schema_of_decisions();
  PyObject* const capsule = PyCapsule_New(schema.get(), "arrow_schema", &free_schema_capsule);
  if (capsule == nullptr) {
    schema->release(schema.get());
    throw python_error();
  }
  schema.release();
  return capsule;
}

}  // namespace

void add_decisions_types(PyObject* module) {
  static PyMethodDef decision_methods[] = {
      method<decision_to_json>("to_json"), method<decision_to_dict>("to_dict"), {}};
  static PyGetSetDef decision_attributes[] = {attribute<decision_seq>("seq"),
                                              attribute<decision_at>("at"),
                                              attribute<decision_at_ms>("at_ms"),
                                              attribute<decision_contact>("contact"),
                                              attribute<decision_kind>("kind"),
                                              attribute<decision_about>("about"),
                                              attribute<decision_from>("from_"),
                                              attribute<decision_to>("to"),
                                              attribute<decision_text>("text"),
                                              attribute<decision_rule>("rule"),
                                              attribute<decision_reason>("reason"),
                                              attribute<decision_cause>("cause"),
                                              attribute<decision_late>("late"),
                                              attribute<decision_corrects>("corrects"),
                                              attribute<decision_now>("now"),
                                              attribute<decision_cycle>("cycle"),
                                              attribute<decision_due_at>("due_at"),
                                              attribute<decision_due_ms>("due_ms"),
                                              attribute<decision_used_ms>("used_ms"),
                                              attribute<decision_left_ms>("left_ms"),
                                              attribute<decision_late_ms>("late_ms"),
                                              attribute<decision_breached>("breached"),
                                              {}};
  static PyType_Slot decision_slots[] = {slot(Py_tp_new, no_new),
                                         slot(Py_tp_dealloc, free_decision),
                                         slot(Py_tp_repr, decision_repr),
                                         slot(Py_tp_richcompare, decision_compare),
                                         slot(Py_tp_hash, decision_hash),
                                         slot(Py_tp_methods, decision_methods),
                                         slot(Py_tp_getset, decision_attributes),
                                         {0, nullptr}};
  static PyType_Spec decision_spec = {"leadline._native.Decision", sizeof(decision_object), 0, Py_TPFLAGS_DEFAULT,
                                      decision_slots};
  known_types().decision = add_type(module, decision_spec, "Decision");

  static PyMethodDef methods[] = {method<decisions_to_ndjson>("to_ndjson"),
                                  method<decisions_to_dicts>("to_dicts"),
                                  method<decisions_arrow_stream>("__arrow_c_stream__"),
                                  method<decisions_arrow_schema>("__arrow_c_schema__"),
                                  {}};
  static PyType_Slot slots[] = {slot(Py_tp_new, no_new),
                                slot(Py_tp_dealloc, free_decisions),
                                slot(Py_tp_repr, decisions_repr),
                                slot(Py_sq_length, decisions_length),
                                slot(Py_sq_item, decisions_item),
                                slot(Py_mp_length, decisions_length),
                                slot(Py_mp_subscript, decisions_subscript),
                                slot(Py_tp_methods, methods),
                                {0, nullptr}};
  static PyType_Spec spec = {"leadline._native.Decisions", sizeof(decisions_object), 0, Py_TPFLAGS_DEFAULT, slots};
  known_types().decisions = add_type(module, spec, "Decisions");
}

}  // namespace leadline::python
