// Task B in datalogic-rs, one pass a line of standard input: `<engine> <way>` in, a line of JSON out.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, Write};
use std::time::Instant;

use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{Engine, Logic, ParsedData};

const WEEK_MS: i64 = 7 * 86_400_000;

#[cfg(target_os = "linux")]
extern "C" {
    fn clock_gettime(clock: i32, time: *mut [i64; 2]) -> i32;
}

/// Processor time of this process in seconds; on systems other than Linux, the time on the wall.
#[cfg(target_os = "linux")]
fn spent(_start: Instant) -> f64 {
    const PROCESS_TIME: i32 = 2;
    let mut time = [0i64; 2];
    unsafe { clock_gettime(PROCESS_TIME, &mut time) };
    time[0] as f64 + time[1] as f64 * 1e-9
}
#[cfg(not(target_os = "linux"))]
fn spent(start: Instant) -> f64 {
    start.elapsed().as_secs_f64()
}

/// What the host knows of an event without an engine: whose it is, when, and whether it is a session.
struct Head<'a> {
    contact: &'a str,
    ts: i64,
    is_session: bool,
}

/// The keys stand in one order, so that the host need not parse the line again.
fn head_of(line: &str) -> Head<'_> {
    let after = |mark: &str, from: usize| from + line[from..].find(mark).unwrap() + mark.len();
    let ts = after("\"ts\":", 0);
    let contact = after("\"contact\":\"", ts);
    let kind = after("\"type\":\"", contact);
    Head {
        contact: &line[contact..contact + line[contact..].find('"').unwrap()],
        ts: line[ts..ts + line[ts..].find(',').unwrap()].parse().unwrap(),
        is_session: line[kind..].starts_with("session_start\""),
    }
}

#[derive(Default)]
struct Contact {
    score: i64,
    sessions: VecDeque<i64>,
    badge: bool,
}

struct Host<'a> {
    engine: &'a Engine,
    rules: &'a [(i64, Logic)],
    badge: &'a (i64, Logic),
    contacts: HashMap<&'a str, Contact>,
}

impl<'a> Host<'a> {
    fn take(&mut self, head: &Head<'a>, data: &ParsedData, arena: &mut Bump) {
        let who = self.contacts.entry(head.contact).or_default();
        for (points, rule) in self.rules {
            let result = self.engine.evaluate(rule, data, &*arena).unwrap();
            if self.engine.truthy(result) {
                who.score += points;
            }
        }
        // The window is not in the event: the rule that asks about it gets it from the host.
        if head.is_session {
            who.sessions.push_back(head.ts);
            while who.sessions[0] <= head.ts - WEEK_MS {
                who.sessions.pop_front();
            }
            let row = format!(
                "{{\"e\":{{\"type\":\"session_start\"}},\"s7\":{},\"badge\":{}}}",
                who.sessions.len(),
                who.badge
            );
            let row = ParsedData::from_json(&row).unwrap();
            let result = self.engine.evaluate(&self.badge.1, &row, &*arena).unwrap();
            if self.engine.truthy(result) {
                who.score += self.badge.0;
                who.badge = true;
            }
        }
        arena.reset();
    }
}

fn main() {
    let folder = std::env::args().nth(1).expect("the data folder");
    let given: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(format!("{folder}/rules.json")).unwrap()).unwrap();
    let engine = Engine::new();
    let mut rules: Vec<(i64, Logic)> = given["B"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| (each[1].as_i64().unwrap(), engine.compile(each[2].to_string().as_str()).unwrap()))
        .collect();
    let badge = rules.pop().unwrap();
    let text = std::fs::read_to_string(format!("{folder}/events.jsonl")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let heads: Vec<Head> = lines.iter().map(|line| head_of(line)).collect();
    let wrapped = |line: &str| ParsedData::from_json(&format!("{{\"e\":{line}}}")).unwrap();
    let rows: Vec<ParsedData> = lines.iter().map(|line| wrapped(line)).collect();
    let mut arena = Bump::new();
    let start = Instant::now();
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let began = spent(start);
        let mut host = Host { engine: &engine, rules: &rules, badge: &badge, contacts: HashMap::new() };
        if line.ends_with("json") {
            for each in &lines {
                host.take(&head_of(each), &wrapped(each), &mut arena);
            }
        } else {
            for (head, row) in heads.iter().zip(&rows) {
                host.take(head, row, &mut arena);
            }
        }
        let sum: i64 = host.contacts.values().map(|each| each.score).sum();
        let rate = lines.len() as f64 / (spent(start) - began);
        println!("{{\"rate\": {rate:.0}, \"sum\": {sum}}}");
        std::io::stdout().flush().unwrap();
    }
}
