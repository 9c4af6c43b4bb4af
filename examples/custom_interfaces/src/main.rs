//! Messages, a service and an action of one's own: `interfaces/` defines them, and `build.rs` makes Rust of them.

/// The packages of `interfaces/`.
mod interfaces {
    include!(concat!(env!("OUT_DIR"), "/interfaces.rs"));
}

use interfaces::robot_interfaces::{
    DriveDistance, DriveDistanceFeedback, DriveDistanceGoal, DriveDistanceResult, SetSpeed, SetSpeedRequest,
    SetSpeedResponse, WheelSpeeds,
};
use rosactor::prelude::*;

/// How long a step of a drive takes.
const STEP: Duration = Duration::from_millis(10);

/// Turns, tells how fast, and drives.
struct Wheels {
    speeds: Publisher<WheelSpeeds>,
    speed: f64,
}

impl Actor for Wheels {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve("set_speed", Self::set_speed);
        node.perform("drive_distance", Self::drive_distance);
        node.every(Duration::from_millis(20), Self::tell);
        Ok(Self { speeds: node.publisher("wheel_speeds"), speed: 0.0 })
    }
}

impl Wheels {
    fn set_speed(&mut self, request: SetSpeedRequest) -> SetSpeedResponse {
        self.speed = request.speed.clamp(0.0, SetSpeedRequest::FASTEST);
        SetSpeedResponse { speed: self.speed }
    }

    fn drive_distance(&mut self, goal: GoalRequest<DriveDistance>) -> Work<GoalEnd<DriveDistance>> {
        if self.speed > 0.0 { run(drive(goal.accept(), self.speed)) } else { goal.reject() }
    }

    fn tell(&mut self) {
        let speeds = vec![self.speed; WheelSpeeds::WHEELS.into()];
        let mut message = WheelSpeeds { speeds, source: "wheels".to_owned(), ..Default::default() };
        message.header.frame_id = "base_link".to_owned();
        self.speeds.publish(message);
    }
}

async fn drive(goal: Goal<DriveDistance>, speed: f64) -> GoalEnd<DriveDistance> {
    let mut driven = 0.0;
    while driven < goal.distance {
        sleep(STEP).await;
        if goal.cancel_requested() {
            return goal.cancel(DriveDistanceResult { driven });
        }
        driven += speed * STEP.as_secs_f64();
        goal.feedback(DriveDistanceFeedback { driven });
    }
    goal.succeed(DriveDistanceResult { driven })
}

/// Sets the speed, drives, and finishes when it has driven and has heard of turning wheels.
struct Pilot {
    set_speed: Client<SetSpeed>,
    drive_distance: ActionClient<DriveDistance>,
    turning: bool,
    driven: bool,
    outcome: Outcome,
    control: Control,
}

impl Actor for Pilot {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("wheel_speeds", Self::on_speeds);
        node.on_start(Self::start);
        Ok(Self {
            set_speed: node.client("set_speed"),
            drive_distance: node.action_client("drive_distance"),
            turning: false,
            driven: false,
            outcome: node.outcome(),
            control: node.control(),
        })
    }
}

impl Pilot {
    fn start(&mut self) -> Then<Self> {
        let (set_speed, drive_distance) = (self.set_speed.clone(), self.drive_distance.clone());
        run(async move {
            set_speed.wait_available().await;
            let set = set_speed.call(SetSpeedRequest { speed: 5.0 }).await?;
            info!("the speed is {} m/s", set.speed);
            drive_distance.wait_available().await;
            let goal = drive_distance.send_goal(DriveDistanceGoal { distance: 0.1 }).await?;
            let (status, result) = goal.result().await?;
            info!("the drive ended as {status:?} after {} m", result.driven);
            Ok((set, result))
        })
        .then(Self::on_driven)
    }

    fn on_driven(&mut self, end: Result<(SetSpeedResponse, DriveDistanceResult)>) -> Result<()> {
        let (set, result) = end?;
        self.outcome.set("speed", set.speed);
        self.outcome.set("driven", result.driven);
        self.driven = true;
        self.finish_if_done();
        Ok(())
    }

    fn on_speeds(&mut self, message: WheelSpeeds) {
        if !self.turning && message.speeds.iter().any(|speed| *speed > 0.0) {
            info!("{} wheels turn, says {}", message.speeds.len(), message.source);
            self.outcome.set("wheels", message.speeds.len());
            self.turning = true;
            self.finish_if_done();
        }
    }

    fn finish_if_done(&self) {
        if self.turning && self.driven {
            self.control.finish();
        }
    }
}

fn main() -> std::process::ExitCode {
    rosactor_cli::main(|actors| {
        actors.add::<Wheels>("my/Wheels").add::<Pilot>("my/Pilot");
    })
}
