"use strict";
// What every page is made with: sections, tables whose numbers name their place in the data, and charts beside them.
// All text goes in as text, never as markup: names come from events.

const data = JSON.parse(document.getElementById("data").textContent);
const has_charts = typeof Chart === "function";
const drawn = [];

/** What stands in the data at a path such as "/all/now/funnel/stages/0/entries". */
function at(path) {
  return path.split("/").slice(1).reduce((node, key) => (node === null || node === undefined ? undefined : node[key]), data);
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((each) => each !== undefined && each !== null));
  return made;
}

// --- Numbers as texts ---------------------------------------------------------------------------------------------

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });

function count_text(number) {
  return typeof number === "number" ? grouped.format(number) : "-";
}

function share_text(share) {
  return typeof share === "number" ? `${(share * 100).toFixed(1)}%` : "-";
}

function rate_text(rate) {
  return `${share_text(rate.rate)} (${count_text(rate.count)} of ${count_text(rate.of)})`;
}

/** In the largest unit in which it is at least one. */
function time_text(ms) {
  if (typeof ms !== "number") return "-";
  for (const [size, unit] of [[86400000, "d"], [3600000, "h"], [60000, "min"], [1000, "s"]]) {
    if (ms >= size) return `${grouped.format(Number((ms / size).toFixed(1)))} ${unit}`;
  }
  return `${ms} ms`;
}

const writers = { count: count_text, share: share_text, rate: rate_text, time: time_text, text: (value) => value ?? "-" };

// --- Tables ---------------------------------------------------------------------------------------------------------

const count = (path) => ({ form: "count", path });
const share = (path) => ({ form: "share", path });
const rate = (path) => ({ form: "rate", path });
const time = (path) => ({ form: "time", path });
const text = (value, kind = "text") => ({ form: "plain", value, kind });

/** A cell says where in the data its number stands, so that it can be checked against it. */
function fill(cell, content) {
  if (content.form === "plain") {
    cell.textContent = content.value ?? "-";
    cell.className = content.kind;
    return cell;
  }
  const value = at(content.path);
  cell.dataset.path = content.path;
  cell.dataset.form = content.form;
  cell.textContent = value === null || value === undefined ? "-" : writers[content.form](value);
  if (content.form === "rate" && value) cell.title = value.definition;
  return cell;
}

/** The first cell of a row names it. What scrolls can be reached by the keyboard; a group, since landmarks are for sections. */
function table(caption, head, rows) {
  const made = element("table", {}, element("caption", {}, caption));
  const top = element("tr");
  head.forEach((each, i) => top.append(element("th", i === 0 ? { scope: "col", class: "text" } : { scope: "col" }, each || "what")));
  made.append(element("thead", {}, top));
  const body = element("tbody");
  for (const row of rows) {
    const line = element("tr");
    row.forEach((each, i) => line.append(fill(i === 0 ? element("th", { scope: "row" }) : element("td"), each)));
    body.append(line);
  }
  made.append(body);
  return element("div", { class: "rows", tabindex: "0", role: "group", "aria-label": caption }, made);
}

function definitions(entries) {
  const list = element("dl");
  for (const [name, definition] of entries) {
    if (definition) list.append(element("dt", {}, name), element("dd", {}, definition));
  }
  return list.children.length > 0 ? element("details", {}, element("summary", {}, "What these numbers mean"), list) : null;
}

// --- Sections -------------------------------------------------------------------------------------------------------

function section(title, ...parts) {
  const id = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const made = element("section", { "aria-labelledby": id }, element("h2", { id }, title), ...parts);
  document.querySelector("main").append(made);
  let list = document.querySelector("nav ul");
  if (!list) {
    list = element("ul");
    document.querySelector("nav").append(list);
  }
  list.append(element("li", {}, element("a", { href: `#${id}` }, title)));
  return made;
}

function about(line) {
  document.querySelector("header").append(element("p", { class: "about" }, line));
}

// --- Charts ---------------------------------------------------------------------------------------------------------

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const series_colors = ["first", "second", "third", "fourth"];

/**
 * A chart with what it shows in words; the table beside it has the same numbers.
 * series: [{label, values, shade?, type?, axis?, dashed?}]; options: {type, unit, lying, stacked, max, points}
 */
function chart(words, labels, series, options = {}) {
  if (!has_charts || labels.length === 0) return null;
  const canvas = element("canvas", { role: "img", "aria-label": words });
  const room = element("div", { class: "canvas" }, canvas);
  if (options.lying) room.style.height = `${Math.max(8, 3 + labels.length * (1 + (options.stacked ? 1 : series.length)))}rem`;
  const percent = options.unit === "%";
  // Made anew for each drawing: colors differ by light and dark, and the library writes into what it is given.
  const config = () => {
    const [ink, line] = [color("ink"), color("line")];
    const value_axis = {
      beginAtZero: true,
      stacked: options.stacked === true,
      max: options.max,
      title: { display: Boolean(options.unit), text: options.unit, color: ink },
      ticks: { precision: percent ? undefined : 0, color: ink },
      grid: { color: line },
    };
    const label_axis = { stacked: options.stacked === true, grid: { display: false }, ticks: { color: ink } };
    if (options.points) {
      Object.assign(label_axis, { type: "linear", title: { display: true, text: options.points, color: ink }, beginAtZero: true });
      value_axis.ticks = { color: ink };
    }
    const scales = options.lying ? { x: value_axis, y: label_axis } : { x: label_axis, y: value_axis };
    return {
      type: options.type ?? "bar",
      data: {
        labels: options.points ? undefined : labels,
        datasets: series.map((each, i) => {
          const shade = color(each.shade ?? series_colors[i % series_colors.length]);
          return {
            label: each.label, data: each.values, type: each.type, borderColor: shade, backgroundColor: shade, borderWidth: 2,
            borderDash: each.dashed ? [6, 4] : undefined, pointRadius: each.plain ? 0 : 3, maxBarThickness: 48,
          };
        }),
      },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, indexAxis: options.lying ? "y" : "x", scales,
        plugins: { legend: { display: series.length > 1, labels: { color: ink } }, colors: { enabled: false } },
      },
    };
  };
  const figure = element("figure", {}, room, element("figcaption", {}, words));
  drawn.push({ canvas, config });
  return figure;
}

/** After all sections are in the page: a canvas that is not yet in it has no size. */
function draw_all() {
  let made = [];
  const draw = () => {
    made.forEach((each) => each.destroy());
    made = drawn.map(({ canvas, config }) => new Chart(canvas, config()));
    document.documentElement.dataset.charts = String(made.length);
  };
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  matchMedia("print").addEventListener("change", draw);
}

function finish() {
  if (has_charts) {
    draw_all();
    document.body.append(element("footer", { class: "note" }, `Charts: Chart.js ${Chart.version}, MIT licence, (c) Chart.js Contributors.`));
  } else {
    document.querySelector("header").append(element("p", { class: "note" },
      "Charts are left out: npm was not there when this program was built. Install npm and build again to have them."));
    document.documentElement.dataset.charts = "0";
  }
}
