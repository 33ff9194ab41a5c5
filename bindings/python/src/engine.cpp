#include <algorithm>
#include <cstring>
#include <optional>

#include "arrow_batch.hpp"
#include "event_list.hpp"
#include "native.hpp"

namespace leadline::python {

namespace {

struct engine_object {
  PyObject ob_base;
  leadline_engine* handle;
  PyObject* model;
  /// Memory of a call that is over, for the next; null while one has it.
  event_list* spare;
  /// Calls that are under way: a thread may close the engine while another works in it without the GIL.
  std::int32_t in_use;
  std::uint32_t thread_count;
};

/// The engine for one call, which keeps it open.
class use {
 public:
  explicit use(PyObject* self) : engine_(as<engine_object>(self)) {
    if (engine_.handle == nullptr) raise(LEADLINE_INVALID_ARGUMENT, "closed", "the engine is closed");
    ++engine_.in_use;
  }
  use(const use&) = delete;
  use& operator=(const use&) = delete;
  ~use() { --engine_.in_use; }
  [[nodiscard]] leadline_engine* get() const noexcept { return engine_.handle; }
  [[nodiscard]] engine_object& object() const noexcept { return engine_; }

 private:
  engine_object& engine_;
};

/// A list of events that is lent from call to call.
class lent_events {
 public:
  explicit lent_events(engine_object& of)
      : of_(of), list_(of.spare != nullptr ? std::exchange(of.spare, nullptr) : new event_list()) {}
  lent_events(const lent_events&) = delete;
  lent_events& operator=(const lent_events&) = delete;
  ~lent_events() {
    // Its objects go first: what ends with them may call the engine.
    list_->clear();
    if (of_.spare == nullptr) {
      of_.spare = list_;
    } else {
      delete list_;
    }
  }
  [[nodiscard]] event_list& operator*() const noexcept { return *list_; }

 private:
  engine_object& of_;
  event_list* list_;
};

void free_engine(PyObject* self) noexcept {
  auto& engine = as<engine_object>(self);
  leadline_engine_free(engine.handle);
  delete engine.spare;
  Py_XDECREF(engine.model);
  free_object(self);
}

/// From (model, history, threads) and, of `restore`, a snapshot.
PyObject* make_engine(PyTypeObject* type, PyObject* model, PyObject* history, PyObject* threads,
                      const bytes_view* snapshot) {
  leadline_engine_options options = LEADLINE_ENGINE_OPTIONS_INIT;
  options.keeps_history = history != nullptr && is_true(history) ? 1 : 0;
  if (threads != nullptr) {
    const long count = PyLong_AsLong(threads);
    if (count == -1 && PyErr_Occurred() != nullptr) throw python_error();
    if (count < 1 || count > 256) raise(LEADLINE_OUT_OF_RANGE, "argument", "threads is not between 1 and 256");
    options.thread_count = static_cast<std::uint32_t>(count);
  }
  const model_object& of = model_of(model);
  owned out = owned::from_call(PyType_GenericAlloc(type, 0));
  auto& made = as<engine_object>(out.get());
  leadline_error error = LEADLINE_ERROR_INIT;
  if (snapshot == nullptr) {
    require(leadline_engine_create(of.handle, &options, &made.handle, &error), error);
  } else {
    require(leadline_engine_restore(of.handle, &options, snapshot->data(), snapshot->size(), &made.handle, &error),
            error);
  }
  made.model = owned::share(model).release();
  made.thread_count = options.thread_count;
  return out.release();
}

PyObject* new_engine(PyTypeObject* type, PyObject* given, PyObject* keywords) noexcept {
  return guarded<>(static_cast<PyObject*>(nullptr), [&] {
    constexpr const char* names[] = {"model", "history", "threads"};
    const auto asked = read_new("Engine", names, 1, given, keywords, 1);
    return make_engine(type, asked[0], asked[1], asked[2], nullptr);
  });
}

PyObject* engine_restore(PyObject* type, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"model", "snapshot", "history", "threads"};
  const auto asked = read_call("Engine.restore", names, 2, given, count, keywords, 2);
  const bytes_view snapshot(asked[1], "snapshot");
  return make_engine(reinterpret_cast<PyTypeObject*>(type), asked[0], asked[2], asked[3], &snapshot);
}

// --- Events in, decisions out

/// After a call: all of it, or an exception that holds what was done.
PyObject* finish(owned told, leadline_status status, const leadline_error& error, std::uint64_t done) {
  settle(as<decisions_object>(told.get()));
  if (status == LEADLINE_OK) return told.release();
  raise(status, error, nullptr, {.is_known = true, .done = done, .decisions = told.get()});
}

PyObject* apply(const use& engine, event_list& events, bool releases) {
  owned told = new_decisions();
  leadline_error error = LEADLINE_ERROR_INIT;
  std::uint64_t done = 0;
  leadline_status status = LEADLINE_OK;
  const leadline_event* const first = events.data();
  leadline_decisions* const into = as<decisions_object>(told.get()).handle;
  const auto work = [&] {
    status = leadline_engine_apply(engine.get(), first, events.size(), sizeof(leadline_event), into, &done, &error);
  };
  if (releases) {
    const without_gil released;
    work();
  } else {
    work();
  }
  return finish(std::move(told), status, error, done);
}

PyObject* engine_process(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"event"};
  const auto asked = read_call("process", names, 1, given, count, keywords);
  const use engine(self);
  const lent_events events(engine.object());
  (*events).add(asked[0]);
  return apply(engine, *events, false);
}

PyObject* engine_send(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"contact", "type", "at", "data", "id"};
  const auto asked = read_call("send", names, 3, given, count, keywords);
  const use engine(self);
  const lent_events events(engine.object());
  (*events).add(asked[0], asked[1], asked[2], asked[3], asked[4]);
  return apply(engine, *events, false);
}

/// All are read before the first is applied, so that an exception among them leaves the engine as it was.
PyObject* engine_process_many(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"events"};
  const auto asked = read_call("process_many", names, 1, given, count, keywords);
  const use engine(self);
  const lent_events events(engine.object());
  const owned each = owned::from_call(PyObject_GetIter(asked[0]));
  while (PyObject* const next = PyIter_Next(each.get())) {
    const owned event = owned::from_call(next);
    (*events).add(event.get());
  }
  if (PyErr_Occurred() != nullptr) throw python_error();
  return apply(engine, *events, true);
}

PyObject* engine_process_ndjson(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"lines"};
  const auto asked = read_call("process_ndjson", names, 1, given, count, keywords);
  const use engine(self);
  const bytes_view lines(asked[0], "lines");
  owned told = new_decisions();
  leadline_decisions* const into = as<decisions_object>(told.get()).handle;
  leadline_error error = LEADLINE_ERROR_INIT;
  std::uint64_t done = 0;
  leadline_status status = LEADLINE_OK;
  {
    const without_gil released;
    status = leadline_engine_apply_json(engine.get(), lines.data(), lines.size(), into, &done, &error);
  }
  return finish(std::move(told), status, error, done);
}

// --- Batches of columns

/// What a Python object gives as Arrow, kept until the call is over.
struct arrow_source {
  owned capsule, schema_capsule;
  ArrowArrayStream* stream = nullptr;
  ArrowSchema* schema = nullptr;
  ArrowArray* array = nullptr;
};

template <class Content>
[[nodiscard]] Content* content_of(PyObject* capsule, const char* name) {
  auto* const out = static_cast<Content*>(PyCapsule_GetPointer(capsule, name));
  if (out == nullptr) throw python_error();
  if (out->release == nullptr) raise(LEADLINE_INVALID_INPUT, "arrow.released", "the Arrow data was taken by another");
  return out;
}

/// The attribute, or nothing where there is none.
[[nodiscard]] owned find_attribute(PyObject* object, const char* name) {
  if (PyObject* const found = PyObject_GetAttrString(object, name)) return owned::from_call(found);
  if (PyErr_ExceptionMatches(PyExc_AttributeError) == 0) throw python_error();
  PyErr_Clear();
  return {};
}

void open_source(arrow_source& out, PyObject* table) {
  if (const owned give = find_attribute(table, "__arrow_c_stream__")) {
    out.capsule = owned::from_call(PyObject_CallNoArgs(give.get()));
    out.stream = content_of<ArrowArrayStream>(out.capsule.get(), "arrow_array_stream");
    return;
  }
  if (const owned give = find_attribute(table, "__arrow_c_array__")) {
    const owned both = owned::from_call(PyObject_CallNoArgs(give.get()));
    if (!PyTuple_Check(both.get()) || PyTuple_Size(both.get()) != 2) {
      raise_type("__arrow_c_array__ must give a schema and an array");
    }
    out.schema_capsule = owned::share(PyTuple_GetItem(both.get(), 0));
    out.capsule = owned::share(PyTuple_GetItem(both.get(), 1));
    out.schema = content_of<ArrowSchema>(out.schema_capsule.get(), "arrow_schema");
    out.array = content_of<ArrowArray>(out.capsule.get(), "arrow_array");
    return;
  }
  const owned name = owned::from_call(PyType_GetName(Py_TYPE(table)));
  raise_type(
      "%U is no table of Arrow: it has neither __arrow_c_stream__ nor __arrow_c_array__ (events as mappings go to"
      " process_many)",
      name.get());
}

template <class Content>
struct released_at_end {
  Content content{};
  released_at_end() = default;
  released_at_end(const released_at_end&) = delete;
  released_at_end& operator=(const released_at_end&) = delete;
  ~released_at_end() {
    if (content.release != nullptr) content.release(&content);
  }
};

/// One call's way through batches, without the GIL.
class batch_run {
 public:
  batch_run(leadline_engine* engine, leadline_decisions* into, std::size_t chunk_size) noexcept
      : engine_(engine), into_(into), chunk_size_(chunk_size) {}

  /// What went wrong is in `status` and `error`; `done` events are done in any case.
  leadline_status status = LEADLINE_OK;
  leadline_error error = LEADLINE_ERROR_INIT;
  std::uint64_t done = 0;

  void run(const arrow_source& source) {
    try {
      if (source.stream != nullptr) {
        run_stream(*source.stream);
      } else {
        event_columns columns(*source.schema);
        run_batch(columns, *source.array);
      }
    } catch (const arrow_problem& problem) {
      tell(LEADLINE_INVALID_INPUT, problem.code, problem.what());
    } catch (const std::bad_alloc&) {
      tell(LEADLINE_OUT_OF_MEMORY, "memory", "there is no memory left");
    }
  }

 private:
  void tell(leadline_status what, std::string_view code, std::string_view message) noexcept {
    status = what;
    code.substr(0, sizeof error.code - 1).copy(error.code, sizeof error.code - 1);
    message.substr(0, sizeof error.message - 1).copy(error.message, sizeof error.message - 1);
    error.offset = row_;
  }

  void run_stream(ArrowArrayStream& stream) {
    const auto refuse = [&] {
      const char* const said = stream.get_last_error(&stream);
      throw arrow_problem("arrow.stream", std::string("the table's batches could not be read: ") +
                                              (said == nullptr ? "no reason was given" : said));
    };
    released_at_end<ArrowSchema> schema;
    if (stream.get_schema(&stream, &schema.content) != 0) refuse();
    event_columns columns(schema.content);
    while (status == LEADLINE_OK) {
      released_at_end<ArrowArray> batch;
      if (stream.get_next(&stream, &batch.content) != 0) refuse();
      if (batch.content.release == nullptr) break;
      run_batch(columns, batch.content);
    }
  }

  void run_batch(event_columns& columns, const ArrowArray& batch) {
    columns.bind(batch);
    for (std::int64_t row = 0; row < batch.length && status == LEADLINE_OK;) {
      columns.clear();
      const auto end = std::min<std::int64_t>(batch.length, row + static_cast<std::int64_t>(chunk_size_));
      std::optional<arrow_problem> problem;
      const std::int64_t first = row;
      try {
        for (; row < end; ++row) columns.add(row);
      } catch (const arrow_problem& found) {
        problem = found;
      }
      // What stands before a row that is no event is done.
      apply(columns.events());
      if (status != LEADLINE_OK) break;
      row_ += static_cast<std::uint64_t>(row - first);
      if (problem) throw *problem;
    }
  }

  void apply(const std::vector<leadline_event>& events) {
    std::uint64_t now_done = 0;
    status =
        leadline_engine_apply(engine_, events.data(), events.size(), sizeof(leadline_event), into_, &now_done, &error);
    done += now_done;
    error.offset += row_;
  }

  leadline_engine* engine_;
  leadline_decisions* into_;
  std::size_t chunk_size_;
  /// Of the rows of all batches, the one that comes next.
  std::uint64_t row_ = 0;
};

PyObject* engine_process_batch(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"table"};
  const auto asked = read_call("process_batch", names, 1, given, count, keywords);
  const use engine(self);
  arrow_source source;
  open_source(source, asked[0]);
  owned told = new_decisions();
  // Threads take batches of 8,192; alone, what is at hand should stay in the nearest memory.
  batch_run run(engine.get(), as<decisions_object>(told.get()).handle,
                engine.object().thread_count > 1 ? 8'192 : 1'024);
  {
    const without_gil released;
    run.run(source);
  }
  // A table of Python's own may have raised while it was read.
  if (PyErr_Occurred() != nullptr) throw python_error();
  return finish(std::move(told), run.status, run.error, run.done);
}

PyObject* engine_advance(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"to"};
  const auto asked = read_call("advance", names, 1, given, count, keywords);
  const std::int64_t to_ms = instant_of(asked[0], "to");
  const use engine(self);
  owned told = new_decisions();
  leadline_decisions* const into = as<decisions_object>(told.get()).handle;
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_status status = LEADLINE_OK;
  {
    const without_gil released;
    status = leadline_engine_advance(engine.get(), to_ms, into, &error);
  }
  require(status, error);
  settle(as<decisions_object>(told.get()));
  return told.release();
}

// --- Questions

std::int64_t wakeup_of(PyObject* self) {
  const use engine(self);
  std::int64_t at_ms = LEADLINE_NO_INSTANT;
  const leadline_status status = leadline_engine_next_wakeup(engine.get(), &at_ms);
  if (status == LEADLINE_BUSY) raise(status, "busy", "another thread is using the engine");
  require(status);
  return at_ms;
}
PyObject* engine_next_wakeup(PyObject* self) { return datetime_from(wakeup_of(self)); }
PyObject* engine_next_wakeup_ms(PyObject* self) { return milliseconds_from(wakeup_of(self)); }

std::uint64_t contact_count_of(PyObject* self) {
  const use engine(self);
  std::uint64_t out = 0;
  const leadline_status status = leadline_engine_contact_count(engine.get(), &out);
  if (status == LEADLINE_BUSY) raise(status, "busy", "another thread is using the engine");
  require(status);
  return out;
}

Py_ssize_t engine_length(PyObject* self) noexcept {
  return guarded<>(static_cast<Py_ssize_t>(-1), [&] { return static_cast<Py_ssize_t>(contact_count_of(self)); });
}

std::int64_t score_milli_of(PyObject* self, const arguments<2>& asked) {
  const std::string_view id = text_of(asked[0], "contact");
  const use engine(self);
  const std::uint32_t score = score_of(model_of(engine.object().model), asked[1]);
  std::int64_t milli = 0;
  leadline_error error = LEADLINE_ERROR_INIT;
  require(leadline_engine_score(engine.get(), id.data(), id.size(), score, &milli, &error), error);
  return milli;
}

constexpr const char* score_argument_names[] = {"contact", "score"};

PyObject* engine_score(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  const auto asked = read_call("score", score_argument_names, 1, given, count, keywords);
  return PyFloat_FromDouble(static_cast<double>(score_milli_of(self, asked)) / 1000);
}

PyObject* engine_score_milli(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  const auto asked = read_call("score_milli", score_argument_names, 1, given, count, keywords);
  return PyLong_FromLongLong(score_milli_of(self, asked));
}

/// What a function of the engine writes into a buffer.
template <class Write>
[[nodiscard]] buffer_handle written(const Write& write) {
  leadline_buffer* made = nullptr;
  require(leadline_buffer_create(&made));
  buffer_handle out(made);
  leadline_error error = LEADLINE_ERROR_INIT;
  require(write(made, &error), error);
  return out;
}
/// The same, with the GIL released.
template <class Write>
[[nodiscard]] buffer_handle written_meanwhile(const Write& write) {
  return written([&](leadline_buffer* into, leadline_error* error) {
    const without_gil released;
    return write(into, error);
  });
}

PyObject* engine_contact(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"contact"};
  const auto asked = read_call("contact", names, 1, given, count, keywords);
  const std::string_view id = text_of(asked[0], "contact");
  const use engine(self);
  const buffer_handle out = written([&](leadline_buffer* into, leadline_error* error) {
    return leadline_engine_contact_json(engine.get(), id.data(), id.size(), into, error);
  });
  return json_from(view(leadline_buffer_content(out.get())));
}

int engine_contains(PyObject* self, PyObject* contact) noexcept {
  return guarded<>(-1, [&] {
    if (!PyUnicode_Check(contact)) return 0;
    const std::string_view id = text_of(contact, "contact");
    const use engine(self);
    leadline_buffer* made = nullptr;
    require(leadline_buffer_create(&made));
    const buffer_handle out(made);
    leadline_error error = LEADLINE_ERROR_INIT;
    const leadline_status status = leadline_engine_contact_json(engine.get(), id.data(), id.size(), made, &error);
    if (status == LEADLINE_NOT_FOUND) return 0;
    require(status, error);
    return 1;
  });
}

PyObject* engine_contacts(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  read_arguments("contacts", nullptr, 0, 0, 0, given, count, keywords, nullptr);
  const use engine(self);
  const buffer_handle out = written_meanwhile([&](leadline_buffer* into, leadline_error* error) {
    return leadline_engine_contacts_json(engine.get(), into, error);
  });
  const owned lines = owned::from_call(text_from(leadline_buffer_content(out.get())));
  return owned::from_call(PyObject_CallFunctionObjArgs(helper("leadline._convert", "from_lines"), lines.get(), nullptr))
      .release();
}

PyObject* engine_explain(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  constexpr const char* names[] = {"contact", "at"};
  const auto asked = read_call("explain", names, 2, given, count, keywords);
  const std::string_view id = text_of(asked[0], "contact");
  const std::int64_t at_ms = instant_of(asked[1], "at");
  const use engine(self);
  const buffer_handle out = written([&](leadline_buffer* into, leadline_error* error) {
    return leadline_engine_explain(engine.get(), id.data(), id.size(), at_ms, into, error);
  });
  return json_from(view(leadline_buffer_content(out.get())));
}

PyObject* engine_snapshot(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  read_arguments("snapshot", nullptr, 0, 0, 0, given, count, keywords, nullptr);
  const use engine(self);
  const buffer_handle out = written_meanwhile([&](leadline_buffer* into, leadline_error* error) {
    return leadline_engine_snapshot(engine.get(), into, error);
  });
  const leadline_text bytes = leadline_buffer_content(out.get());
  return PyBytes_FromStringAndSize(bytes.data, static_cast<Py_ssize_t>(bytes.size));
}

PyObject* engine_digest(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  read_arguments("digest", nullptr, 0, 0, 0, given, count, keywords, nullptr);
  const use engine(self);
  std::uint64_t out = 0;
  leadline_error error = LEADLINE_ERROR_INIT;
  require(leadline_engine_state_digest(engine.get(), &out, &error), error);
  return PyLong_FromUnsignedLongLong(out);
}

// --- Its life

PyObject* engine_close(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  read_arguments("close", nullptr, 0, 0, 0, given, count, keywords, nullptr);
  auto& engine = as<engine_object>(self);
  if (engine.in_use != 0) raise(LEADLINE_BUSY, "busy", "the engine cannot be closed while it is at work");
  leadline_engine* const handle = std::exchange(engine.handle, nullptr);
  {
    // Millions of contacts take a while to go.
    const without_gil released;
    leadline_engine_free(handle);
  }
  return owned::share(Py_None).release();
}

PyObject* engine_enter(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* keywords) {
  read_arguments("__enter__", nullptr, 0, 0, 0, given, count, keywords, nullptr);
  const use engine(self);
  return owned::share(self).release();
}

PyObject* engine_exit(PyObject* self, PyObject* const*, Py_ssize_t, PyObject*) {
  return engine_close(self, nullptr, 0, nullptr);
}

PyObject* engine_closed(PyObject* self) { return PyBool_FromLong(as<engine_object>(self).handle == nullptr); }
PyObject* engine_model(PyObject* self) { return owned::share(as<engine_object>(self).model).release(); }

}  // namespace

void add_engine_type(PyObject* module) {
  static PyMethodDef methods[] = {method<engine_restore>("restore", METH_CLASS),
                                  method<engine_process>("process"),
                                  method<engine_send>("send"),
                                  method<engine_process_many>("process_many"),
                                  method<engine_process_ndjson>("process_ndjson"),
                                  method<engine_process_batch>("process_batch"),
                                  method<engine_advance>("advance"),
                                  method<engine_score>("score"),
                                  method<engine_score_milli>("score_milli"),
                                  method<engine_contact>("contact"),
                                  method<engine_contacts>("contacts"),
                                  method<engine_explain>("explain"),
                                  method<engine_snapshot>("snapshot"),
                                  method<engine_digest>("digest"),
                                  method<engine_close>("close"),
                                  method<engine_enter>("__enter__"),
                                  method<engine_exit>("__exit__"),
                                  {}};
  static PyGetSetDef attributes[] = {attribute<engine_next_wakeup>("next_wakeup"),
                                     attribute<engine_next_wakeup_ms>("next_wakeup_ms"),
                                     attribute<engine_closed>("closed"),
                                     attribute<engine_model>("model"),
                                     {}};
  static PyType_Slot slots[] = {slot(Py_tp_new, new_engine),
                                slot(Py_tp_dealloc, free_engine),
                                slot(Py_mp_length, engine_length),
                                slot(Py_sq_contains, engine_contains),
                                slot(Py_tp_methods, methods),
                                slot(Py_tp_getset, attributes),
                                {0, nullptr}};
  static PyType_Spec spec = {"leadline._native.Engine", sizeof(engine_object), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};
  known_types().engine = add_type(module, spec, "Engine");
}

}  // namespace leadline::python
