#include "event_list.hpp"

#include <cmath>
#include <limits>

namespace leadline::python {

namespace {

/// Keys of an event, made once.
struct event_keys {
  PyObject* contact = PyUnicode_InternFromString("contact");
  PyObject* type = PyUnicode_InternFromString("type");
  PyObject* at = PyUnicode_InternFromString("at");
  PyObject* data = PyUnicode_InternFromString("data");
  PyObject* id = PyUnicode_InternFromString("id");
};

[[nodiscard]] PyObject* item(PyObject* dict, PyObject* key) {
  PyObject* const found = PyDict_GetItemWithError(dict, key);
  if (found == nullptr && PyErr_Occurred() != nullptr) throw python_error();
  return found;
}

[[nodiscard]] std::uint32_t size_of(std::string_view text, const char* what) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    raise(LEADLINE_INVALID_INPUT, "event.too_large", std::string(what) + " has more than 4 GiB");
  }
  return static_cast<std::uint32_t>(text.size());
}

/// A dict of any mapping.
[[nodiscard]] owned dict_of(PyObject* mapping, const char* what) {
  if (PyDict_Check(mapping)) return owned::share(mapping);
  if (PyMapping_Check(mapping) == 0 || PySequence_Check(mapping) != 0) {
    const owned is_mapping =
        owned::from_call(PyObject_CallFunctionObjArgs(helper("leadline._convert", "is_mapping"), mapping, nullptr));
    if (!is_true(is_mapping.get())) {
      const owned name = owned::from_call(PyType_GetName(Py_TYPE(mapping)));
      raise_type("%s must be a mapping such as a dict, not %U", what, name.get());
    }
  }
  return owned::from_call(PyObject_CallFunctionObjArgs(reinterpret_cast<PyObject*>(&PyDict_Type), mapping, nullptr));
}

}  // namespace

void event_list::clear() noexcept {
  events_.clear();
  fields_.clear();
  first_fields_.clear();
  kept_.clear();
}

const leadline_event* event_list::data() {
  for (std::size_t i = 0; i < events_.size(); ++i) {
    if (events_[i].field_count != 0) events_[i].fields = fields_.data() + first_fields_[i];
  }
  return events_.data();
}

std::string_view event_list::kept_text(PyObject* object, const char* what) {
  const std::string_view text = text_of(object, what);
  kept_.push_back(owned::share(object));
  return text;
}

void event_list::add(PyObject* mapping) {
  static const event_keys keys;
  const owned dict = dict_of(mapping, "an event");
  // Held meanwhile: what an object does while it is read may change the dict.
  const auto held = [&](PyObject* key) {
    PyObject* const found = item(dict.get(), key);
    return found == nullptr || found == Py_None ? owned() : owned::share(found);
  };
  const owned contact = held(keys.contact), type = held(keys.type), at = held(keys.at), data = held(keys.data),
              id = held(keys.id);
  if (!at) raise(LEADLINE_INVALID_INPUT, "event.bad_at", "the event has no instant \"at\"");
  add(contact.get(), type.get(), at.get(), data.get(), id.get());
}

void event_list::add(PyObject* contact, PyObject* type, PyObject* at, PyObject* data, PyObject* id) {
  const std::size_t field_count = fields_.size(), kept_count = kept_.size();
  try {
    leadline_event made{};
    made.at_ms = instant_of(at, "at");
    if (contact != nullptr && contact != Py_None) {
      const std::string_view text = kept_text(contact, "contact");
      made.contact = text.data();
      made.contact_size = size_of(text, "the contact");
    }
    if (type != nullptr && type != Py_None) {
      const std::string_view text = kept_text(type, "type");
      made.type = text.data();
      made.type_size = size_of(text, "the type");
    }
    if (id != nullptr && id != Py_None) {
      const std::string_view text = kept_text(id, "id");
      made.id = text.data();
      made.id_size = size_of(text, "the id");
    }
    if (data != nullptr && data != Py_None) add_data(made, data);
    first_fields_.push_back(field_count);
    events_.push_back(made);
  } catch (...) {
    fields_.resize(field_count);
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(kept_count), kept_.end());
    first_fields_.resize(events_.size());
    throw;
  }
}

void event_list::set_data_text(leadline_event& to, std::string_view text) {
  to.data = text.data();
  to.data_size = size_of(text, "the data");
}

void event_list::add_data(leadline_event& to, PyObject* data) {
  if (PyUnicode_Check(data)) return set_data_text(to, kept_text(data, "data"));
  if (PyBytes_Check(data)) {
    kept_.push_back(owned::share(data));
    char* bytes = nullptr;
    Py_ssize_t size = 0;
    if (PyBytes_AsStringAndSize(data, &bytes, &size) < 0) throw python_error();
    return set_data_text(to, {bytes, static_cast<std::size_t>(size)});
  }
  const owned dict = dict_of(data, "data");
  const std::size_t field_count = fields_.size();
  if (add_fields(to, dict.get())) return;
  fields_.resize(field_count);
  to.field_count = 0;
  const owned text =
      owned::from_call(PyObject_CallFunctionObjArgs(helper("leadline._convert", "data_text"), dict.get(), nullptr));
  set_data_text(to, kept_text(text.get(), "data"));
}

bool event_list::add_fields(leadline_event& to, PyObject* dict) {
  if (PyDict_Size(dict) == 0) {
    set_data_text(to, "{}");
    return true;
  }
  PyObject *key = nullptr, *content = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &key, &content) != 0;) {
    if (!PyUnicode_Check(key)) return false;
    leadline_field made{};
    if (content == Py_None) {
      made.kind = LEADLINE_VALUE_NULL;
    } else if (PyBool_Check(content)) {
      made.kind = LEADLINE_VALUE_BOOLEAN;
      made.integer = content == Py_True ? 1 : 0;
    } else if (PyLong_Check(content)) {
      int is_over = 0;
      made.kind = LEADLINE_VALUE_INTEGER;
      made.integer = PyLong_AsLongLongAndOverflow(content, &is_over);
      if (is_over != 0) return false;
    } else if (PyFloat_Check(content)) {
      made.kind = LEADLINE_VALUE_REAL;
      made.real = PyFloat_AsDouble(content);
    } else if (PyUnicode_Check(content)) {
      const std::string_view text = kept_text(content, "a text of the data");
      made.kind = LEADLINE_VALUE_TEXT;
      made.text = text.data();
      made.text_size = size_of(text, "a text of the data");
    } else {
      // Lists, mappings and dates go as JSON.
      return false;
    }
    const std::string_view name = kept_text(key, "a key of the data");
    made.name = name.data();
    made.name_size = size_of(name, "a key of the data");
    fields_.push_back(made);
    ++to.field_count;
  }
  return true;
}

}  // namespace leadline::python
