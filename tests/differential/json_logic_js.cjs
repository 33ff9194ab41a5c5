// Random rules and data through json-logic-js and through `leadline condition --semantics jsonlogic`.
//
//   node json_logic_js.cjs <leadline> <folder with node_modules> <pairs> <seed>
//
// Every pair that gives another result must be explained by a difference that docs/reference/conditions.md lists:
// `documented` below is json-logic-js with exactly those differences put in, one by one and by name, and Leadline must
// give what it gives. Prints one line of JSON: how many pairs agree, how many each difference explains, and the
// unexplained.
"use strict";

const { spawnSync } = require("child_process");
const path = require("path");

const [program, folder, pairText, seedText] = process.argv.slice(2);
const modulePath = require.resolve("json-logic-js", { paths: [path.resolve(folder)] });
const plain = require(modulePath);
delete require.cache[modulePath];
const documented = require(modulePath);
console.log = () => {};  // what `log` prints

// --- The documented differences ------------------------------------------------------------------------------------

let used = new Set();
const letters = (text) => Array.from(text);

class Failure extends Error {
  constructor(type) {
    super(type);
    this.type = type;
  }
}

function isCompound(value) {
  return value !== null && typeof value === "object";
}

function byCodePoints(a, b) {
  const left = letters(a), right = letters(b);
  for (let i = 0; i < Math.min(left.length, right.length); ++i) {
    if (left[i] !== right[i]) return left[i].codePointAt(0) - right[i].codePointAt(0);
  }
  return left.length - right.length;
}

const orders = { "<": (o) => o < 0, "<=": (o) => o <= 0, ">": (o) => o > 0, ">=": (o) => o >= 0 };

function holds(op, a, b) {
  if (op === "===") return a === b;
  if (op === "!==") return a !== b;
  if (isCompound(a) || isCompound(b)) {
    used.add("a list or an object in a comparison is an error");
    throw new Failure("NaN");
  }
  if (typeof a === "string" && typeof b === "string") {
    if (op === "==") return a === b;
    if (op === "!=") return a !== b;
    const order = byCodePoints(a, b);
    if (orders[op](order) !== orders[op](a < b ? -1 : a > b ? 1 : 0)) used.add("texts by code points");
    return orders[op](order);
  }
  if (a !== null && b !== null && (Number.isNaN(Number(a)) || Number.isNaN(Number(b)))) {
    used.add("a text that is no number beside a number is an error");
    throw new Failure("NaN");
  }
  switch (op) {
    case "==": return a == b;  // eslint-disable-line eqeqeq
    case "!=": return a != b;  // eslint-disable-line eqeqeq
    case "<": return a < b;
    case "<=": return a <= b;
    case ">": return a > b;
    default: return a >= b;
  }
}

const arithmetic = {
  "+": (of) => of.reduce((a, b) => a + b, 0),
  "*": (of) => of.reduce((a, b) => a * b, 1),
  "-": (of) => (of.length === 1 ? -of[0] : of.reduce((a, b) => a - b)),
  "/": (of) => (of.length === 1 ? 1 / of[0] : of.reduce((a, b) => (b === 0 ? NaN : a / b))),
  "%": (of) => of.reduce((a, b) => (b === 0 ? NaN : a % b)),
};

function calculate(op, operands) {
  const least = op === "%" ? 2 : op === "-" || op === "/" ? 1 : 0;
  if (operands.length < least) {
    used.add("too few operands of arithmetic are an error");
    throw new Failure("Invalid Arguments");
  }
  const made = arithmetic[op](operands.map((each) => (isCompound(each) ? NaN : Number(each))));
  if (Number.isNaN(made) || (op === "/" && !Number.isFinite(made))) {
    used.add("arithmetic that gives no number is an error");
    throw new Failure("NaN");
  }
  if (operands.length === 0 || operands.some(isCompound) || !Object.is(plain.apply({ [op]: operands }), made)) {
    used.add("arithmetic converts as Number() does and takes any number of operands");
  }
  return made;
}

function substr(source, start, length) {
  const text = letters(String(source));
  const whole = (from) => { const n = Math.trunc(Number(from)); return Number.isNaN(n) ? 0 : n; };
  const from = whole(start) < 0 ? Math.max(0, text.length + whole(start)) : whole(start);
  const rest = text.slice(from);
  if (length === undefined) return rest.join("");
  return (length < 0 ? rest.slice(0, Math.max(0, rest.length + whole(length))) : rest.slice(0, whole(length))).join("");
}

// json-logic-js's own, in UTF-16 units.
function plainSubstr(source, start, length) {
  if (!(length < 0)) return String(source).substr(start, length);
  const rest = String(source).substr(start);
  return rest.substr(0, rest.length + length);
}

function child(data, key) {
  if (typeof data === "string") {
    if (key === "length") return letters(data).length;
    return /^(0|[1-9][0-9]*)$/.test(key) ? letters(data)[Number(key)] : undefined;
  }
  if (Array.isArray(data) && key === "length") return data.length;
  return Object.prototype.hasOwnProperty.call(Object(data), key) ? data[key] : undefined;
}

function read(key, data, fallback) {
  if (key === undefined || key === "" || key === null) return data;
  for (const part of String(key).split(".")) {
    if (data === null || data === undefined) return fallback;
    data = child(data, part);
    if (data === undefined) return fallback;
  }
  return data;
}

const lazy = new Set(["and", "or", "if", "?:", "map", "filter", "reduce", "all", "some", "none"]);
const comparisons = new Set(["<", "<=", ">", ">=", "==", "!=", "===", "!=="]);
const spreading = new Set(["+", "*", "-", "/", "%", "max", "min", "cat"]);
const apply = documented.apply;

documented.apply = function (logic, data) {
  if (!documented.is_logic(logic)) return apply(logic, data);
  const op = Object.keys(logic)[0];
  const body = logic[op];
  const isListed = Array.isArray(body);
  if (!isListed && (lazy.has(op) || comparisons.has(op))) {
    used.add("operands that must be a list and are none are an error");
    throw new Failure("Invalid Arguments");
  }
  if ((op === "and" || op === "or") && body.length === 0) {
    used.add("and, or of nothing are false");
    return false;
  }
  if (comparisons.has(op)) {
    if (body.length < 2) {
      used.add("a comparison of one operand is an error");
      throw new Failure("Invalid Arguments");
    }
    if (body.length > (op === "<" || op === "<=" ? 3 : 2)) used.add("comparisons chain");
    let previous = documented.apply(body[0], data);
    for (const each of body.slice(1)) {
      const next = documented.apply(each, data);
      if (!holds(op, previous, next)) return false;
      previous = next;
    }
    return true;
  }
  if (spreading.has(op)) {
    let operands = (isListed ? body : [body]).map((each) => documented.apply(each, data));
    if (!isListed && Array.isArray(operands[0])) {
      used.add("an expression that gives a list gives the operands");
      operands = operands[0];
    }
    operands = operands.map((each) => (each === undefined ? null : each));
    if (op in arithmetic) return calculate(op, operands);
    if (op === "cat") return operands.join("");
    const made = Math[op](...operands);
    if (Number.isNaN(made)) {
      used.add("arithmetic that gives no number is an error");
      throw new Failure("NaN");
    }
    return made;
  }
  if (op === "substr") {
    const operands = body.map((each) => documented.apply(each, data));
    const made = substr(...operands);
    if (made !== plainSubstr(...operands)) used.add("texts by code points");
    return made;
  }
  if (op === "var") {
    const [key, fallback] = (isListed ? body : [body]).map((each) => documented.apply(each, data));
    const made = read(key, data, fallback === undefined ? null : fallback);
    if (made !== plain.apply({ var: [key, null] }, data) && typeof made !== "object") used.add("texts by code points");
    return made;
  }
  return apply(logic, data);
};

// --- Random rules --------------------------------------------------------------------------------------------------

let state = Number(seedText) >>> 0;
function random() {  // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}
const pick = (count) => random() % count;
const oneOf = (of) => of[pick(of.length)];
const times = (count, make) => Array.from({ length: count }, make);

const numbers = [0, 1, -1, 2, 3, 5, 50, 1.5, -0.5, 0.1, 1e3, 100, 1e21, 1e-7, -7];
const texts = ["", "a", "b", "ab", "abc", "1", "2", " 3 ", "1.5", "US", "pricing", "null", "É", "Ωmega", "𝒳y", "ﬀ", "true", "1e2",
  "-4", "12abc", "0x10", "Infinity", "[object Object]", "1,2", "undefined"];
const scalar = () => oneOf([() => null, () => pick(2) === 0, () => oneOf(numbers), () => oneOf(numbers), () => oneOf(texts), () => oneOf(texts)])();
const listOf = (depth, objects) => times(pick(5), () =>
  objects && pick(4) === 0 ? object(1) : depth > 0 && pick(5) === 0 ? listOf(depth - 1, objects) : scalar());
const object = (depth) => {
  const made = {};
  for (const key of ["x", "y", "a"]) {
    if (pick(3) !== 0) made[key] = depth > 0 && pick(4) === 0 ? listOf(1, true) : scalar();
  }
  return made;
};
const randomData = () => {
  const made = {};
  for (const key of ["a", "b", "c", "t", "n", "l", "o", "e"]) {
    if (pick(4) === 0) continue;
    made[key] = key === "l" ? listOf(1, true) : key === "o" ? object(1) : key === "n" ? oneOf(numbers) : key === "t" ? oneOf(texts) : scalar();
  }
  return pick(40) === 0 ? scalar() : made;
};

const outerPaths = ["a", "b", "c", "t", "n", "l", "o", "e", "o.x", "o.y", "l.0", "l.1", "gone", "o.x.z", "l.length", "t.length", "t.1", "l.0.x"];
const innerPaths = ["", "", "", "x", "y", "a", "0", "current", "accumulator", "current.x", 0, null];
const pathFor = (inner) => oneOf(inner ? innerPaths : outerPaths);
const variable = (inner) => {
  if (pick(8) === 0) return { var: [pathFor(inner), scalar()] };
  return { var: pick(2) === 0 ? pathFor(inner) : [pathFor(inner)] };
};
const many = (count, depth, inner) => times(count, () => rule(depth, inner));
const source = (depth, inner) => oneOf([
  () => listOf(1, false), () => (depth > 0 ? rule(depth - 1, inner) : null), () => (inner ? { var: "" } : { var: "l" }), () => (inner ? { var: "" } : { var: "l" })])();
const position = () => oneOf([0, 1, 2, -1, -2, -4, 5, 1.7, "1", null]);

function rule(depth, inner) {
  if (depth === 0) return pick(2) === 0 ? scalar() : variable(inner);
  const below = depth - 1;
  switch (pick(28)) {
    case 0: case 1: return { [oneOf(["==", "!=", "===", "!=="])]: pick(2) === 0 ? [variable(inner), scalar()] : many(2, below, inner) };
    case 2: case 3: return { [oneOf(["<", "<=", ">", ">="])]: pick(2) === 0 ? [variable(inner), oneOf(numbers)] : many(2, below, inner) };
    case 4: return { [oneOf(["<", "<="])]: [oneOf(numbers), variable(inner), oneOf(numbers)] };
    case 5: return { [oneOf(["<", "<=", ">", ">=", "==", "==="])]: many(pick(4), below, inner) };
    case 6: case 7: return { and: many(pick(3) + 1, below, inner) };
    case 8: case 9: return { or: many(pick(3) + 1, below, inner) };
    case 10: return { [oneOf(["if", "?:"])]: many(pick(6), below, inner) };
    case 11: return { [oneOf(["!", "!!"])]: pick(2) === 0 ? many(1, below, inner) : variable(inner) };
    case 12: return { [oneOf(["+", "*", "max", "min"])]: many(pick(4), below, inner) };
    case 13: return { [oneOf(["-", "/", "%"])]: many(2, below, inner) };
    case 14: return { [oneOf(["-", "+", "/"])]: many(1, below, inner) };
    case 15: return { in: [variable(inner), listOf(0, false)] };
    case 16: return { in: pick(2) === 0 ? [scalar(), variable(inner)] : many(2, below, inner) };
    case 17: return { cat: pick(3) === 0 ? variable(inner) : many(pick(4), below, inner) };
    case 18: return { substr: [rule(below, inner), position(), ...(pick(2) === 0 ? [] : [position()])] };
    case 19: return { "==": [{ substr: [variable(inner), ...oneOf([[-2], [0, 2]])] }, oneOf(texts)] };
    case 20: case 21: return { [oneOf(["map", "filter", "all", "some", "none"])]: [source(below, inner), rule(below, true)] };
    case 22: return { reduce: [source(below, inner), rule(below, true), ...(pick(3) === 0 ? [] : [scalar()])] };
    case 23: return { merge: many(pick(3), below, inner) };
    case 24: return oneOf([
      () => ({ missing: times(pick(4), () => pathFor(inner)) }),
      () => ({ missing_some: [pick(4), times(pick(4), () => pathFor(inner))] }),
      () => ({ missing: { merge: [times(pick(3), () => pathFor(inner)), { if: [variable(inner), "gone", "a"] }] } })])();
    case 25: return { log: [rule(below, inner)] };
    case 26: return { [oneOf(["+", "*", "max", "min", "cat", "and", "<", "if"])]: inner ? { var: "" } : { var: "l" } };
    default: return pick(3) === 0 ? listOf(1, false) : many(pick(3), below, inner);
  }
}

// --- Comparing -----------------------------------------------------------------------------------------------------

function outcome(engine, logic, data) {
  try {
    const made = engine.apply(logic, data);
    return JSON.stringify(made === undefined ? null : made, (key, value) => (Object.is(value, -0) ? 0 : value));
  } catch (error) {
    return `error ${error.type || error.message}`;
  }
}

const canonical = (value) => JSON.stringify(value, (key, each) =>
  each && typeof each === "object" && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort()) : each);

const report = { pairs: 0, agree: 0, explained: {}, unexplained_count: 0, unexplained: [] };
const total = Number(pairText);
for (let done = 0; done < total; ) {
  const pairs = times(Math.min(10000, total - done), () => ({ rule: rule(1 + pick(5), false), data: randomData() }));
  done += pairs.length;
  const given = pairs.map((each) => JSON.stringify(each) + "\n").join("");
  const run = spawnSync(program, ["condition", "--semantics", "jsonlogic"], { input: given, encoding: "utf8", maxBuffer: 1 << 30 });
  const lines = run.stdout.split("\n");
  pairs.forEach((pair, i) => {
    ++report.pairs;
    const told = JSON.parse(lines[i]);
    const ours = "error" in told ? `error ${told.error.type || told.error.message}` : canonical(told.result);
    const theirs = outcome(plain, pair.rule, pair.data);
    const same = (text) => text === ours || (!text.startsWith("error") && !ours.startsWith("error") && canonical(JSON.parse(text)) === ours);
    if (same(theirs)) {
      ++report.agree;
      return;
    }
    used = new Set();
    const expected = outcome(documented, pair.rule, pair.data);
    if (same(expected)) {
      for (const each of used) report.explained[each] = (report.explained[each] || 0) + 1;
      return;
    }
    ++report.unexplained_count;
    if (report.unexplained.length < 10) report.unexplained.push({ ...pair, leadline: ours, json_logic_js: theirs, documented: expected });
  });
}
process.stdout.write(JSON.stringify(report) + "\n");
