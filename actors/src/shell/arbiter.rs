//! actix: the threads that actors live on, and how messages reach their shells. No other file names it.
//!
//! Each thread is an arbiter: a single-threaded tokio runtime. actix's own supervisor is not used: it does not survive a
//! panic, and restarts without pause or limit. Its mailbox never carries a sample: `do_send` ignores the mailbox's bound, so
//! only what is bounded otherwise goes through it: the ends of work in flight, and commands. The wake token stays outside, too.

use std::collections::HashMap;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{self, Poll};
use std::time::Duration;

use ::actix::fut::{ActorFuture, ActorFutureExt, wrap_future};
use ::actix::{
    Actor as ActixActor, ActorContext, Arbiter, ArbiterHandle, AsyncContext, Context, Handler, Message, Recipient,
    ResponseFuture, System,
};
use rosactor_transport::Hub;

use super::core::{After, AnyShell, Prepared, Renewal, ShellParts};
use super::mail::Notify;
use crate::deployment::Supervision;
use crate::port::Ready;

/// How long the threads may take to end, once their actors have stopped.
const LAST_PATIENCE: Duration = Duration::from_millis(200);

/// Something is in the shell's inbox. What is in it belongs to the thread, and actix sends only what could leave it.
#[derive(Message)]
#[rtype(result = "()")]
struct MailWaits;

/// Gives a shell its turn whenever the wake token comes, as long as its actix actor lives. As a message, actix would allocate
/// for the token at every hop.
struct Turns {
    /// Whether the token is on its way.
    token: Arc<AtomicBool>,
    ready: Arc<Ready>,
    connected: bool,
}

impl ActorFuture<Host> for Turns {
    type Output = ();

    fn poll(
        mut self: Pin<&mut Self>,
        host: &mut Host,
        ctx: &mut Context<Host>,
        task: &mut task::Context<'_>,
    ) -> Poll<()> {
        let mut has_token = self.token.swap(false, Ordering::AcqRel);
        if !self.connected {
            self.connected = true;
            // actix runs each actor as one task of tokio, and the wakers of all its polls wake that task.
            let (token, waker) = (Arc::clone(&self.token), task.waker().clone());
            self.ready.connect(move || {
                token.store(true, Ordering::Release);
                waker.wake_by_ref();
            });
            // What was marked before had nobody to tell.
            has_token = true;
        }
        if has_token {
            host.turn(ctx);
        }
        Poll::Pending
    }
}

#[derive(Message)]
#[rtype(result = "Prepared")]
struct Prepare;

#[derive(Message)]
#[rtype(result = "Result<(), String>")]
struct Connect(Hub);

#[derive(Message)]
#[rtype(result = "()")]
struct Open;

#[derive(Message)]
#[rtype(result = "()")]
struct Stop {
    /// Whether the endpoints are closed, too.
    for_good: bool,
}

#[derive(Message)]
#[rtype(result = "()")]
struct Revive(Hub);

#[derive(Message)]
#[rtype(result = "Result<(), String>")]
struct Renew(Option<Renewal>, Hub);

#[derive(Message)]
#[rtype(result = "()")]
struct Rule(Option<Supervision>);

#[derive(Message)]
#[rtype(result = "()")]
struct Leave;

#[derive(Message)]
#[rtype(result = "()")]
struct PanicNext;

/// The shell of an actor of any type: what actix makes of a type of its actors is much to compile.
struct Host {
    shell: Box<dyn AnyShell>,
}

impl Host {
    fn after(&mut self, after: After, ctx: &mut Context<Self>) {
        match after {
            After::Nothing => {}
            // Another message to itself would be handled at once: actix empties a mailbox before it lets others run.
            After::Yield => {
                let others_first = wrap_future(tokio::task::yield_now());
                ctx.spawn(others_first.map(|(), host: &mut Self, ctx: &mut Context<Self>| host.turn(ctx)));
            }
            After::RestartIn(backoff) => {
                let incarnation = self.shell.incarnation();
                ctx.run_later(backoff, move |host, ctx| {
                    let after = host.shell.restart(incarnation);
                    host.after(after, ctx);
                });
            }
        }
    }

    fn turn(&mut self, ctx: &mut Context<Self>) {
        let after = self.shell.turn();
        self.after(after, ctx);
    }
}

impl ActixActor for Host {
    type Context = Context<Self>;
}

impl Handler<MailWaits> for Host {
    type Result = ();

    fn handle(&mut self, _: MailWaits, ctx: &mut Context<Self>) {
        let after = self.shell.read_mail();
        self.after(after, ctx);
    }
}

impl Handler<Prepare> for Host {
    type Result = ::actix::MessageResult<Prepare>;

    fn handle(&mut self, _: Prepare, _: &mut Context<Self>) -> Self::Result {
        ::actix::MessageResult(self.shell.prepare())
    }
}

impl Handler<Connect> for Host {
    type Result = Result<(), String>;

    fn handle(&mut self, Connect(hub): Connect, _: &mut Context<Self>) -> Self::Result {
        self.shell.connect(Some(&hub))
    }
}

impl Handler<Open> for Host {
    type Result = ();

    fn handle(&mut self, _: Open, ctx: &mut Context<Self>) {
        let after = self.shell.open();
        self.after(after, ctx);
    }
}

impl Handler<PanicNext> for Host {
    type Result = ();

    fn handle(&mut self, _: PanicNext, _: &mut Context<Self>) {
        self.shell.panic_next();
    }
}

impl Handler<Stop> for Host {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, Stop { for_good }: Stop, ctx: &mut Context<Self>) -> ResponseFuture<()> {
        let mut tasks = self.shell.stop();
        let (closed, wait) = tokio::sync::oneshot::channel();
        let ended = wrap_future::<_, Self>(async move { tasks.shutdown().await });
        ctx.spawn(ended.map(move |(), host: &mut Self, _: &mut Context<Self>| {
            if for_good {
                host.shell.close();
            }
            // Whoever asked may have lost patience.
            let _ = closed.send(());
        }));
        Box::pin(async move {
            let _ = wait.await;
        })
    }
}

impl Handler<Revive> for Host {
    type Result = ();

    fn handle(&mut self, Revive(hub): Revive, ctx: &mut Context<Self>) {
        let after = self.shell.revive(&hub);
        self.after(after, ctx);
    }
}

impl Handler<Renew> for Host {
    type Result = Result<(), String>;

    fn handle(&mut self, Renew(renewal, hub): Renew, ctx: &mut Context<Self>) -> Self::Result {
        let (outcome, after) = self.shell.renew(renewal, &hub);
        self.after(after, ctx);
        outcome
    }
}

impl Handler<Rule> for Host {
    type Result = ();

    fn handle(&mut self, Rule(alone): Rule, _: &mut Context<Self>) {
        self.shell.rule(alone);
    }
}

impl Handler<Leave> for Host {
    type Result = ();

    fn handle(&mut self, _: Leave, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

/// The way to a shell, whatever its actor's type.
#[derive(Clone)]
pub(crate) struct ShellAddr {
    prepare: Recipient<Prepare>,
    connect: Recipient<Connect>,
    open: Recipient<Open>,
    stop: Recipient<Stop>,
    revive: Recipient<Revive>,
    renew: Recipient<Renew>,
    rule: Recipient<Rule>,
    leave: Recipient<Leave>,
    panic_next: Recipient<PanicNext>,
}

/// The shell's thread is gone: it panicked outside of any handler, which is a defect of the framework.
#[derive(Debug, thiserror::Error)]
#[error("the actor's thread has ended unexpectedly")]
pub(crate) struct ThreadGone;

impl ShellAddr {
    /// Runs `setup`.
    pub(crate) async fn prepare(&self) -> Result<Prepared, ThreadGone> {
        self.prepare.send(Prepare).await.map_err(|_| ThreadGone)
    }

    /// Opens the endpoints.
    pub(crate) async fn connect(&self, hub: &Hub) -> Result<Result<(), String>, ThreadGone> {
        self.connect.send(Connect(hub.clone())).await.map_err(|_| ThreadGone)
    }

    /// Begins to deliver.
    pub(crate) async fn open(&self) -> Result<(), ThreadGone> {
        self.open.send(Open).await.map_err(|_| ThreadGone)
    }

    /// Stops the actor; ends when it is down and its endpoints are closed.
    pub(crate) async fn stop(&self, patience: Duration) -> Result<(), ThreadGone> {
        self.take_down(Stop { for_good: true }, patience).await
    }

    /// Stops the actor, but keeps its endpoints.
    pub(crate) async fn suspend(&self, patience: Duration) -> Result<(), ThreadGone> {
        self.take_down(Stop { for_good: false }, patience).await
    }

    async fn take_down(&self, stop: Stop, patience: Duration) -> Result<(), ThreadGone> {
        match tokio::time::timeout(patience, self.stop.send(stop)).await {
            Ok(answer) => answer.map_err(|_| ThreadGone),
            Err(_) => Err(ThreadGone),
        }
    }

    /// Builds the actor anew and begins to deliver; ends when that is done, or the failure has been reported.
    pub(crate) async fn revive(&self, hub: &Hub) -> Result<(), ThreadGone> {
        self.revive.send(Revive(hub.clone())).await.map_err(|_| ThreadGone)
    }

    /// Builds the actor for the first time, or by another entry once it is suspended; why it cannot be built, which its supervisor hears
    /// of, too. What takes longer than `patience` is done all the same.
    pub(crate) async fn renew(
        &self,
        renewal: Option<Renewal>,
        hub: &Hub,
        patience: Duration,
    ) -> Result<Result<(), String>, ThreadGone> {
        let built = self.renew.send(Renew(renewal.clone(), hub.clone()));
        match tokio::time::timeout(patience, built).await {
            Ok(answer) => answer.map_err(|_| ThreadGone),
            Err(_) => {
                // actix forgets what nobody waits for any more.
                self.renew.do_send(Renew(renewal, hub.clone()));
                Err(ThreadGone)
            }
        }
    }

    /// Stops the actor as soon as its thread can; nobody waits for it.
    pub(crate) fn stop_later(&self, for_good: bool) {
        self.stop.do_send(Stop { for_good });
    }

    /// Begins to deliver as soon as the thread can; nobody waits for it.
    pub(crate) fn open_later(&self) {
        self.open.do_send(Open);
    }

    /// Gives it other rules for its restarts alone.
    pub(crate) fn rule(&self, alone: Option<Supervision>) {
        self.rule.do_send(Rule(alone));
    }

    /// Ends the shell itself; nothing can be asked of it any more.
    pub(crate) fn leave(&self) {
        self.leave.do_send(Leave);
    }

    /// Makes the next handler panic.
    pub(crate) fn panic_next(&self) {
        self.panic_next.do_send(PanicNext);
    }
}

/// The threads of a deployment's actors. To be used on the thread that runs [`ActorThreads::run`].
pub(crate) struct ActorThreads {
    arbiters: HashMap<String, Arbiter>,
    /// Whether all actors live on the calling thread.
    here: bool,
}

/// The calling thread as one for actors, on virtual time.
#[cfg(feature = "testing")]
pub(crate) struct VirtualThread(::actix::SystemRunner);

#[cfg(feature = "testing")]
impl VirtualThread {
    pub(crate) fn new() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?;
        Ok(Self(System::with_tokio_rt(|| runtime)))
    }

    /// Lets time pass until a future ends.
    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.0.block_on(future)
    }
}

impl ActorThreads {
    /// Runs `main` where actors can be started; when it ends, the threads end.
    pub(crate) fn run<T>(main: impl AsyncFnOnce(&mut Self) -> T) -> T {
        let mut threads = Self { arbiters: HashMap::new(), here: false };
        let system = System::new();
        let outcome = system.block_on(main(&mut threads));
        threads.end();
        outcome
    }

    /// Starts actors on the calling thread, within [`VirtualThread::run`].
    #[cfg(feature = "testing")]
    pub(crate) fn here() -> Self {
        Self { arbiters: HashMap::new(), here: true }
    }

    /// Starts the shell of an actor on its thread, where `build` makes it.
    pub(crate) fn start(
        &mut self,
        parts: ShellParts,
        build: fn(ShellParts, Arc<Ready>, Notify) -> Box<dyn AnyShell>,
    ) -> ShellAddr {
        let arbiter = self.arbiter(&parts.thread);
        let addr = Host::start_in_arbiter(&arbiter, move |ctx: &mut Context<Host>| {
            let addr = ctx.address();
            let ready = Arc::new(Ready::default());
            ctx.spawn(Turns { token: Arc::default(), ready: Arc::clone(&ready), connected: false });
            let notify = Rc::new(move || addr.do_send(MailWaits));
            Host { shell: build(parts, ready, notify) }
        });
        ShellAddr {
            prepare: addr.clone().recipient(),
            connect: addr.clone().recipient(),
            open: addr.clone().recipient(),
            stop: addr.clone().recipient(),
            revive: addr.clone().recipient(),
            renew: addr.clone().recipient(),
            rule: addr.clone().recipient(),
            leave: addr.clone().recipient(),
            panic_next: addr.recipient(),
        }
    }

    /// Ends the threads and waits for them, but not for one whose handler does not return: it ends with the process.
    fn end(&mut self) {
        let arbiters: Vec<Arbiter> = self.arbiters.drain().map(|(_, arbiter)| arbiter).collect();
        for arbiter in &arbiters {
            arbiter.stop();
        }
        let (ended, wait) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for arbiter in arbiters {
                // A thread that panicked has said so already.
                let _ = arbiter.join();
            }
            // Nobody waits any more if it took too long.
            let _ = ended.send(());
        });
        let _ = wait.recv_timeout(LAST_PATIENCE);
    }

    fn arbiter(&mut self, name: &str) -> ArbiterHandle {
        if self.here {
            return Arbiter::current();
        }
        self.arbiters.entry(name.to_owned()).or_insert_with(Arbiter::new).handle()
    }
}
