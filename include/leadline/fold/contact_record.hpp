#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/fold/contact.hpp"
#include "leadline/pack/model.hpp"

namespace leadline {

/// A contact as bytes, and back: what a host keeps in its own row, what an engine keeps of the contacts that are quiet.
///
///     contact_record record(model);
///     row.state = record.seal(c42);                          // a copy: the view is good until the next call
///     result<contact> again = record.open(row.state);        // another model's, or damaged: an error
///
/// The bytes hold no pointers and are the same on every machine: equal contacts give equal bytes. Only what differs
/// from a contact to which nothing has happened takes room. Two forms:
///
///     sealed   "LLC", version, the model's fingerprint (16), a checksum (8) | id | packed
///     packed   what a caller stores who vouches for the rest himself: no id, no version, no checksum
///
/// A newer library reads every older version. Whatever the bytes, reading is safe: they give a contact of this model
/// or an error. For one thread at a time; distinct objects from distinct threads.
class contact_record {
 public:
  /// Of sealed bytes. Goes up whenever the meaning of bytes changes; what older ones mean stays known.
  static constexpr std::uint8_t version = 1;

  explicit contact_record(std::shared_ptr<const leadline::model> pack);
  contact_record(contact_record&&) noexcept;
  contact_record& operator=(contact_record&&) noexcept;
  ~contact_record();

  [[nodiscard]] const leadline::model& model() const noexcept { return *pack_; }

  /// Valid until the next call.
  [[nodiscard]] std::string_view seal(const contact& who);
  /// Errors: `record.not_a_record`, `record.newer`, `record.other_model`, `record.damaged`.
  [[nodiscard]] result<contact> open(std::string_view bytes);

  /// Valid until the next call.
  [[nodiscard]] std::string_view pack(const contact& who);
  /// Turns `who`, whose id stays, into the contact of these bytes, using the memory that it has. Gives whether the
  /// bytes were such; if not it is as new.
  [[nodiscard]] bool unpack(std::string_view bytes, contact& who);

  /// One number for what the fold determines: equal for equal folds, however they came about. No `seq`, no counters, no
  /// log, no kept events; nor the last closed instant, since between two instants nothing happens.
  [[nodiscard]] std::uint64_t state_digest(const contact& who);

 private:
  struct parts;
  std::shared_ptr<const leadline::model> pack_;
  std::unique_ptr<parts> parts_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/fold/detail/contact_record_inl.hpp"
#endif
