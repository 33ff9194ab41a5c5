#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/fold/contact.hpp"
#include "leadline/fold/decision_list.hpp"

namespace leadline {

/// Many contacts in memory, brought along together: its time is the latest instant it has seen. Before an event at T is
/// applied every contact with something due before T is brought to just before T, in the order of (instant, contact),
/// so that decisions come as the world saw them; who has nothing due costs nothing.
///
///     engine all(model);
///     for (const event& each : events) write(all.apply(each));
///     write(all.advance(midnight));
///     all.next_wakeup();       // sleep until then: nothing can happen before by time alone
///
/// What comes back is valid until the next call. For one thread at a time.
class engine {
 public:
  explicit engine(std::shared_ptr<const model> pack);

  /// One event, in order of arrival. `rep.away` and `rep.back` name no contact and only bring time along, since the
  /// fold alone assigns nobody. REQUIRES a contact otherwise.
  [[nodiscard]] std::span<const decision> apply(const event& sent);

  /// Closes every instant up to and including `to`.
  [[nodiscard]] std::span<const decision> advance(instant to);

  [[nodiscard]] std::optional<instant> next_wakeup() const noexcept;
  /// The last closed instant.
  [[nodiscard]] std::optional<instant> closed() const noexcept { return closed_; }

  [[nodiscard]] std::size_t contact_count() const noexcept { return contacts_.size(); }
  /// The contact of that id, or the one it was merged into; null when there is none.
  [[nodiscard]] const contact* find(std::string_view id) const;
  /// All contacts, in byte order of their ids.
  [[nodiscard]] std::vector<const contact*> contacts() const;

  /// A score of one of the contacts, in thousandths of a point, at the last closed instant or its latest event.
  [[nodiscard]] std::int64_t score_milli(const contact& who, std::uint32_t score) const {
    return fold_.score_milli(who, score, closed_.value_or(instant::min()));
  }

  [[nodiscard]] const contact_fold& fold() const noexcept { return fold_; }

 private:
  struct text_hash {
    using is_transparent = void;
    [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  struct due_order {
    using due = std::pair<std::int64_t, contact*>;
    [[nodiscard]] bool operator()(const due& a, const due& b) const noexcept {
      return a.first != b.first ? a.first < b.first : a.second->id < b.second->id;
    }
  };

  [[nodiscard]] contact& contact_of(std::string_view id);
  [[nodiscard]] std::string_view survivor(std::string_view id) const;
  void close(instant to);
  void end(std::string_view id, const event& sent);
  void tell(std::span<const decision> news);
  void forget_wakeup(contact& who);
  void note_wakeup(contact& who);
  /// After a change: `before` is the wake-up under which the index knows the contact.
  void move_wakeup(contact& who, std::optional<std::int64_t> before);

  contact_fold fold_;
  std::unordered_map<std::string, std::unique_ptr<contact>, text_hash, std::equal_to<>> contacts_;
  std::map<std::string, std::string, std::less<>> merged_into_;
  std::set<std::pair<std::int64_t, contact*>, due_order> due_;
  std::optional<instant> closed_;
  std::uint64_t arrival_count_ = 0;
  decision_list told_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/engine/detail/engine_inl.hpp"
#endif
