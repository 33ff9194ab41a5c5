// The compiled library: every definition of the core, once. The same files are what `leadline::headers` includes.

#include "leadline/base/detail/diagnostic_inl.hpp"
#include "leadline/base/detail/document_inl.hpp"
#include "leadline/base/detail/json_text_inl.hpp"
#include "leadline/base/detail/nearest_name_inl.hpp"
