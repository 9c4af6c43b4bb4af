//! The laws of waking, in every order that the threads' steps can take: see the crate's documentation.

#[test]
fn two_publishers_of_one_topic() {
    rosactor_loom::two_publishers_of_one_topic();
}

#[test]
fn a_mailbox_that_overflows() {
    rosactor_loom::a_mailbox_that_overflows();
}

#[test]
fn two_topics() {
    rosactor_loom::two_topics();
}

#[test]
fn a_share_of_one() {
    rosactor_loom::a_share_of_one();
}

#[test]
fn a_restart() {
    rosactor_loom::a_restart();
}

#[test]
fn work_that_holds_its_port() {
    rosactor_loom::work_that_holds_its_port();
}

#[test]
fn a_publisher_that_waits_for_room() {
    rosactor_loom::a_publisher_that_waits_for_room();
}
