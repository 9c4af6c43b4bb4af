//! Logs on standard error, one line each, in the shape that ROS users know: `[INFO] [1700000000.123456] [node]: text`.

use std::fmt;
use std::io::{self, Write};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use indicatif::ProgressBar;
use rosactor::rosout;
use rosactor::security::{ACCESS_LOG, Refusal, Refusals};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// Zenoh tells of every link and scouting message at `info`; users want to hear of it only when something is wrong.
/// Its shared memory warns of threads without real-time priority, which only the superuser can give.
const DEFAULT: &str = "info,zenoh=warn,zenoh_transport=warn,zenoh_link=warn,zenoh_shm=error";

/// Why logging cannot begin.
#[derive(Debug)]
pub(crate) enum LoggingError {
    /// The filter cannot be understood.
    Filter(String),
    /// Something else has installed a subscriber.
    Installed(TryInitError),
}

impl fmt::Display for LoggingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filter(why) => write!(
                f,
                "the log level must be error, warn, info, debug or trace, or a filter such as info,my_crate=debug: {why}"
            ),
            Self::Installed(error) => write!(f, "logs cannot be shown: {error}"),
        }
    }
}

/// Begins to log. With a bar, lines are printed above it.
pub(crate) fn begin(level: Option<&str>, bar: Option<ProgressBar>, colour: bool) -> Result<(), LoggingError> {
    let asked = level.map(str::to_owned).or_else(|| std::env::var("RUST_LOG").ok()).filter(|text| !text.is_empty());
    let filter = match asked {
        // A bare level is about the user's actors, not about Zenoh.
        Some(level) if level.parse::<Level>().is_ok() => EnvFilter::try_new(DEFAULT.replacen("info", &level, 1)),
        Some(filter) => EnvFilter::try_new(filter),
        None => EnvFilter::try_new(DEFAULT),
    };
    let filter = filter.map_err(|error| LoggingError::Filter(error.to_string()))?;
    let lines =
        tracing_subscriber::fmt::layer().event_format(RosLine { colour }).with_ansi(colour).with_writer(Above(bar));
    let refused = Refused::begin().with_filter(Targets::new().with_target(ACCESS_LOG, Level::TRACE));
    tracing_subscriber::registry()
        .with(refused)
        .with(ActorNames.and_then(Rosout).and_then(lines).with_filter(filter))
        .try_init()
        .map_err(LoggingError::Installed)?;
    std::panic::set_hook(Box::new(|panic| {
        // The shell logs what it means for the actor; this adds the place.
        tracing::error!("{panic}");
    }));
    Ok(())
}

/// The name of the actor in whose span a line was logged.
struct ActorName(String);

/// Remembers the names of actors' spans.
struct ActorNames;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for ActorNames {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().name() != "actor" {
            return;
        }
        let mut name = Text::new("name");
        attributes.record(&mut name);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(ActorName(name.text));
        }
    }
}

/// Warns once of each thing that another host wanted to do here and may not.
struct Refused {
    refusals: Refusals,
    teller: Sender<Refusal>,
}

impl Refused {
    fn begin() -> Self {
        let (teller, heard) = mpsc::channel::<Refusal>();
        // On a thread of its own: a layer that logs while it is told of a line confuses the filters of the others. Without the
        // thread nothing is told, and all works.
        let tell =
            move || heard.into_iter().for_each(|refusal| tracing::warn!(target: "rosactor", "refused: {refusal}"));
        let _ = thread::Builder::new().name("refusals".to_owned()).spawn(tell);
        Self { refusals: Refusals::default(), teller }
    }
}

impl<S: Subscriber> Layer<S> for Refused {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut |field: &Field, value: &dyn fmt::Debug| {
            if field.name() == "message"
                && let Some(refusal) = self.refusals.read(value)
            {
                let _ = self.teller.send(refusal);
            }
        });
    }
}

/// Hands on what actors log, for the topic `/rosout`.
struct Rosout;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Rosout {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut scope = context.event_scope(event).into_iter().flatten();
        let Some(actor) = scope.find(|span| span.metadata().name() == "actor") else { return };
        let mut message = Text::new("message");
        event.record(&mut message);
        let metadata = event.metadata();
        let line =
            rosout::Line { level: *metadata.level(), text: &message.text, file: metadata.file().zip(metadata.line()) };
        rosout::log(&actor.id(), line);
    }
}

/// Takes one field's text.
struct Text {
    field: &'static str,
    text: String,
}

impl Text {
    fn new(field: &'static str) -> Self {
        Self { field, text: String::new() }
    }
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == self.field {
            self.text = format!("{value:?}");
        }
    }
}

struct RosLine {
    colour: bool,
}

impl<S, N> FormatEvent<S, N> for RosLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let (level, colour) = match *event.metadata().level() {
            Level::ERROR => ("ERROR", "\x1b[31m"),
            Level::WARN => ("WARN", "\x1b[33m"),
            Level::INFO => ("INFO", ""),
            Level::DEBUG => ("DEBUG", "\x1b[2m"),
            Level::TRACE => ("TRACE", "\x1b[2m"),
        };
        let (colour, plain) = if self.colour && !colour.is_empty() { (colour, "\x1b[0m") } else { ("", "") };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        write!(line, "{colour}[{level}] [{}.{:06}] ", now.as_secs(), now.subsec_micros())?;
        let actor = context
            .event_scope()
            .into_iter()
            .flatten()
            .find_map(|span| span.extensions().get::<ActorName>().map(|name| name.0.clone()));
        match actor {
            Some(name) => write!(line, "[{name}]: ")?,
            None => write!(line, "[{}]: ", event.metadata().target())?,
        }
        context.format_fields(line.by_ref(), event)?;
        writeln!(line, "{plain}")
    }
}

/// Standard error, above the status line if there is one.
struct Above(Option<ProgressBar>);

impl<'w> MakeWriter<'w> for Above {
    type Writer = Line;

    fn make_writer(&'w self) -> Line {
        Line { bar: self.0.clone(), text: Vec::new() }
    }
}

/// Collects one log line and prints it as a whole.
struct Line {
    bar: Option<ProgressBar>,
    text: Vec<u8>,
}

impl Write for Line {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let print = || {
            // A closed standard error leaves nobody to tell.
            let _ = io::stderr().write_all(&self.text);
        };
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}
