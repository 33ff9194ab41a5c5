#include "native.hpp"

namespace {

PyModuleDef definition = {PyModuleDef_HEAD_INIT, "leadline._native", "Leadline by its C interface.",
                          // Types and helpers are kept for the process: one interpreter has them, others are refused.
                          -1, nullptr, nullptr, nullptr, nullptr, nullptr};

}  // namespace

PyMODINIT_FUNC PyInit__native() {
  using namespace leadline::python;
  return guarded<>(static_cast<PyObject*>(nullptr), [] {
    if (leadline_abi_version() != LEADLINE_ABI_VERSION) {
      PyErr_SetString(PyExc_ImportError, "the Leadline library at hand has another interface than this was made with");
      throw python_error();
    }
    owned module = owned::from_call(PyModule_Create(&definition));
    add_model_type(module.get());
    add_decisions_types(module.get());
    add_engine_type(module.get());
    add_contact_type(module.get());
    add_calendar_type(module.get());
    add_condition_type(module.get());
    add_report_type(module.get());
    add_functions(module.get());
    if (PyModule_AddStringConstant(module.get(), "version", leadline_version()) < 0) throw python_error();
    return module.release();
  });
}
