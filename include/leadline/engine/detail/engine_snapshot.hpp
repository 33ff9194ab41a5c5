#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/digest.hpp"
#include "leadline/base/result.hpp"
#include "leadline/engine/engine.hpp"
#include "leadline/fold/detail/checksum.hpp"

namespace leadline {

/// An engine as bytes, whatever the number of its shards:
///
///     "LLE", version, the model's fingerprint (16), a checksum (8)
///     last closed instant | events that arrived | merged contacts | contacts in byte order of their ids |
///     of a pack with pools, who keeps them (routing)
///
/// Of a contact: its id, its next wake-up and its packed record (contact_record), so that restoring copies records and
/// sets wake-ups, and spreads nothing out.
class engine_snapshot {
 public:
  static constexpr std::uint8_t version = 1;
  using merged_map = std::map<std::string, std::string, std::less<>>;

  struct item {
    std::string_view id;
    std::optional<std::int64_t> wakeup_ms;
    std::string_view packed;
  };
  struct content {
    std::optional<instant> closed;
    std::uint64_t arrival_count = 0;
    merged_map merged_into;
    /// Views into the bytes that were read.
    std::vector<item> items;
    std::string_view desk;
  };

  engine_snapshot(const model& pack, std::optional<instant> closed, std::uint64_t arrival_count)
      : pack_(pack), closed_(closed), arrival_count_(arrival_count) {}

  void add(const engine& all) {
    contacts_.reserve(contacts_.size() + all.contact_count());
    all.each_seat([&](const engine::seat& each) { contacts_.push_back({prefix_of(each.id), each.id, &each, &all}); });
    if (all.desk_) desk_ = all.desk_->bytes();
  }

  [[nodiscard]] std::string finish(const merged_map& merged_into) {
    std::sort(contacts_.begin(), contacts_.end(),
              [](const place& a, const place& b) { return a.prefix != b.prefix ? a.prefix < b.prefix : a.id < b.id; });
    std::string out = "LLE";
    out.reserve(64 + contacts_.size() * 160);
    out.push_back(static_cast<char>(version));
    const auto& fingerprint = pack_.fingerprint.bytes();
    out.append(reinterpret_cast<const char*>(fingerprint.data()), fingerprint.size());
    out.append(8, '\0');
    number(out, closed_ ? folded(closed_->ms()) + 1 : 0);
    number(out, arrival_count_);
    number(out, merged_into.size());
    for (const auto& [from, into] : merged_into) {
      text(out, from);
      text(out, into);
    }
    number(out, contacts_.size());
    const std::int64_t from_ms = closed_ ? closed_->ms() : 0;
    for (const place& each : contacts_) {
      text(out, each.id);
      const auto& wheel = each.of->due_;
      number(out, wheel.is_set(each.at->number) ? folded(wheel.at_ms(each.at->number) - from_ms) + 1 : 0);
      text(out, each.at->who ? each.of->record_.pack(*each.at->who) : each.at->packed.view());
    }
    if (routing::is_needed(pack_)) text(out, desk_);
    const std::uint64_t sum = sum_of(out);
    for (unsigned i = 0; i < 8; ++i) out[head_size - 8 + i] = static_cast<char>(sum >> (8 * i));
    return out;
  }

  [[nodiscard]] static result<content> read(const model& pack, std::string_view bytes) {
    if (bytes.size() < 4 || bytes.substr(0, 3) != "LLE") {
      return failure({.code = "snapshot.not_a_snapshot",
                      .message = "these " + std::to_string(bytes.size()) + " bytes are no engine's snapshot",
                      .expected = "bytes that begin with LLE, as snapshot gives them"});
    }
    const auto found = static_cast<unsigned char>(bytes[3]);
    if (found > version || found == 0) {
      return failure(
          {.code = "snapshot.newer",
           .message = "the snapshot is of version " + std::to_string(found) + ", which this library does not know",
           .expected = "a version up to " + std::to_string(version)});
    }
    if (bytes.size() < head_size) return damaged("it ends within its head");
    std::uint64_t sum = 0;
    for (unsigned i = 0; i < 8; ++i)
      sum |= std::uint64_t{static_cast<unsigned char>(bytes[head_size - 8 + i])} << (8 * i);
    if (sum != sum_of(bytes)) return damaged("its checksum is another");
    if (std::memcmp(bytes.data() + 4, pack.fingerprint.bytes().data(), digest::size) != 0) {
      return failure({.code = "snapshot.other_model",
                      .message = "the snapshot is of another model than " + pack.fingerprint.text(),
                      .expected = "the model by which the engine ran"});
    }
    cursor at{bytes.substr(head_size)};
    content out;
    if (const std::uint64_t closed = at.number(); closed != 0) out.closed = instant::from_ms(unfolded(closed - 1));
    out.arrival_count = at.number();
    for (std::uint64_t count = at.number(); count != 0 && at.is_good; --count) {
      std::string from(at.text());
      out.merged_into.emplace(std::move(from), at.text());
    }
    const std::int64_t from_ms = out.closed ? out.closed->ms() : 0;
    for (std::uint64_t count = at.number(); count != 0 && at.is_good; --count) {
      item each;
      each.id = at.text();
      if (const std::uint64_t wakeup = at.number(); wakeup != 0) {
        each.wakeup_ms = from_ms + unfolded(wakeup - 1);
        if (*each.wakeup_ms < 0) at.is_good = false;
      }
      each.packed = at.text();
      out.items.push_back(each);
    }
    if (routing::is_needed(pack)) out.desk = at.text();
    if (!at.is_good || !at.rest.empty()) return damaged("it says what cannot be");
    return out;
  }

  static void put(engine& into, const item& each) {
    engine::seat& at = into.add_seat(each.id);
    at.packed = detail::packed_bytes(each.packed);
    if (each.wakeup_ms) into.due_.set(at.number, *each.wakeup_ms);
  }

  /// Tells the desk who owns whom, and who waits.
  static void seat_waiting(engine& all) {
    std::optional<contact> read;
    all.each_seat([&](const engine::seat& each) {
      if (!read) read.emplace(all.blank_);
      static_cast<void>(all.record_.unpack(each.packed.view(), *read));
      all.desk_->move(each.id, {}, all.desk_->standing_of(read->state), all.closed_.value_or(instant::min()),
                      routing::change::restored);
    });
  }

  /// Takes a contact, if it is there, from one engine to another of the same model and time.
  static void move(engine& from, engine& to, std::string_view id) {
    engine::seat* const at = from.find_seat(id);
    if (at == nullptr) return;
    engine::seat& seat = to.add_seat(id);
    static_cast<void>(to.open(seat));
    static_cast<void>(from.open(*at));
    // Itself, and not what it holds: decisions may name it.
    std::swap(seat.who, at->who);
    to.note_wakeup(seat);
    from.drop_seat(*at);
  }

  [[nodiscard]] static std::uint64_t digest_of(const merged_map& merged_into) noexcept {
    std::uint64_t out = 0;
    for (const auto& [from, into] : merged_into) out += detail::checksum_of(from, detail::checksum_of(into, 1));
    return out;
  }
  /// A sum, so that the order of contacts leaves no trace.
  [[nodiscard]] static std::uint64_t digest_of(const engine& all) {
    std::uint64_t out = 0;
    std::optional<contact> read;
    all.each_seat([&](const engine::seat& each) {
      const contact* who = each.who.get();
      if (who == nullptr) {
        if (!read) read.emplace(all.blank_);
        read->id = each.id;
        static_cast<void>(all.record_.unpack(each.packed.view(), *read));
        who = &*read;
      }
      if (who->state.first_event_ms) out += all.record_.state_digest(*who);
    });
    if (all.desk_) out += all.desk_->state_digest();
    return out;
  }

 private:
  static constexpr std::size_t head_size = 3 + 1 + digest::size + 8;
  struct place {
    std::uint64_t prefix;
    std::string_view id;
    const engine::seat* at;
    const engine* of;
  };
  struct cursor {
    std::string_view rest;
    bool is_good = true;

    [[nodiscard]] std::uint64_t number() noexcept {
      std::uint64_t out = 0;
      for (unsigned shift = 0; shift < 70 && !rest.empty(); shift += 7) {
        const auto next = static_cast<unsigned char>(rest.front());
        rest.remove_prefix(1);
        out |= std::uint64_t{next & 0x7FU} << shift;
        if (next < 0x80) return out;
      }
      is_good = false;
      rest = {};
      return 0;
    }
    [[nodiscard]] std::string_view text() noexcept {
      const std::uint64_t size = number();
      if (size > rest.size()) {
        is_good = false;
        rest = {};
        return {};
      }
      const std::string_view out = rest.substr(0, size);
      rest.remove_prefix(size);
      return out;
    }
  };

  [[nodiscard]] static tl::unexpected<diagnostics> damaged(const std::string& why) {
    return failure({.code = "snapshot.damaged",
                    .message = "the snapshot is damaged: " + why,
                    .expected = "the bytes as they were stored"});
  }
  [[nodiscard]] static std::uint64_t sum_of(std::string_view bytes) noexcept {
    return detail::checksum_of(bytes.substr(head_size), detail::checksum_of(bytes.substr(0, head_size - 8), 0));
  }
  [[nodiscard]] static std::uint64_t prefix_of(std::string_view id) noexcept {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 8; ++i) out = out << 8 | (i < id.size() ? static_cast<unsigned char>(id[i]) : 0U);
    return out;
  }
  [[nodiscard]] static std::uint64_t folded(std::int64_t given) noexcept {
    return static_cast<std::uint64_t>(given) << 1 ^ static_cast<std::uint64_t>(given >> 63);
  }
  [[nodiscard]] static std::int64_t unfolded(std::uint64_t given) noexcept {
    return static_cast<std::int64_t>(given >> 1 ^ (0 - (given & 1)));
  }
  static void number(std::string& out, std::uint64_t given) {
    for (; given >= 0x80; given >>= 7) out.push_back(static_cast<char>(given | 0x80));
    out.push_back(static_cast<char>(given));
  }
  static void text(std::string& out, std::string_view given) {
    number(out, given.size());
    out.append(given);
  }

  const model& pack_;
  std::optional<instant> closed_;
  std::uint64_t arrival_count_;
  std::vector<place> contacts_;
  std::string desk_;
};

}  // namespace leadline
