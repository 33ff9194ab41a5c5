#pragma once

#include <cstdint>
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
#include "leadline/base/result.hpp"
#include "leadline/fold/assigner.hpp"
#include "leadline/fold/contact_state.hpp"
#include "leadline/fold/decision_list.hpp"
#include "leadline/fold/event.hpp"
#include "leadline/pack/model.hpp"

namespace leadline {

/// Reps and pools of one logical shard: who is away, who owns how many open contacts, what each got of each pool, and
/// which contacts wait for somebody.
///
///     routing desk(model);
///     fold.set_assigner(&desk);
///     const auto before = desk.begin(who.state);
///     fold.step(who, event);                                  // may ask the desk
///     desk.move(who.id, before, desk.standing_of(who.state), closed, routing::change::own);
///     while (desk.due() && *desk.due() <= now) ...            // the waiting ones, oldest first: see `engine`
///
/// What a pool owes a rep is the number of contacts it assigned x the rep's share of the weights, less what the rep
/// got. By `forgive` the shares are of those who were there at each assignment, by `catch_up` of the whole pool. Whole
/// numbers while the same reps are there; when others are, what is owed so far is rounded to a billionth of a contact.
///
/// What contacts say (owners, who waits) is theirs and not part of `bytes`: after `read`, `move` each contact in. A
/// plain value; one thread at a time.
class routing final : public assigner {
 public:
  explicit routing(std::shared_ptr<const model> pack);
  /// Whether a pack shares contacts at all.
  [[nodiscard]] static bool is_needed(const model& pack) noexcept {
    return pack.routing.has_value() && !pack.routing->pools.empty();
  }

  [[nodiscard]] const std::shared_ptr<const model>& pack() const noexcept { return pack_; }

  [[nodiscard]] assignment assign(const assignment_request& asked) override;
  void undo(std::uint32_t pool, std::uint32_t rep) override;

  /// `rep.away` or `rep.back`. Takes effect at its instant, or at the last closed one if that is closed; one that is
  /// older than what is known of the rep changes nothing. What is refused is told of the contact without a name.
  [[nodiscard]] std::span<const decision> apply(const event& sent, std::optional<instant> closed);

  /// What a contact's state means to the desk.
  struct standing {
    std::uint32_t owner = compiled::none;  // the rep whose capacity it fills
    std::uint32_t waiting_rule = compiled::none;
    std::int64_t waiting_since_ms = 0;
    bool is_asked = false;
  };
  [[nodiscard]] standing standing_of(const contact_state& state) const;
  /// The contact whose passes come next: it does not count against the capacity that it asks for.
  standing begin(const contact_state& state);
  /// `look`: what changed did so because the desk looked at it, so it needs not be looked at again; `restored`: nothing
  /// changed, and what is to be looked at is known.
  enum class change : std::uint8_t { own, look, restored };
  void move(std::string_view contact, const standing& before, const standing& after, instant at, change how);

  /// The next instant at which some waiting contact may find somebody; may be early.
  [[nodiscard]] std::optional<instant> due() const noexcept;
  /// Begins a look at those that wait, at an instant; `next` gives them one by one, oldest wait first, skipping those
  /// whose pool has nobody left.
  void begin_look(instant at);
  [[nodiscard]] std::optional<std::string> next();
  /// The contact just given by `next` is to be looked at at a later instant, the open one, when that is closed.
  void put_off(std::string_view contact, instant to);
  /// The instant after `at`, if any, at which somebody whom the rule may take was freed. A look at an instant closed
  /// before passes over those.
  [[nodiscard]] std::optional<instant> freed_after(std::uint32_t rule, instant at) const;

  [[nodiscard]] bool is_away(std::uint32_t rep) const noexcept { return reps_[rep].is_away; }
  [[nodiscard]] std::int64_t open_count(std::uint32_t rep) const noexcept { return reps_[rep].open_count; }
  /// What a pool assigned to one of its reps, since ever.
  [[nodiscard]] std::int64_t got(std::uint32_t pool, std::uint32_t rep) const;
  [[nodiscard]] std::size_t waiting_count() const noexcept { return waiting_.size(); }

  /// One number for what the fold of all contacts determines of the desk and contacts do not tell: who is away, what
  /// each pool owes and gave.
  [[nodiscard]] std::uint64_t state_digest() const;

  /// The desk as bytes, the same on every machine for the same desk, and back. Errors: `record.not_a_record`,
  /// `record.newer`, `record.damaged`, `record.other_model`.
  [[nodiscard]] std::string bytes() const;
  [[nodiscard]] static result<routing> read(std::shared_ptr<const model> pack, std::string_view bytes);

 private:
  struct rep_state {
    bool is_away = false;
    /// Of the event that made it so.
    std::int64_t since_ms = INT64_MIN;
    /// When they last came back, or had room again.
    std::int64_t freed_ms = INT64_MIN;
    std::int64_t open_count = 0;
    /// How many of them wait for another owner.
    std::int64_t waiting_count = 0;
  };
  /// A rep in a pool's ledger.
  struct account {
    std::int64_t base_nano = 0;
    std::int64_t got = 0;  // since `base_nano`
    std::int64_t got_ever = 0;
    bool has_share = false;
  };
  struct pool_state {
    std::vector<account> accounts;  // in the pool's order
    std::int64_t total = 0;         // since the `base_nano`s
    std::uint32_t last = 0;         // whom it assigned to last, by place; at first the last one
  };
  struct candidate {
    std::uint32_t place = 0;
    std::uint32_t rep = 0;
  };
  struct choice;

  [[nodiscard]] bool is_there(const compiled::pool& pool, std::uint32_t rep, std::int64_t at_ms) const;
  [[nodiscard]] std::int64_t open_without_present(std::uint32_t rep) const;
  [[nodiscard]] std::string_view why_dropped(const compiled::pool& pool, std::uint32_t rep,
                                             const assignment_request& asked) const;
  [[nodiscard]] std::vector<candidate> eligible(std::uint32_t pool, const assignment_request& asked,
                                                choice& made) const;
  void share_out(std::uint32_t pool, std::int64_t at_ms);
  [[nodiscard]] std::int64_t weight_sum(std::uint32_t pool) const;
  [[nodiscard]] std::int64_t weight(std::uint32_t pool, std::uint32_t place) const;
  [[nodiscard]] std::int64_t owed_nano(std::uint32_t pool, std::uint32_t place, std::int64_t weights) const;
  [[nodiscard]] std::int64_t meets_at_ms(std::uint32_t rep, std::int64_t at_ms) const;
  [[nodiscard]] candidate balance(std::uint32_t pool, const std::vector<candidate>& from,
                                  const assignment_request& asked) const;
  [[nodiscard]] std::vector<candidate> most_owed(std::uint32_t pool, const std::vector<candidate>& from) const;
  [[nodiscard]] candidate next_in_turn(std::uint32_t pool, const std::vector<candidate>& from) const;
  [[nodiscard]] std::vector<candidate> urgent(std::uint32_t pool, const std::vector<candidate>& from) const;
  void tell_ledger(choice& made, std::uint32_t pool, const assignment_request& asked) const;
  void count(std::uint32_t pool, std::uint32_t place);
  void refuse(const event& sent, std::string_view code, std::string_view message, std::optional<instant> closed);

  template <class Archive, class Desk>
  static void transfer(Archive& a, Desk& desk);

  /// Whether a look is not over: whoever began it left off.
  [[nodiscard]] bool is_looking() const noexcept { return !lines_.empty() || !single_looks_.empty(); }
  /// The marked contacts, and those that such a look has not come to.
  [[nodiscard]] std::set<std::string, std::less<>> still_to_look_at() const;

  [[nodiscard]] std::string_view refuse_code(const event& sent, std::optional<instant> closed, std::string& message);
  [[nodiscard]] bool can_take(std::uint32_t rule, std::int64_t at_ms) const;
  void mark_rep(std::uint32_t rep, std::int64_t at_ms);
  void note_due(std::int64_t at_ms) noexcept;
  void note_freed(std::uint32_t rep, std::int64_t at_ms) noexcept;
  void note_opening(std::uint32_t rule, std::int64_t after_ms);

  std::shared_ptr<const model> pack_;
  std::unordered_map<std::string, std::uint32_t> rep_by_name_;
  std::vector<bool> closed_stages_;
  /// For each pool those it may overflow into, itself first.
  std::vector<std::vector<std::uint32_t>> chains_;

  std::vector<rep_state> reps_;
  std::vector<pool_state> pools_;
  std::map<std::string, std::int64_t, std::less<>> ids_;
  std::size_t id_count_at_next_look_ = 64;
  std::uint64_t seq_ = 0;
  /// As the contact stood before the passes at hand.
  standing present_;

  // Those that wait, and why somebody should look at them.
  using place_in_line = std::pair<std::int64_t, std::string>;  // since when, contact
  std::map<std::uint32_t, std::set<place_in_line>> line_by_rule_;
  std::map<std::string, standing, std::less<>> waiting_;
  std::optional<std::int64_t> due_ms_;
  std::optional<std::int64_t> opening_ms_;
  std::vector<bool> is_rep_marked_;
  std::set<std::string, std::less<>> marked_contacts_;

  // A look: lines in which somebody may find somebody, as far as they are served, and single contacts.
  struct looked_line {
    std::uint32_t rule = compiled::none;
    place_in_line served{INT64_MIN, {}};
  };
  std::vector<looked_line> lines_;
  std::set<place_in_line> single_looks_;
  std::int64_t look_ms_ = 0;
  decision_list told_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/engine/detail/routing_inl.hpp"
#endif
