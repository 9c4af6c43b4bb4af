//! The simulated robot: the source of the lesson's sensor data.
//!
//! Everything but the actor is plain code without clock or messages: `world` and `world_file` are the walls, `drive`
//! moves, `lidar` and `camera` look, `simulation` puts them together, `plot` draws what happened. `actor` connects it
//! to topics, by way of `settings` (parameters) and `messages`.

mod actor;
mod camera;
mod color;
mod drive;
mod geometry;
mod lidar;
mod messages;
mod plot;
mod settings;
mod simulation;
mod trail;
mod world;
mod world_file;

pub use actor::SimulatedRobot;
