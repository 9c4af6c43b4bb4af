//! The players of others. On one thread both live on a current-thread runtime, as ours do; on two, each has one.

use std::future::Future;
use std::sync::mpsc::channel;
use std::thread;

use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::oneshot;

use crate::court::{Ball, Pair, Score};

/// Runs `first` and `second` for ever, on one thread or two.
fn on_threads<A, B>(threads: bool, first: A, second: B)
where
    A: AsyncFnOnce() + Send + 'static,
    B: AsyncFnOnce() + Send + 'static,
{
    let block_on = |future: std::pin::Pin<Box<dyn Future<Output = ()>>>| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        tokio::task::LocalSet::new().block_on(&runtime, future);
    };
    if threads {
        thread::spawn(move || block_on(Box::pin(first())));
        thread::spawn(move || block_on(Box::pin(second())));
    } else {
        thread::spawn(move || {
            block_on(Box::pin(async move {
                let returner = tokio::task::spawn_local(second());
                let _ = tokio::task::spawn_local(first()).await;
                drop(returner);
            }));
        });
    }
}

enum Throw {
    Serve(Ball, u32),
    Ball(Ball),
}

pub(crate) fn tokio_mpsc(threads: bool) -> Pair {
    let ((forth, mut catch), (back, mut balls)) = (unbounded_channel::<Ball>(), unbounded_channel::<Throw>());
    let serve = back.clone();
    let (done, wait) = channel();
    let mut score = Score::new(done);
    on_threads(
        threads,
        async move || {
            while let Some(throw) = balls.recv().await {
                match throw {
                    Throw::Serve(ball, throws) => {
                        score.begin(throws);
                        let _ = forth.send(ball);
                    }
                    Throw::Ball(ball) if score.goes_on() => drop(forth.send(ball)),
                    Throw::Ball(_) => {}
                }
            }
        },
        async move || {
            while let Some(ball) = catch.recv().await {
                let _ = back.send(Throw::Ball(ball));
            }
        },
    );
    Box::new(move |ball, throws| {
        let _ = serve.send(Throw::Serve(ball, throws));
        wait.recv().expect("the server answers")
    })
}

mod of_actix {
    use ::actix::{Actor, Addr, Context, Handler, Message};

    use crate::court::{Ball, Score};

    #[derive(Message)]
    #[rtype(result = "()")]
    pub(super) struct Throw(pub(super) Ball);

    #[derive(Message)]
    #[rtype(result = "()")]
    pub(super) struct Serve(pub(super) Ball, pub(super) u32);

    #[derive(Message)]
    #[rtype(result = "()")]
    pub(super) struct Meet(pub(super) Addr<Player>);

    pub(super) struct Player {
        pub(super) peer: Option<Addr<Player>>,
        pub(super) score: Option<Score>,
    }

    impl Actor for Player {
        type Context = Context<Self>;
    }

    impl Player {
        fn throw(&self, ball: Ball) {
            if let Some(peer) = &self.peer {
                peer.do_send(Throw(ball));
            }
        }
    }

    impl Handler<Meet> for Player {
        type Result = ();

        fn handle(&mut self, Meet(peer): Meet, _: &mut Context<Self>) {
            self.peer = Some(peer);
        }
    }

    impl Handler<Serve> for Player {
        type Result = ();

        fn handle(&mut self, Serve(ball, throws): Serve, _: &mut Context<Self>) {
            if let Some(score) = &mut self.score {
                score.begin(throws);
            }
            self.throw(ball);
        }
    }

    impl Handler<Throw> for Player {
        type Result = ();

        fn handle(&mut self, Throw(ball): Throw, _: &mut Context<Self>) {
            if self.score.as_mut().is_none_or(Score::goes_on) {
                self.throw(ball);
            }
        }
    }
}

pub(crate) fn actix(threads: bool) -> Pair {
    use ::actix::{Actor, Arbiter, System};
    use of_actix::{Meet, Player, Serve};
    let (done, wait) = channel();
    let (addresses, address) = channel();
    thread::spawn(move || {
        let system = System::new();
        system.block_on(async {
            let first = Arbiter::new();
            let second = if threads { Arbiter::new().handle() } else { first.handle() };
            let score = Score::new(done);
            let server = Player::start_in_arbiter(&first.handle(), move |_| Player { peer: None, score: Some(score) });
            let returner = Player::start_in_arbiter(&second, |_| Player { peer: None, score: None });
            returner.do_send(Meet(server.clone()));
            server.do_send(Meet(returner));
            addresses.send(server).expect("somebody waits for the address");
        });
        system.run().expect("actix runs");
    });
    let server = address.recv().expect("the players start");
    Box::new(move |ball, throws| {
        server.do_send(Serve(ball, throws));
        wait.recv().expect("the server answers")
    })
}

mod of_kameo {
    use std::convert::Infallible;

    use kameo::actor::ActorRef;
    use kameo::message::{Context, Message};

    use super::Throw;
    use crate::court::{Ball, Score};

    pub(super) struct Server {
        pub(super) peer: ActorRef<Returner>,
        pub(super) score: Score,
    }

    pub(super) struct Returner {
        pub(super) peer: Option<ActorRef<Server>>,
    }

    impl kameo::Actor for Server {
        type Args = Self;
        type Error = Infallible;

        async fn on_start(args: Self, _: ActorRef<Self>) -> Result<Self, Infallible> {
            Ok(args)
        }
    }

    impl kameo::Actor for Returner {
        type Args = Self;
        type Error = Infallible;

        async fn on_start(args: Self, _: ActorRef<Self>) -> Result<Self, Infallible> {
            Ok(args)
        }
    }

    impl Message<Throw> for Server {
        type Reply = ();

        async fn handle(&mut self, throw: Throw, _: &mut Context<Self, ()>) {
            match throw {
                Throw::Serve(ball, throws) => {
                    self.score.begin(throws);
                    let _ = self.peer.tell(ball).try_send();
                }
                Throw::Ball(ball) if self.score.goes_on() => drop(self.peer.tell(ball).try_send()),
                Throw::Ball(_) => {}
            }
        }
    }

    impl Message<Ball> for Returner {
        type Reply = ();

        async fn handle(&mut self, ball: Ball, _: &mut Context<Self, ()>) {
            if let Some(peer) = &self.peer {
                let _ = peer.tell(Throw::Ball(ball)).try_send();
            }
        }
    }

    impl Message<ActorRef<Server>> for Returner {
        type Reply = ();

        async fn handle(&mut self, peer: ActorRef<Server>, _: &mut Context<Self, ()>) {
            self.peer = Some(peer);
        }
    }
}

pub(crate) fn kameo(threads: bool) -> Pair {
    use kameo::Actor;
    use of_kameo::{Returner, Server};
    let (done, wait) = channel();
    let score = Score::new(done);
    let (returners, returner) = oneshot::channel();
    let (servers, server) = channel();
    on_threads(
        threads,
        async move || {
            let peer: kameo::actor::ActorRef<Returner> = returner.await.expect("the returner starts");
            let server = Server::spawn(Server { peer: peer.clone(), score });
            let _ = peer.tell(server.clone()).await;
            let _ = servers.send(server.clone());
            server.wait_for_shutdown().await;
        },
        async move || {
            let returner = Returner::spawn(Returner { peer: None });
            let _ = returners.send(returner.clone());
            returner.wait_for_shutdown().await;
        },
    );
    let server = server.recv().expect("the players start");
    Box::new(move |ball, throws| {
        let _ = server.tell(Throw::Serve(ball, throws)).try_send();
        wait.recv().expect("the server answers")
    })
}

mod of_ractor {
    use ractor::{Actor, ActorProcessingErr, ActorRef};

    use super::Throw;
    use crate::court::{Ball, Score};

    pub(super) struct Server;
    pub(super) struct Returner;

    pub(super) enum Return {
        Ball(Ball),
        Meet(ActorRef<Throw>),
    }

    impl Actor for Server {
        type Msg = Throw;
        type State = (ActorRef<Return>, Score);
        type Arguments = Self::State;

        async fn pre_start(&self, _: ActorRef<Throw>, args: Self::State) -> Result<Self::State, ActorProcessingErr> {
            Ok(args)
        }

        async fn handle(
            &self,
            _: ActorRef<Throw>,
            throw: Throw,
            (peer, score): &mut Self::State,
        ) -> Result<(), ActorProcessingErr> {
            match throw {
                Throw::Serve(ball, throws) => {
                    score.begin(throws);
                    peer.cast(Return::Ball(ball))?;
                }
                Throw::Ball(ball) if score.goes_on() => peer.cast(Return::Ball(ball))?,
                Throw::Ball(_) => {}
            }
            Ok(())
        }
    }

    impl Actor for Returner {
        type Msg = Return;
        type State = Option<ActorRef<Throw>>;
        type Arguments = ();

        async fn pre_start(&self, _: ActorRef<Return>, (): ()) -> Result<Self::State, ActorProcessingErr> {
            Ok(None)
        }

        async fn handle(
            &self,
            _: ActorRef<Return>,
            message: Return,
            peer: &mut Self::State,
        ) -> Result<(), ActorProcessingErr> {
            match (message, &*peer) {
                (Return::Ball(ball), Some(peer)) => peer.cast(Throw::Ball(ball))?,
                (Return::Ball(_), None) => {}
                (Return::Meet(server), _) => *peer = Some(server),
            }
            Ok(())
        }
    }
}

pub(crate) fn ractor(threads: bool) -> Pair {
    use of_ractor::{Return, Returner, Server};
    use ractor::Actor;
    let (done, wait) = channel();
    let score = Score::new(done);
    let (returners, returner) = oneshot::channel();
    let (servers, server) = channel();
    on_threads(
        threads,
        async move || {
            let peer: ractor::ActorRef<Return> = returner.await.expect("the returner starts");
            let (server, ended) = Server::spawn(None, Server, (peer.clone(), score)).await.expect("the server starts");
            let _ = peer.cast(Return::Meet(server.clone()));
            let _ = servers.send(server);
            let _ = ended.await;
        },
        async move || {
            let (returner, ended) = Returner::spawn(None, Returner, ()).await.expect("the returner starts");
            let _ = returners.send(returner);
            let _ = ended.await;
        },
    );
    let server = server.recv().expect("the players start");
    Box::new(move |ball, throws| {
        let _ = server.cast(Throw::Serve(ball, throws));
        wait.recv().expect("the server answers")
    })
}
