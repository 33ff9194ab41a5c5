#pragma once

#include "leadline/report/deal_record.hpp"
#include "leadline/report/detail/report_visits.hpp"
#include "leadline/report/ratio.hpp"

/// Deals, of visits, attributes and touches.
namespace leadline::detail {

inline constexpr std::int64_t milli_per_unit = 1'000;

/// One deal of one contact, as `deal_record` tells it; texts are words of the log.
struct deal_entry {
  std::int64_t opened_ms = 0;
  std::int64_t closed_ms = never_ms;
  std::uint32_t contact = 0;
  /// In which it began, and by which it was closed.
  std::uint32_t visit = 0;
  std::uint32_t last_visit = text_index::none;
  std::uint32_t channel = text_index::none;
  /// Thousandths, as known before its end.
  std::optional<std::int64_t> amount_milli;
  std::size_t first_touch = 0;
  std::size_t touch_count = 0;
  deal_outcome outcome = deal_outcome::open;
};

struct touch_entry {
  std::int64_t at_ms = 0;
  std::uint32_t type = text_index::none;
  target_side side = target_side::marketing;
};

struct deal_table {
  std::vector<deal_entry> deals;
  std::vector<touch_entry> touches;

  [[nodiscard]] std::span<const touch_entry> touches_of(const deal_entry& deal) const {
    return std::span(touches).subspan(deal.first_touch, deal.touch_count);
  }
};

/// Packs name an attribute by its path, the log without "contact.".
[[nodiscard]] inline std::string_view attribute_name(const name_use& path) {
  std::string_view out = path.name;
  if (out.starts_with(visit_labels::contact_prefix)) out.remove_prefix(visit_labels::contact_prefix.size());
  return out;
}

/// Thousandths of a number of JSON, half away from zero; nothing for what is no number, or beyond 64 bits.
[[nodiscard]] inline std::optional<std::int64_t> milli_of(std::string_view json) {
  const std::optional<ratio> number = ratio::parse(json);
  const std::optional<ratio> milli = number ? product(*number, milli_per_unit) : std::nullopt;
  if (!milli) return std::nullopt;
  const std::int64_t twice = milli->numerator() / milli->denominator() * 2 +
                             milli->numerator() % milli->denominator() * 2 / milli->denominator();
  return (twice + (twice < 0 ? -1 : 1)) / 2;
}

class deal_builder {
 public:
  /// `rank`: of each stage its place among those that are not aside.
  deal_builder(const model& pack, const decision_log& log, const visit_table& table,
               const std::vector<std::uint32_t>& rank)
      : log_(&log),
        table_(&table),
        touch_types_(pack.business, log.words()),
        amount_word_(word_of(pack.business.amount)),
        channel_word_(word_of(pack.business.channel)) {
    std::uint32_t opportunity = text_index::none;
    std::uint32_t first_won = text_index::none;
    for (std::uint32_t i = 0; i < pack.stages.size(); ++i) {
      const std::string& id = pack.stages[i].id;
      if (names_any(pack.business.won, id)) first_won = std::min(first_won, rank[i]);
      if (pack.business.opportunity && pack.business.opportunity.name == id) opportunity = rank[i];
    }
    for (std::uint32_t i = 0; i < pack.stages.size(); ++i) {
      const std::string& id = pack.stages[i].id;
      part made = part::before;
      if (names_any(pack.business.won, id)) {
        made = part::won;
      } else if (names_any(pack.business.lost, id)) {
        made = part::lost;
      } else if (rank[i] != text_index::none && opportunity != text_index::none && rank[i] >= opportunity) {
        made = rank[i] < first_won ? part::open : part::after;
      }
      parts_.push_back(made);
    }
    stages_ = word_indices(log.words(), pack.stages,
                           [](const compiled::stage& each) -> const std::string& { return each.id; });
  }

  [[nodiscard]] deal_table build() {
    std::size_t visit = 0;
    for (std::uint32_t contact = 0; contact < log_->contact_count(); ++contact) {
      begin_contact();
      for (const log_entry& each : log_->entries_of(contact)) {
        if (each.kind == log_kind::attribute) {
          if (each.about == amount_word_) amount_ = each.to;
          if (each.about == channel_word_) channel_ = each.to;
        } else if (each.kind == log_kind::touch) {
          const auto side = touch_types_.side_of(each.about);
          if (side) out_.touches.push_back({each.at_ms, each.about, *side});
        } else if (each.kind == log_kind::stage && each.to != text_index::none &&
                   stages_[each.to] != text_index::none) {
          enter(static_cast<std::uint32_t>(visit++));
        } else if (each.kind == log_kind::merged && open_) {
          // The deal is the survivor's from now on: neither open nor ended as this contact's.
          end(deal_outcome::open, each.at_ms, open_->visit);
        }
      }
      if (open_) end(deal_outcome::open, never_ms, text_index::none);
    }
    return std::move(out_);
  }

 private:
  /// Of a stage in a deal. `after`: past the first that is won, such as an advocate.
  enum class part : std::uint8_t { before, open, won, lost, after };

  [[nodiscard]] std::uint32_t word_of(const name_use& name) const {
    return name ? log_->words().find(attribute_name(name)) : text_index::none;
  }

  void begin_contact() {
    open_.reset();
    amount_ = channel_ = text_index::none;
    is_customer_ = false;
    first_touch_ = out_.touches.size();
  }

  void enter(std::uint32_t index) {
    const stage_visit& visit = table_->visits[index];
    switch (parts_[visit.stage]) {
      case part::open:
        is_customer_ = false;
        if (!open_) begin(index);
        break;
      case part::won:
        // From one won stage to the next is no second deal.
        if (!open_ && !is_customer_) begin(index);
        if (open_) end(deal_outcome::won, visit.at_ms, index);
        is_customer_ = true;
        break;
      case part::lost:
        if (open_) end(deal_outcome::lost, visit.at_ms, index);
        is_customer_ = false;
        break;
      case part::before:
        if (open_) end(deal_outcome::returned, visit.at_ms, index);
        is_customer_ = false;
        break;
      case part::after: break;
    }
  }

  void begin(std::uint32_t visit) {
    open_.emplace();
    open_->opened_ms = table_->visits[visit].at_ms;
    open_->contact = table_->visits[visit].contact;
    open_->visit = visit;
    open_->first_touch = first_touch_;
  }

  void end(deal_outcome outcome, std::int64_t at_ms, std::uint32_t visit) {
    open_->outcome = outcome;
    open_->closed_ms = at_ms;
    open_->last_visit = visit;
    open_->channel = channel_;
    if (amount_ != text_index::none) open_->amount_milli = milli_of(log_->words().text(amount_));
    open_->touch_count = out_.touches.size() - open_->first_touch;
    first_touch_ = out_.touches.size();
    out_.deals.push_back(*open_);
    open_.reset();
  }

  const decision_log* log_;
  const visit_table* table_;
  touch_types touch_types_;
  std::uint32_t amount_word_;
  std::uint32_t channel_word_;
  std::vector<part> parts_;
  std::vector<std::uint32_t> stages_;
  deal_table out_;
  std::optional<deal_entry> open_;
  std::uint32_t amount_ = text_index::none;
  std::uint32_t channel_ = text_index::none;
  std::size_t first_touch_ = 0;
  bool is_customer_ = false;
};

}  // namespace leadline::detail
