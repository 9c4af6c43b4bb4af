//! The shipped deployment files fit the shipped lessons.

use std::{env, path::Path};

use rosactor::{deployment::Deployment, launch};

use crate::support::{all_actors, repository};

#[test]
fn every_shipped_file_of_the_lessons_is_right() {
    // As a user does: in the repository's folder, where the files' own paths begin. No other test depends on it.
    env::set_current_dir(repository()).unwrap();
    for name in ["lesson_4_1", "bridge_lesson", "bridge_robot", "reference"] {
        let file = format!("configs/{name}.yaml");
        let deployment = Deployment::load(Path::new(&file)).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        launch::check(&deployment, &all_actors()).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    }
}
