//! `rosactor apply`.

use std::fs;
use std::io;

use serde_json::json;

use crate::args::Apply;
use crate::control::{Answer, Found, find};
use crate::output::{complain, stderr_is_terminal, tell};
use crate::{FAILED, OK, REFUSED};

/// What each run answered.
type Answers = Vec<(Found, io::Result<Answer>)>;

/// Asks the processes that run a file to take it over as it is now; the exit code.
pub(crate) fn apply(args: &Apply) -> u8 {
    let file = match fs::canonicalize(&args.file) {
        Ok(file) => file,
        Err(error) => {
            complain(format_args!("{} cannot be read: {error}", args.file.display()));
            return REFUSED;
        }
    };
    let asked = tokio::runtime::Builder::new_current_thread().enable_all().build().map(|runtime| {
        runtime.block_on(async {
            let runs = find(&file, args.host.as_deref()).await?;
            // None of them changes anything unless all can.
            let answers = ask_all(runs, true).await;
            if !answers.iter().all(|(_, answer)| matches!(answer, Ok(Answer::Applied(_)))) {
                return Ok(refusals(answers));
            }
            let runs = answers.into_iter().map(|(run, _)| run).collect();
            Ok::<_, String>(ask_all(runs, false).await)
        })
    });
    match asked.map_err(|error| format!("the program's own runtime cannot be started: {error}")).flatten() {
        Ok(answers) if answers.is_empty() => {
            complain(nobody(args));
            if args.json {
                tell("[]");
            }
            FAILED
        }
        Ok(answers) => report(&answers, args.json),
        Err(why) => {
            complain(why);
            FAILED
        }
    }
}

async fn ask_all(runs: Vec<Found>, dry: bool) -> Answers {
    let mut answers = Vec::new();
    for mut run in runs {
        let answer = run.apply(stderr_is_terminal(), dry).await;
        answers.push((run, answer));
    }
    answers
}

/// Those who cannot, which is why the others do not.
fn refusals(answers: Answers) -> Answers {
    answers.into_iter().filter(|(_, answer)| !matches!(answer, Ok(Answer::Applied(_)))).collect()
}

fn nobody(args: &Apply) -> String {
    let file = args.file.display();
    let (part, option) = match &args.host {
        Some(host) => (format!("the part of `{host}` of {file}"), format!(" --host {host}")),
        None => (file.to_string(), String::new()),
    };
    format!("nobody on this machine runs {part}; start it with `rosactor run {file}{option}`")
}

/// Says what each run did; the exit code.
fn report(answers: &[(Found, io::Result<Answer>)], as_json: bool) -> u8 {
    let mut code = OK;
    let mut all = Vec::new();
    for (run, answer) in answers {
        let (its_code, outcome) = match answer {
            Ok(Answer::Applied(applied)) if applied.unfinished.is_empty() => (OK, Ok(applied)),
            Ok(Answer::Applied(applied)) => (FAILED, Ok(applied)),
            Ok(Answer::Refused { wrong_file, text }) => (if *wrong_file { REFUSED } else { FAILED }, Err(text.clone())),
            Ok(other) => (FAILED, Err(format!("it answers {other:?}"))),
            Err(error) => (FAILED, Err(format!("it does not say what it did: {error}"))),
        };
        code = code.max(its_code);
        let who = format!("{} (pid {})", run.here, run.pid);
        match &outcome {
            Ok(applied) if !as_json => tell(format_args!("{who}: {applied}")),
            Ok(_) => {}
            Err(why) => complain(format_args!("{who}: nothing was changed\n{}", why.trim_end())),
        }
        all.push(json!({"host": run.here, "pid": run.pid, "applied": outcome.as_ref().ok(), "error": outcome.err()}));
    }
    if as_json {
        tell(serde_json::Value::from(all));
    }
    code
}
