#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/fold/decision.hpp"

namespace leadline {

/// Texts as small numbers, each kept once: what a log of millions of decisions is made of. For one thread.
class text_index {
 public:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  [[nodiscard]] std::uint32_t index_of(std::string_view text);
  /// `none` for a text that was never seen.
  [[nodiscard]] std::uint32_t find(std::string_view text) const noexcept;
  [[nodiscard]] std::string_view text(std::uint32_t index) const noexcept { return *texts_[index]; }
  [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }

 private:
  struct text_hash {
    using is_transparent = void;
    [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::uint32_t, text_hash, std::equal_to<>> indices_;
  std::vector<const std::string*> texts_;
};

enum class log_kind : std::uint8_t {
  attribute,
  touch,
  stage,
  status,
  assigned,
  score,
  clock,
  cadence,
  recycled,
  merged
};

/// One decision, one attribute set by an event, or an event that was a touch, as a report needs it. Names are words of
/// the log.
struct log_entry {
  std::int64_t at_ms = 0;
  std::uint32_t contact = 0;
  /// As told; 0 for an attribute and a touch.
  std::uint32_t seq = 0;
  log_kind kind = log_kind::stage;
  /// The score, clock, cadence, attribute, code or event type.
  std::uint32_t about = text_index::none;
  /// Of a clock and a cadence: what happened.
  std::uint32_t what = text_index::none;
  std::uint32_t from = text_index::none;
  std::uint32_t to = text_index::none;
  std::uint32_t rule = text_index::none;
  std::uint32_t reason = text_index::none;
  std::uint32_t cycle = 0;
  /// Of a score: thousandths. Of a clock: milliseconds used.
  std::int64_t number = 0;
};

/// The decisions of a run, settled: corrections applied, what was told late in its place, forgotten contacts gone.
/// What a contact was told before it was merged stays its own; its touches, and the attributes that the other one
/// lacks, are the other one's too, and so is whatever an event sets or touches under the old id later on.
///
///     decision_log log;
///     for (std::string_view line : lines) if (auto read = log.add_line(line); !read) tell(read.error());
///     log.settle();
///     for (std::uint32_t contact = 0; contact < log.contact_count(); ++contact) use(log.entries_of(contact));
///
/// Takes the same from decisions as the fold gives them and from the lines that `leadline run` prints; what no report
/// reads (actions, tags, refusals) is counted and not kept. About 70 bytes a decision kept. For one thread.
class decision_log {
 public:
  decision_log();
  decision_log(decision_log&&) noexcept;
  decision_log& operator=(decision_log&&) noexcept;
  ~decision_log();

  /// Scores are most of a log and few reports read them: only those named here are kept. Before the first decision.
  void keep_score(std::string_view name);

  void add(const decision& told);
  /// One line of JSON. Errors: `decision.*`, `instant.*`; the line is left out then.
  [[nodiscard]] result<void> add_line(std::string_view line);

  /// What an event set. It counts as before the decisions of the same instant. After the decisions.
  void add_attribute(std::string_view contact, std::string_view name, std::int64_t at_ms, std::string_view json);

  /// An event that reports count as a touch of marketing or of sales. After the decisions.
  void add_touch(std::string_view contact, std::string_view type, std::int64_t at_ms);

  /// After the last decision, attribute and touch; nothing may be added after it.
  void settle();

  /// REQUIRES settle(). In order of time; at one instant as told, attributes first.
  [[nodiscard]] std::span<const log_entry> entries_of(std::uint32_t contact) const noexcept;
  /// All, contact by contact.
  [[nodiscard]] std::span<const log_entry> entries() const noexcept { return entries_; }
  [[nodiscard]] std::uint32_t contact_count() const noexcept { return static_cast<std::uint32_t>(ids_.size()); }
  [[nodiscard]] std::string_view contact_id(std::uint32_t contact) const noexcept { return ids_[contact]; }

  [[nodiscard]] const text_index& words() const noexcept { return words_; }

  /// Of all decisions added, those not kept included.
  [[nodiscard]] std::uint64_t decision_count() const noexcept { return decision_count_; }
  [[nodiscard]] std::uint64_t correction_count() const noexcept { return correction_count_; }
  [[nodiscard]] std::uint64_t forgotten_count() const noexcept { return forgotten_count_; }
  /// Nothing before the first decision.
  [[nodiscard]] std::optional<std::int64_t> first_ms() const noexcept { return first_ms_; }
  [[nodiscard]] std::optional<std::int64_t> last_ms() const noexcept { return last_ms_; }

 private:
  struct line_reader;
  struct correction {
    std::uint32_t contact = 0;
    std::uint32_t corrects = 0;
    std::optional<log_entry> now;
  };

  struct merging {
    std::uint32_t contact = 0;
    std::uint32_t into = 0;
    std::int64_t at_ms = 0;
  };

  [[nodiscard]] std::uint32_t contact_of(std::string_view id);
  [[nodiscard]] bool keeps_score(std::string_view name) const noexcept;
  [[nodiscard]] std::optional<log_entry> entry_of(const decision& told);
  void note(std::int64_t at_ms);
  void forget(std::uint32_t contact);
  void merge(std::uint32_t contact, std::string_view into, std::int64_t at_ms);
  /// Of whom an event of that id tells at that instant; nothing for one about whom nothing was decided.
  [[nodiscard]] std::optional<std::uint32_t> meant_by(std::string_view id, std::int64_t at_ms) const noexcept;
  void order_entries();
  void share_with_survivors();

  text_index words_;
  text_index contacts_;
  /// From the index of an id to the contact that it means now; another after the old one was forgotten.
  std::vector<std::uint32_t> current_;
  std::vector<std::string_view> ids_;
  std::vector<bool> is_forgotten_;
  std::vector<std::string> kept_scores_;
  std::vector<log_entry> entries_;
  std::vector<std::size_t> begins_;
  std::vector<correction> corrections_;
  /// In order of arrival; a contact is merged once.
  std::vector<merging> mergings_;
  std::unordered_map<std::uint32_t, std::size_t> merging_of_;
  std::uint64_t decision_count_ = 0;
  std::uint64_t correction_count_ = 0;
  std::uint64_t forgotten_count_ = 0;
  std::optional<std::int64_t> first_ms_;
  std::optional<std::int64_t> last_ms_;
  std::unique_ptr<line_reader> reader_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/decision_log_inl.hpp"
#endif
