//! Actors that behave as the ROS 2 peers in `tests/ros/peers` do, with the verbs of `rosactor`. Tests run them as the other end of
//! each: what a ROS node asks an actor, an actor here asks a ROS node.

mod actions;
mod census;
mod checks;
mod clock;
mod echo;
mod lifecycle;
mod logs;
mod mirror;
mod params;
mod params_client;
mod sequences;
mod services;
mod steady;
mod stopwatch;
mod transforms;
mod watcher;

fn main() -> std::process::ExitCode {
    rosactor_cli::main(|actors| {
        actors
            .add::<sequences::Sequences>("tests/Sequences")
            .add::<services::Adder>("tests/Adder")
            .add::<census::Census>("tests/Census")
            .add::<services::Caller>("tests/Caller")
            .add::<echo::Server>("tests/Echo")
            .add::<echo::Caller>("tests/EchoCaller")
            .add::<mirror::Mirror>("tests/Mirror")
            .add::<actions::Server>("tests/FibonacciServer")
            .add::<actions::Client>("tests/FibonacciClient")
            .add::<steady::Caller>("tests/SteadyCaller")
            .add::<stopwatch::Stopwatch>("tests/Stopwatch")
            .add::<steady::Sender>("tests/SteadySender")
            .add::<params::Node>("tests/Params")
            .add::<params_client::Tuner>("tests/Tuner")
            .add::<lifecycle::Managed>("tests/Managed")
            .add::<lifecycle::Manager>("tests/Manager")
            .add::<logs::Hearer>("tests/LogHearer")
            .add::<clock::Source>("tests/ClockSource")
            .add::<clock::Follower>("tests/ClockFollower")
            .add::<transforms::Broadcaster>("tests/Broadcaster")
            .add::<transforms::Listener>("tests/TransformListener")
            .add::<watcher::Watcher>("tests/Watcher");
    })
}
