// The compiled library: every definition of the core, once. The same files are what `leadline::headers` includes.

#include "leadline/base/detail/diagnostic_inl.hpp"
#include "leadline/base/detail/document_inl.hpp"
#include "leadline/base/detail/json_text_inl.hpp"
#include "leadline/base/detail/nearest_name_inl.hpp"
#include "leadline/time/detail/business_calendar_inl.hpp"
#include "leadline/time/detail/duration_inl.hpp"
#include "leadline/time/detail/instant_inl.hpp"
#include "leadline/time/detail/local_date_inl.hpp"
#include "leadline/time/detail/opening_interval_inl.hpp"
#include "leadline/time/detail/time_zone_inl.hpp"
#include "leadline/time/detail/zone_source_inl.hpp"
#include "leadline/pack/detail/calendars_inl.hpp"
