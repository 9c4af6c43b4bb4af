//! Durations as people write them: `100ms`, `2s`, `1.5h`, and ranges `100ms..5s`.

use std::time::Duration;

/// The units and their length in nanoseconds.
const UNITS: [(&str, u64); 6] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// A duration may be at most this long. Instants far beyond overflow the clocks of some platforms.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The time between two of so many per second; `None` if it is no rate.
pub fn period_of(hz: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(hz.recip()).ok().filter(|period| !period.is_zero() && *period <= LONGEST)
}

/// Why a text is not a duration. The messages complete "expected a duration as `100ms`, `2s` or `5min`, ...".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// There is a number and no unit: nobody can know whether seconds or milliseconds are meant.
    #[error("`{number}` has no unit: write for example `{number}s` or `{number}ms`")]
    NoUnit {
        /// The number as written.
        number: String,
    },
    /// The unit is unknown.
    #[error("`{unit}` is not a unit of time: use ns, us, ms, s, min or h")]
    UnknownUnit {
        /// The unit as written.
        unit: String,
    },
    /// What stands before the unit is not a decimal number without a sign.
    #[error("`{text}` does not start with a number: write for example `100ms`, `2s` or `5min`")]
    NoNumber {
        /// The text as written.
        text: String,
    },
    /// More than a hundred years.
    #[error("`{text}` is longer than a hundred years")]
    TooLong {
        /// The text as written.
        text: String,
    },
}

/// Reads a decimal number with a unit: ns, us, ms, s, min or h. No sign, no exponent, no space within.
///
/// # Errors
/// See [`DurationError`].
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let short = || text.chars().take(40).collect::<String>();
    let split = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let value = decimal(number).ok_or_else(|| DurationError::NoNumber { text: short() })?;
    if unit.is_empty() {
        return Err(DurationError::NoUnit { number: short() });
    }
    let Some((_, nanoseconds)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(DurationError::UnknownUnit { unit: unit.chars().take(40).collect() });
    };
    scale(value, *nanoseconds)
        .filter(|duration| *duration <= LONGEST)
        .ok_or_else(|| DurationError::TooLong { text: short() })
}

/// The parts of a decimal number: before the point, and after it as a numerator and a power of ten. Exact, where a
/// floating-point number would make 0.1 s into 100.000001 ms.
struct Decimal {
    whole: u64,
    numerator: u64,
    denominator: u64,
}

fn decimal(number: &str) -> Option<Decimal> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || (fraction.is_empty() && number.contains('.')) || fraction.contains('.') {
        return None;
    }
    // Nine digits are a nanosecond of a second; what follows is smaller than anything that is measured here.
    let digits = &fraction[..fraction.len().min(9)];
    let whole = whole.parse().unwrap_or(u64::MAX);
    Some(Decimal { whole, numerator: digits.parse().unwrap_or(0), denominator: 10_u64.pow(digits.len() as u32) })
}

fn scale(value: Decimal, unit: u64) -> Option<Duration> {
    let whole = u128::from(value.whole) * u128::from(unit);
    let fraction = u128::from(value.numerator) * u128::from(unit) / u128::from(value.denominator);
    u64::try_from(whole + fraction).ok().map(Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit() {
        let expected = [
            ("7ns", Duration::from_nanos(7)),
            ("7us", Duration::from_micros(7)),
            ("100ms", Duration::from_millis(100)),
            ("0s", Duration::ZERO),
            ("0.1s", Duration::from_millis(100)),
            ("1.5min", Duration::from_secs(90)),
            ("0.25h", Duration::from_secs(900)),
            ("0.0000000019s", Duration::from_nanos(1)),
        ];
        for (text, duration) in expected {
            assert_eq!(parse_duration(text), Ok(duration), "{text}");
        }
    }

    #[test]
    fn a_mistake_is_named() {
        type IsExpected = fn(&DurationError) -> bool;
        let kinds: [(&str, IsExpected); 12] = [
            ("30", |error| matches!(error, DurationError::NoUnit { .. })),
            ("30sec", |error| matches!(error, DurationError::UnknownUnit { .. })),
            ("3 s", |error| matches!(error, DurationError::UnknownUnit { .. })),
            ("1e3s", |error| matches!(error, DurationError::UnknownUnit { .. })),
            ("", |error| matches!(error, DurationError::NoNumber { .. })),
            ("s", |error| matches!(error, DurationError::NoNumber { .. })),
            ("-1s", |error| matches!(error, DurationError::NoNumber { .. })),
            ("1.s", |error| matches!(error, DurationError::NoNumber { .. })),
            (".5s", |error| matches!(error, DurationError::NoNumber { .. })),
            ("1.2.3s", |error| matches!(error, DurationError::NoNumber { .. })),
            ("900000h", |error| matches!(error, DurationError::TooLong { .. })),
            ("99999999999999999999999h", |error| matches!(error, DurationError::TooLong { .. })),
        ];
        for (text, is_expected) in kinds {
            let error = parse_duration(text);
            assert!(error.as_ref().is_err_and(is_expected), "{text}: {error:?}");
        }
    }
}
