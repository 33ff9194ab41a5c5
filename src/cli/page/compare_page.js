"use strict";
// The page of a comparison of two rule packs.

const or_none = (value) => value ?? "none";

about(`${count_text(data.changed)} of ${count_text(data.contacts)} contacts differ.`);
section(`Entries into ${or_none(data.handoff_after)}`,
  chart(`Entries into ${or_none(data.handoff_after)} each month, by the old pack and by the new one`, data.volume.months.map((each) => each.month),
    [{ label: "before", values: data.volume.months.map((each) => each.before) }, { label: "after", values: data.volume.months.map((each) => each.after) }]),
  table("Entries each month", ["month", "before", "after"], [
    ...data.volume.months.map((each, i) => [text(each.month), count(`/volume/months/${i}/before`), count(`/volume/months/${i}/after`)]),
    [text("all"), count("/volume/before"), count("/volume/after")]]));
if (data.clocks.length > 0) {
  const keys = ["met_before", "met_after", "breached_before", "breached_after", "flips"];
  section("Clocks",
    chart("Cycles of each clock that are met or breached, by both packs", data.clocks.map((each) => each.clock),
      keys.slice(0, 4).map((key) => ({ label: key.replace("_", " "), values: data.clocks.map((each) => each[key]) })), { lying: true }),
    table("Clocks", ["clock", ...keys.map((key) => key.replace("_", " "))],
      data.clocks.map((each, i) => [text(each.clock), ...keys.map((key) => count(`/clocks/${i}/${key}`))])));
}
if (data.changes.length > 0) {
  const label = (each) => `${each.what}: ${or_none(each.before)} to ${or_none(each.after)}`;
  const shown = data.changes.slice(0, 20);
  section("Changes",
    chart("How many contacts change what", shown.map(label), [{ label: "contacts", values: shown.map((each) => each.contacts) }], { lying: true }),
    table("Changes", ["what", "before", "after", "contacts"],
      data.changes.map((each, i) => [text(each.what), text(or_none(each.before)), text(or_none(each.after)), count(`/changes/${i}/contacts`)])));
}
if (data.differences.length > 0) {
  const rows = data.differences.flatMap((each) => [
    ...each.changes.map((one) => [text(each.contact), text(one.what), text(or_none(one.before)), text(or_none(one.after))]),
    ...each.clocks.map((one) => [text(each.contact), text(`clock ${one.clock}, cycle ${one.cycle}`), text(one.before), text(one.after)])]);
  section("Contacts", table("Contacts that differ", ["contact", "what", "before", "after"], rows));
}
finish();
