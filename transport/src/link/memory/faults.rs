//! What goes wrong on the way.

use std::ops::RangeInclusive;
use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;

/// How far a sample that is overtaken falls back at least: longer than any delay that is not asked for.
const FALL_BACK: Duration = Duration::from_millis(10);

/// What happens to what processes send each other. Probabilities are from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Faults {
    /// How likely a sample of a topic is lost. Requests and their answers are not: their loss is what a partition is for.
    pub drop: f64,
    /// How likely a sample arrives twice.
    pub duplicate: f64,
    /// How likely a sample is overtaken by those after it.
    pub reorder: f64,
    /// How long everything is on its way.
    pub delay: RangeInclusive<Duration>,
}

impl Default for Faults {
    /// A network without faults, in which everything arrives at once.
    fn default() -> Self {
        Self { drop: 0.0, duplicate: 0.0, reorder: 0.0, delay: Duration::ZERO..=Duration::ZERO }
    }
}

/// How one copy of a sample travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Behind everything that was sent before.
    InLine(Duration),
    /// By itself.
    Alone(Duration),
}

impl Faults {
    /// How long something is on its way.
    pub(super) fn delay(&self, random: &mut StdRng) -> Duration {
        let (shortest, longest) = (*self.delay.start(), *self.delay.end());
        if shortest >= longest { shortest } else { random.random_range(shortest..=longest) }
    }

    /// The ways of a sample's copies; none if it is lost.
    pub(super) fn ways(&self, random: &mut StdRng) -> Vec<Way> {
        if happens(self.drop, random) {
            return Vec::new();
        }
        let copies = if happens(self.duplicate, random) { 2 } else { 1 };
        let way = |_| {
            let delay = self.delay(random);
            match happens(self.reorder, random) {
                true => Way::Alone(delay + FALL_BACK.max(*self.delay.end())),
                false => Way::InLine(delay),
            }
        };
        (0..copies).map(way).collect()
    }
}

fn happens(probability: f64, random: &mut StdRng) -> bool {
    // Nothing is drawn where nothing can happen, so that one fault alone gives the same course with and without the others.
    probability > 0.0 && random.random_bool(probability.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn what_is_certain_happens_and_what_is_impossible_does_not() {
        let mut random = StdRng::seed_from_u64(1);
        let sound = Faults::default();
        assert_eq!(sound.ways(&mut random), [Way::InLine(Duration::ZERO)]);
        assert_eq!(Faults { drop: 1.0, ..sound.clone() }.ways(&mut random), []);
        assert_eq!(Faults { duplicate: 1.0, ..sound.clone() }.ways(&mut random).len(), 2);
        assert_eq!(Faults { reorder: 1.0, ..sound }.ways(&mut random), [Way::Alone(FALL_BACK)]);
    }

    #[test]
    fn one_seed_gives_one_course() {
        let delay = Duration::ZERO..=Duration::from_millis(50);
        let faults = Faults { drop: 0.2, duplicate: 0.2, reorder: 0.2, delay };
        let course = |seed| {
            let mut random = StdRng::seed_from_u64(seed);
            (0..100).map(|_| faults.ways(&mut random)).collect::<Vec<_>>()
        };
        assert_eq!(course(7), course(7));
        assert_ne!(course(7), course(8));
    }
}
