#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "c/guard.hpp"
#include "c/handles.hpp"
#include "leadline/pack/check.hpp"
#include "leadline/pack/list_source.hpp"

using namespace leadline::c;

namespace {

using leadline::diagnostic;

/// The first version's size.
constexpr std::size_t first_options_size = 48;
static_assert(sizeof(leadline_pack_options) == first_options_size);

/// Lists as the host gives them: texts at hand first, then his reader.
class host_lists final : public leadline::list_source {
 public:
  explicit host_lists(const leadline_pack_options& options) : options_(options) {}

  [[nodiscard]] leadline::result<std::string> read(std::string_view name) const override {
    for (std::uint64_t i = 0; i < options_.list_count; ++i) {
      const leadline_list_file& each = options_.lists[i];
      if (view(each.name, each.name_size) == name) return std::string(view(each.text, each.text_size));
    }
    leadline_status status = LEADLINE_NOT_FOUND;
    if (options_.list_reader != nullptr) {
      leadline_buffer into;
      status = options_.list_reader(options_.list_context, name.data(), name.size(), &into);
      if (status == LEADLINE_OK) return std::move(into.content);
      if (status == LEADLINE_OUT_OF_MEMORY) throw std::bad_alloc();
    }
    diagnostic problem;
    problem.code = "list.unreadable";
    problem.message = status == LEADLINE_NOT_FOUND ? "the host gives no list \"" + std::string(name) + "\""
                                                   : "the host's reader of lists failed with " + std::to_string(status);
    return leadline::failure(std::move(problem));
  }

 private:
  const leadline_pack_options& options_;
};

/// Options as given, or all defaults; nothing where they cannot be right.
struct read_options {
  leadline_pack_options given{};
  leadline::check_options check;
  leadline_status status = LEADLINE_OK;
  const char* problem = nullptr;
};

[[nodiscard]] read_options read_pack_options(const leadline_pack_options* options) {
  read_options out;
  out.check.depth = leadline::check_depth::errors;
  if (options == nullptr) return out;
  if (options->struct_size < first_options_size) {
    out.status = LEADLINE_BAD_STRUCT_SIZE;
    out.problem = "the options' struct_size was never right";
    return out;
  }
  out.given = read(*options);
  switch (out.given.depth) {
    case LEADLINE_CHECK_ERRORS: break;
    case LEADLINE_CHECK_WARNINGS: out.check.depth = leadline::check_depth::warnings; break;
    case LEADLINE_CHECK_PORTABLE: out.check.depth = leadline::check_depth::portable; break;
    default:
      out.status = LEADLINE_INVALID_ARGUMENT;
      out.problem = "depth is none of LEADLINE_CHECK_...";
      return out;
  }
  bool is_good = out.given.lists != nullptr || out.given.list_count == 0;
  for (std::uint64_t i = 0; is_good && i < out.given.list_count; ++i) {
    const leadline_list_file& each = out.given.lists[i];
    is_good = is_text(each.name, each.name_size) && is_text(each.text, each.text_size);
  }
  if (!is_good) {
    out.status = LEADLINE_INVALID_ARGUMENT;
    out.problem = "a list's name or text is NULL";
    return out;
  }
  if (out.given.as_of_ms != 0) {
    const auto as_of = leadline::instant::from_ms(out.given.as_of_ms);
    if (!as_of.is_in_range()) {
      out.status = LEADLINE_OUT_OF_RANGE;
      out.problem = "as_of_ms is not between 1970 and 2200";
      return out;
    }
    out.check.as_of = leadline::local_date::from_days(static_cast<std::int32_t>(as_of.ms() / 86'400'000));
  }
  return out;
}

/// How many names of a kind a model has, and each of them.
template <class Use>
[[nodiscard]] auto with_names(const leadline::model& of, int32_t kind, Use use) {
  const auto by_member = [](const auto& list, auto member) {
    return std::pair(list.size(), [&list, member](std::size_t i) -> std::string_view { return list[i].*member; });
  };
  const auto plain = [](const auto& list) {
    return std::pair(list.size(), [&list](std::size_t i) -> std::string_view { return list[i]; });
  };
  switch (kind) {
    case LEADLINE_NAMES_ATTRIBUTES: return use(by_member(of.attributes, &leadline::compiled::attribute::name));
    case LEADLINE_NAMES_EVENTS: return use(by_member(of.events, &leadline::compiled::event_type::name));
    case LEADLINE_NAMES_SIGNALS: return use(by_member(of.signals, &leadline::compiled::signal::name));
    case LEADLINE_NAMES_SCORES: return use(by_member(of.scores, &leadline::compiled::score::name));
    case LEADLINE_NAMES_GRADES: return use(by_member(of.grades, &leadline::compiled::grade::name));
    case LEADLINE_NAMES_STAGES: return use(by_member(of.stages, &leadline::compiled::stage::id));
    case LEADLINE_NAMES_STATUSES: return use(plain(of.statuses));
    case LEADLINE_NAMES_TRANSITIONS: return use(by_member(of.transitions, &leadline::compiled::transition::id));
    case LEADLINE_NAMES_CLOCKS: return use(by_member(of.clocks, &leadline::compiled::clock::id));
    case LEADLINE_NAMES_CADENCES: return use(by_member(of.cadences, &leadline::compiled::cadence::id));
    case LEADLINE_NAMES_CALENDARS: return use(plain(of.calendar_names));
    default: {
      static const std::vector<std::string> none;
      return use(plain(none));
    }
  }
}

}  // namespace

extern "C" {

// --- Packs ---------------------------------------------------------------------------------------------------------

leadline_status leadline_pack_parse(const char* text, size_t text_size, const char* file, size_t file_size,
                                    leadline_pack** out, leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (out == nullptr || !is_text(text, text_size) || !is_text(file, file_size)) {
      return tell_argument(error, "text, file or out is NULL");
    }
    auto made = std::make_unique<leadline_pack>();
    made->text = std::make_shared<const std::string>(view(text, text_size));
    made->file = view(file, file_size);
    leadline::parsed_pack read = leadline::pack::parse(*made->text, made->file);
    made->name = std::move(read.content.name.name);
    made->version = std::move(read.content.version);
    *out = made.release();
    return LEADLINE_OK;
  });
}

void leadline_pack_free(leadline_pack* pack) { delete pack; }

leadline_text leadline_pack_name(const leadline_pack* pack) {
  return text_of(pack == nullptr ? std::string_view() : std::string_view(pack->name));
}

leadline_text leadline_pack_version(const leadline_pack* pack) {
  return text_of(pack == nullptr ? std::string_view() : std::string_view(pack->version));
}

leadline_status leadline_pack_check(const leadline_pack* pack, const leadline_pack_options* options,
                                    leadline_diagnostics** out_diagnostics, leadline_error* error) {
  if (out_diagnostics != nullptr) *out_diagnostics = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (pack == nullptr || out_diagnostics == nullptr) return tell_argument(error, "pack or out_diagnostics is NULL");
    const read_options asked = read_pack_options(options);
    if (asked.status != LEADLINE_OK) return tell(error, asked.status, "argument", asked.problem);
    const host_lists lists(asked.given);
    leadline::diagnostics found = leadline::check_pack(leadline::pack::parse(*pack->text, pack->file),
                                                       {.zones = &zones(), .lists = &lists}, asked.check);
    leadline_status status = LEADLINE_OK;
    if (found.has_errors()) status = tell(error, LEADLINE_INVALID_INPUT, found);
    give(out_diagnostics, std::move(found), pack->text);
    return status;
  });
}

// --- Models --------------------------------------------------------------------------------------------------------

leadline_status leadline_model_compile(const leadline_pack* pack, const leadline_pack_options* options,
                                       leadline_model** out, leadline_diagnostics** out_diagnostics,
                                       leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  if (out_diagnostics != nullptr) *out_diagnostics = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (pack == nullptr || out == nullptr) return tell_argument(error, "pack or out is NULL");
    const read_options asked = read_pack_options(options);
    if (asked.status != LEADLINE_OK) return tell(error, asked.status, "argument", asked.problem);
    const host_lists lists(asked.given);
    leadline::compiled_pack made =
        leadline::model::compile(*pack->text, pack->file, {.zones = &zones(), .lists = &lists}, asked.check);
    if (!made.model) {
      tell(error, LEADLINE_INVALID_INPUT, made.problems);
      give(out_diagnostics, std::move(made.problems), pack->text);
      return LEADLINE_INVALID_INPUT;
    }
    auto handle = std::make_unique<leadline_model>();
    handle->fingerprint = made.model->fingerprint.text();
    handle->content = std::move(made.model);
    give(out_diagnostics, std::move(made.problems), pack->text);
    *out = handle.release();
    return LEADLINE_OK;
  });
}

void leadline_model_free(leadline_model* model) { delete model; }

leadline_text leadline_model_name(const leadline_model* model) {
  return text_of(model == nullptr ? std::string_view() : std::string_view(model->content->name));
}

leadline_text leadline_model_version(const leadline_model* model) {
  return text_of(model == nullptr ? std::string_view() : std::string_view(model->content->version));
}

leadline_text leadline_model_fingerprint(const leadline_model* model) {
  return text_of(model == nullptr ? std::string_view() : std::string_view(model->fingerprint));
}

uint32_t leadline_model_name_count(const leadline_model* model, int32_t kind) {
  if (model == nullptr) return 0;
  return with_names(*model->content, kind, [](const auto& names) { return static_cast<std::uint32_t>(names.first); });
}

leadline_text leadline_model_name_at(const leadline_model* model, int32_t kind, uint32_t index) {
  if (model == nullptr) return text_of({});
  return with_names(*model->content, kind, [index](const auto& names) {
    return text_of(index < names.first ? names.second(index) : std::string_view());
  });
}

int64_t leadline_model_name_index(const leadline_model* model, int32_t kind, const char* name, size_t name_size) {
  if (model == nullptr || !is_text(name, name_size)) return -1;
  return with_names(*model->content, kind, [&](const auto& names) -> std::int64_t {
    for (std::size_t i = 0; i < names.first; ++i) {
      if (names.second(i) == view(name, name_size)) return static_cast<std::int64_t>(i);
    }
    return -1;
  });
}

}  // extern "C"
