//! The nodes of a first ROS 2 lesson as actors, and the simulated robot that gives them something to do.
//!
//! | type | does | endpoints |
//! | --- | --- | --- |
//! | `lessons/SensorProcessing` | keeps a robot away from obstacles | subscribes `scan`, publishes `cmd_vel` |
//! | `lessons/MathService` | adds two integers | serves `add_two_ints` |
//! | `lessons/MathClient` | asks it once | calls `add_two_ints` |
//! | `lessons/AsyncProcessing` | waits and computes without holding up its timers | subscribes `camera/image_raw`, publishes `async_status`, `async_result` |
//! | `lessons/FibonacciServer` | computes step by step, with feedback and cancelling | performs `fibonacci` |
//! | `lessons/FibonacciClient` | sends it one goal | calls `fibonacci` |
//! | `lessons/DataProcessing` | computes statistics, a service of an own type | serves `compute_statistics` |
//! | `lessons/DataProcessingClient` | checks its answers | calls `compute_statistics` |
//! | `lessons/ConcurrencyDemo` | measures what concurrency gains | |
//! | `lessons/SimulatedRobot` | a robot with lidar and camera in a world of walls | subscribes `cmd_vel`, publishes `scan`, `odom`, `/tf`, `camera/image_raw` |
//!
//! Each constant is a parameter; the type's own page lists them.

mod async_processing;
mod concurrency_demo;
mod data_processing;
mod data_processing_client;
mod fibonacci;
mod fibonacci_client;
mod fibonacci_server;
mod math_client;
mod math_service;
mod obstacle;
mod parameters;
mod primes;
mod sensor_processing;
mod simulated_robot;
mod statistics;
mod waiting;

pub use async_processing::AsyncProcessing;
pub use concurrency_demo::ConcurrencyDemo;
pub use data_processing::DataProcessing;
pub use data_processing_client::DataProcessingClient;
pub use fibonacci_client::FibonacciClient;
pub use fibonacci_server::FibonacciServer;
pub use math_client::MathClient;
pub use math_service::MathService;
pub use sensor_processing::SensorProcessing;
pub use simulated_robot::SimulatedRobot;

/// Makes all lessons known by their type names, such as `lessons/SensorProcessing`.
pub fn register(actors: &mut rosactor::Actors) {
    actors.add::<SensorProcessing>("lessons/SensorProcessing");
    actors.add::<MathService>("lessons/MathService");
    actors.add::<MathClient>("lessons/MathClient");
    actors.add::<AsyncProcessing>("lessons/AsyncProcessing");
    actors.add::<FibonacciServer>("lessons/FibonacciServer");
    actors.add::<FibonacciClient>("lessons/FibonacciClient");
    actors.add::<DataProcessing>("lessons/DataProcessing");
    actors.add::<DataProcessingClient>("lessons/DataProcessingClient");
    actors.add::<ConcurrencyDemo>("lessons/ConcurrencyDemo");
    actors.add::<SimulatedRobot>("lessons/SimulatedRobot");
}
