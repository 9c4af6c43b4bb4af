//! `rosactor plan`.

mod compose;
mod running;
mod text;
mod units;

use rosactor::Actors;
use rosactor::deployment::Deployment;
use rosactor::launch::{self, Plan};

use crate::args::{self, Source};
use crate::output::{complain, tell};
use crate::{FAILED, OK, REFUSED, check};

/// Tells what each host runs or would change, and writes units or services for them if asked; the exit code.
pub(crate) fn plan(args: &args::Plan, actors: &Actors) -> u8 {
    let Some(deployment) = check::load(&args.source) else { return REFUSED };
    let plan = match launch::plan(&deployment, actors) {
        Ok(plan) => plan,
        Err(mistakes) => {
            check::show(&mistakes);
            return REFUSED;
        }
    };
    if args.running {
        return running::running(args, &deployment);
    }
    if args.json {
        tell(text::json(&deployment.name, &plan));
    } else {
        tell(text::text(&plan).trim_end());
    }
    match write(args, &deployment, &plan) {
        Ok(()) => OK,
        Err(why) => {
            complain(why);
            FAILED
        }
    }
}

fn write(args: &args::Plan, deployment: &Deployment, plan: &Plan) -> Result<(), String> {
    if let Some(folder) = &args.systemd {
        units::write_units(folder, &args.source, deployment, plan)?;
    }
    if let (Some(file), Some(image)) = (&args.compose, &args.image) {
        compose::write_services(file, image, &args.source, deployment, plan)?;
    }
    Ok(())
}

/// What this program is given to run the part of a host.
fn arguments(source: &Source, host: Option<&str>) -> Vec<String> {
    let mut words = vec!["run".to_owned(), source.file.display().to_string()];
    let host = host.iter().map(|name| ("--host", *name));
    let binds = source.bind.iter().map(|rule| ("--bind", rule.as_str()));
    let params = source.params.iter().map(|rule| ("--param", rule.as_str()));
    for (option, value) in host.chain(binds).chain(params) {
        words.extend([option.to_owned(), value.to_owned()]);
    }
    words
}
