//! Hosts among others that speak as anybody may.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rosactor_transport::Hub;
use rosactor_transport::host::{CardError, HostAnswer, HostEntry, PresenceConfig};
use zenoh::Wait;

use super::support::*;

const SESSION: &str = "00000000000000000000000000000abc";

fn config(host: &str) -> PresenceConfig {
    PresenceConfig::new("d".to_owned(), host.to_owned(), ["base", "robot"].map(str::to_owned).to_vec())
}

/// All answers of these hosts.
fn ask(hub: &Hub, enough: usize) -> Vec<HostAnswer> {
    let mut answers = Vec::new();
    let hosts = ["base", "robot"].map(str::to_owned);
    let told = hub.ask_hosts("d", &hosts, PATIENCE, Duration::from_millis(50), |answer| {
        answers.extend(answer);
        answers.len() >= enough
    });
    told.unwrap();
    answers.sort_by(|one, other| one.who.cmp(&other.who));
    answers
}

#[test]
fn a_host_tells_what_it_runs_from_session_to_session() {
    watched(|| {
        let (base, robot) = pair();
        let entries = vec![HostEntry { name: "/front/driver".to_owned(), fingerprint: "a1b2".to_owned() }];
        let presence = robot.announce_host(config("robot"), entries.clone()).unwrap();
        let answers = ask(&base, 1);
        let [HostAnswer { who, card: Ok(card) }] = &answers[..] else { panic!("{answers:?}") };
        assert_eq!((who.host.as_str(), &card.entries), ("robot", &entries));
        assert!(card.received_ns <= card.answered_ns && card.received_ns > 1_700_000_000_000_000_000);
        drop(presence);
    });
}

#[test]
fn strange_tokens_and_answers_harm_nobody() {
    watched(|| {
        let base = alone();
        let raw = raw_session(&base);
        let mut tokens =
            vec!["@rosactor/@host/d/robot/nonsense", "@rosactor/@host/d/ro bot/a1", "@rosactor/@host/d/drone/a1"];
        let of_robot = format!("@rosactor/@host/d/robot/{SESSION}");
        tokens.push(&of_robot);
        let tokens: Vec<_> =
            tokens.into_iter().map(|key| raw.liveliness().declare_token(key).wait().unwrap()).collect();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let key = format!("@rosactor/@card/d/robot/{SESSION}");
        let reply_key = key.clone();
        let answers = ["", "{}", "\u{1b}[2J", r#"{"received_ns": 18446744073709551615, "answered_ns": 0}"#];
        let _strange = raw
            .declare_queryable(key)
            .callback(move |query| {
                // Who asks for more than the time gets what is no card at all.
                let said = match query.payload().is_some_and(|asked| !asked.is_empty()) {
                    true => answers[count.fetch_add(1, Ordering::Relaxed) % answers.len()],
                    false => "\u{1b}[2J",
                };
                query.reply(&reply_key, said).wait().unwrap();
            })
            .wait()
            .unwrap();

        let presence = base.announce_host(config("base"), Vec::new()).unwrap();
        let hosts = presence.hosts();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let running = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(presence.run(async { _ = ended.await }));
        });
        until("the strange host is there and was asked four times", || {
            hosts.statuses()[1].present && asked.load(Ordering::Relaxed) >= answers.len()
        });
        assert_eq!(hosts.statuses().len(), 2, "what the file does not have is no host");
        assert_eq!(hosts.statuses()[1].clock, None, "nothing that it says makes sense");
        let asking = joined(&base);
        let heard = ask(&asking, 2);
        assert!(heard[0].card.is_ok(), "{heard:?}");
        assert!(matches!(&heard[1].card, Err(CardError::Malformed(why)) if !why.contains('\u{1b}')), "{heard:?}");
        drop(tokens);
        until("the strange host is gone", || !hosts.statuses()[1].present && hosts.statuses()[1].lost == 1);
        drop(end);
        running.join().unwrap();
    });
}
