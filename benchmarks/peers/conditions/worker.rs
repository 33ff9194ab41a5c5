// Task A in datalogic-rs, one pass a line of standard input: `<engine> <way>` in, a line of JSON out.

use std::io::{BufRead, Write};
use std::time::Instant;

use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{Engine, Logic, ParsedData};

fn score(engine: &Engine, rules: &[(i64, Logic)], data: &ParsedData, arena: &mut Bump) -> i64 {
    let mut sum = 0;
    for (points, rule) in rules {
        let result = engine.evaluate(rule, data, arena).unwrap();
        if engine.truthy(result) {
            sum += points;
        }
    }
    arena.reset();
    sum
}

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

fn main() {
    let folder = std::env::args().nth(1).expect("the data folder");
    let given: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(format!("{folder}/rules.json")).unwrap()).unwrap();
    let engine = Engine::new();
    let rules: Vec<(i64, Logic)> = given["A"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| (each[1].as_i64().unwrap(), engine.compile(each[2].to_string().as_str()).unwrap()))
        .collect();
    let text = std::fs::read_to_string(format!("{folder}/contacts.jsonl")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let rows: Vec<ParsedData> = lines.iter().map(|line| ParsedData::from_json(line).unwrap()).collect();
    let mut arena = Bump::new();
    let start = Instant::now();
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let began = spent(start);
        let sum: i64 = if line.ends_with("json") {
            lines.iter().map(|each| score(&engine, &rules, &ParsedData::from_json(each).unwrap(), &mut arena)).sum()
        } else {
            rows.iter().map(|each| score(&engine, &rules, each, &mut arena)).sum()
        };
        let rate = lines.len() as f64 / (spent(start) - began);
        println!("{{\"rate\": {rate:.0}, \"sum\": {sum}}}");
        std::io::stdout().flush().unwrap();
    }
}
