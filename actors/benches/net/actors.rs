//! Our actors, as a person would write them.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures_util::future::try_join_all;
use rosactor::Actors;
use rosactor::deployment::Deployment;
use rosactor::launch::{Running, start};
use rosactor::messages::Message;
use rosactor::messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse};
use rosactor::messages::sensor_msgs::LaserScan;
use rosactor::messages::std_msgs::UInt8MultiArray;
use rosactor::prelude::*;

use crate::action::{Boss, Worker};
use crate::job::{Job, ROLES, Role, System, Work as Task, name};
use crate::score::{Score, note_begin};

/// The job of this process; `setup` has no other way to it.
static JOB: Mutex<Option<Job>> = Mutex::new(None);

pub(crate) fn job() -> Job {
    JOB.lock().unwrap_or_else(PoisonError::into_inner).clone().expect("a process has a job")
}

pub(crate) fn deploy(job: &Job) -> Running {
    *JOB.lock().unwrap_or_else(PoisonError::into_inner) = Some(job.clone());
    let mut actors = Actors::new();
    match (job.role, job.work) {
        (Role::Ping, Task::Rtt) => actors.add::<Thrower<UInt8MultiArray>>("net/Peer"),
        (Role::Ping, Task::Scan) => actors.add::<Thrower<LaserScan>>("net/Peer"),
        (Role::Ping, Task::Stream) => actors.add::<Sender>("net/Peer"),
        (Role::Ping, Task::Call) => actors.add::<Caller>("net/Peer"),
        (Role::Pong, Task::Rtt) => actors.add::<Returner<UInt8MultiArray>>("net/Peer"),
        (Role::Pong, Task::Scan) => actors.add::<Returner<LaserScan>>("net/Peer"),
        (Role::Pong, Task::Stream) => actors.add::<Receiver>("net/Peer"),
        (Role::Pong, Task::Call) => actors.add::<Adder>("net/Peer"),
        (Role::Ping, Task::Goal) => actors.add::<Boss>("net/Peer"),
        (Role::Pong, Task::Goal) => actors.add::<Worker>("net/Peer"),
        (Role::Router, _) => &mut actors,
    };
    let name = name(&ROLES, job.role);
    let file = if job.routed { routed(job.port) } else { direct(name, job) };
    let mut deployment = Deployment::parse(Path::new("net.yaml"), &file).expect("the file is right");
    if job.routed {
        deployment.keep_host(Some(name)).expect("the file has this host");
    }
    start(deployment, actors).expect("it starts")
}

fn direct(name: &str, job: &Job) -> String {
    let way = if name == "pong" { "listen" } else { "connect" };
    let (port, shared) = (job.port, job.system != System::RosactorTcp);
    let only_tcp = if shared { "" } else { "#unix=false" };
    format!(
        "deployment: {name}\ntransport: {{{way}: [tcp/127.0.0.1:{port}{only_tcp}], shared_memory: {shared}}}\nactors:\n- {{name: {name}_actor, type: \
         net/Peer}}\n"
    )
}

fn routed(port: u16) -> String {
    format!(
        "deployment: net\nhosts:\n  router: {{mode: router, listen: [tcp/127.0.0.1:{port}]}}\n  ping: {{connect: [tcp/127.0.0.1:{port}]}}\n  \
         pong: {{connect: [tcp/127.0.0.1:{port}]}}\nactors:\n- {{name: ping_actor, type: net/Peer, host: ping}}\n- {{name: pong_actor, type: \
         net/Peer, host: pong}}\n"
    )
}

/// A message that is thrown.
trait Ball: Message {
    fn of(job: &Job) -> Self;

    /// What is thrown next: the same one again, unless the job wants each in memory of its publisher.
    fn next(ball: &Arc<Self>, _: &Job, _: &Publisher<Self>) -> Arc<Self> {
        Arc::clone(ball)
    }
}

impl Ball for UInt8MultiArray {
    fn of(job: &Job) -> Self {
        Self { data: vec![7; job.payload].into(), ..Self::default() }
    }

    fn next(ball: &Arc<Self>, job: &Job, out: &Publisher<Self>) -> Arc<Self> {
        if job.system != System::Rosactor {
            return Arc::clone(ball);
        }
        // As much is written as raw Zenoh writes: this measures the way of a message, and not how it comes about.
        Arc::new(Self { data: out.loan(job.payload).into(), ..Self::default() })
    }
}

impl Ball for LaserScan {
    fn of(_: &Job) -> Self {
        Self { ranges: vec![1.5; 1080], intensities: vec![0.5; 1080], ..Self::default() }
    }
}

struct Thrower<M: Message> {
    out: Publisher<M>,
    graph: Graph,
    ball: Arc<M>,
    score: Score,
    thrown: Instant,
    job: Job,
    /// Somebody is there to throw back.
    ready: bool,
}

impl<M: Ball> Actor for Thrower<M> {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let job = job();
        node.on_start(Self::wait);
        node.subscribe("pong", |actor: &mut Self, _: Sample<M>| actor.on_ball());
        if job.rate > 0.0 {
            node.every(Duration::from_secs_f64(1.0 / job.rate), Self::on_beat);
        }
        Ok(Self {
            out: node.publisher("ping"),
            graph: node.graph(),
            ball: Arc::new(M::of(&job)),
            score: Score::new(job.count, job.warm_up()),
            thrown: Instant::now(),
            job,
            ready: false,
        })
    }
}

impl<M: Ball> Thrower<M> {
    fn wait(&mut self) -> Then<Self> {
        let graph = self.graph.clone();
        run(async move {
            graph.wait_for_subscriber("ping").await?;
            // The other side may not have heard of our subscriber yet.
            sleep(Duration::from_millis(200)).await;
            Ok::<_, rosactor::Error>(())
        })
        .then(|actor: &mut Self, outcome| {
            outcome?;
            actor.ready = true;
            if actor.job.rate == 0.0 {
                actor.throw();
            }
            Ok::<_, rosactor::Error>(())
        })
    }

    fn on_beat(&mut self) {
        if self.ready {
            self.throw();
        }
    }

    fn throw(&mut self) {
        self.thrown = Instant::now();
        self.out.publish(M::next(&self.ball, &self.job, &self.out));
    }

    fn on_ball(&mut self) {
        let goes_on = self.score.note(self.thrown.elapsed());
        self.ready &= goes_on;
        if goes_on && self.job.rate == 0.0 {
            self.throw();
        }
    }
}

struct Returner<M: Message> {
    out: Publisher<M>,
}

impl<M: Message> Actor for Returner<M> {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("ping", |actor: &mut Self, ball: Sample<M>| {
            note_begin();
            actor.out.publish(Arc::clone(ball.shared()));
        });
        Ok(Self { out: node.publisher("pong") })
    }
}

struct Sender {
    out: Publisher<UInt8MultiArray>,
    graph: Graph,
}

impl Actor for Sender {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::send);
        Ok(Self { out: node.publisher(topic("ping").reliable()), graph: node.graph() })
    }
}

impl Sender {
    fn send(&mut self) -> Then<Self> {
        let graph = self.graph.clone();
        run(async move { graph.wait_for_subscriber("ping").await }).then(|actor: &mut Self, known| {
            known?;
            let (out, job) = (actor.out.clone(), job());
            let message = Arc::new(UInt8MultiArray::of(&job));
            // It blocks while the other side takes no more.
            Ok::<_, rosactor::Error>(offload(move || {
                note_begin();
                (0..job.count).for_each(|_| out.publish(UInt8MultiArray::next(&message, &job, &out)));
            }))
        })
    }
}

struct Receiver {
    score: Score,
}

impl Actor for Receiver {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe(topic("ping").reliable().keep_all(10_000), Self::on_message);
        Ok(Self { score: Score::new(job().count, 0) })
    }
}

impl Receiver {
    fn on_message(&mut self, _: Sample<UInt8MultiArray>) {
        self.score.arrive();
    }
}

struct Caller {
    adder: Client<AddTwoInts>,
}

impl Actor for Caller {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.on_start(Self::call);
        Ok(Self { adder: node.client("call") })
    }
}

impl Caller {
    fn call(&mut self) -> Work<Result<()>> {
        let (adder, job) = (self.adder.clone(), job());
        run(async move {
            adder.wait_available().await;
            let rounds = job.warm_up() + job.count;
            let game = Mutex::new((Score::new(job.count, job.warm_up()), rounds));
            let chain = async || {
                loop {
                    {
                        let mut game = game.lock().unwrap_or_else(PoisonError::into_inner);
                        if game.1 == 0 {
                            return Ok::<_, rosactor::Error>(());
                        }
                        game.1 -= 1;
                    }
                    let begin = Instant::now();
                    adder.call(AddTwoIntsRequest { a: 2, b: 3 }).await?;
                    game.lock().unwrap_or_else(PoisonError::into_inner).0.note(begin.elapsed());
                }
            };
            try_join_all((0..job.in_flight).map(|_| chain())).await?;
            Ok(())
        })
    }
}

struct Adder;

impl Actor for Adder {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve::<AddTwoIntsRequest, _>("call", |_: &mut Self, request| {
            note_begin();
            AddTwoIntsResponse { sum: request.a + request.b }
        });
        Ok(Self)
    }
}
