//! The tokens of `ros2dds` read back: the inverse of what `ros2dds.rs` writes. Tokens come from anybody, so everything that
//! is not as it should be is refused here.

use super::{EndpointKind, HeardEndpoint, MalformedToken, is_id, unescape};
use crate::name::Name;
use crate::qos::{Durability, History, Qos, Reliability};

/// Longer tokens are refused: names, types and hashes are far shorter.
const LONGEST: usize = 2_048;

/// What a token announces; `None` for the presence of a bridge.
pub(super) fn read(token: &str) -> Result<Option<HeardEndpoint>, MalformedToken> {
    let refuse = |field| MalformedToken::new(token, field);
    if token.len() > LONGEST {
        return Err(refuse("the length"));
    }
    let chunks: Vec<&str> = token.split('/').collect();
    let (participant, chunks) = match chunks.as_slice() {
        ["@", participant, "@ros2_lv"] if !participant.is_empty() => return Ok(None),
        ["@", participant, "@ros2_lv", rest @ ..] if is_id(participant) => (*participant, rest),
        _ => return Err(refuse("the beginning")),
    };
    let [kind, name, type_name, qos @ ..] = chunks else { return Err(refuse("the number of parts")) };
    let kind = self::kind(kind).ok_or_else(|| refuse("the kind"))?;
    let name = Name::new(format!("/{}", unescape(name))).map_err(|_| refuse("the name"))?;
    let type_name = Some(unescape(type_name)).filter(|name| is_type(name)).ok_or_else(|| refuse("the type"))?;
    let is_topic = matches!(kind, EndpointKind::Publisher | EndpointKind::Subscriber);
    let (qos, type_hash) = match (is_topic, qos) {
        (true, [field]) => qos_field(field).ok_or_else(|| refuse("the quality of service"))?,
        (false, []) => (None, String::new()),
        _ => return Err(refuse("the number of parts")),
    };
    Ok(Some(HeardEndpoint { participant: participant.to_owned(), kind, name, type_name, type_hash, qos }))
}

fn kind(code: &str) -> Option<EndpointKind> {
    Some(match code {
        "MP" => EndpointKind::Publisher,
        "MS" => EndpointKind::Subscriber,
        "SS" => EndpointKind::ServiceServer,
        "SC" => EndpointKind::ServiceClient,
        "AS" => EndpointKind::ActionServer,
        "AC" => EndpointKind::ActionClient,
        _ => return None,
    })
}

/// Two parts are allowed as well as three: DDS types that are no ROS types pass a bridge, too.
fn is_type(name: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    name.split('/').count() <= 3 && name.split('/').all(word)
}

/// `<keyless>:<reliability>:<durability>:<history>,<depth>[:<user data>]`; an empty part means the default of DDS.
fn qos_field(field: &str) -> Option<(Option<Qos>, String)> {
    let mut parts = field.splitn(5, ':');
    let keyless = parts.next()?;
    let reliability = match parts.next()? {
        "" | "0" => Reliability::BestEffort,
        "1" => Reliability::Reliable,
        _ => return None,
    };
    let durability = match parts.next()? {
        "" | "0" => Durability::Volatile,
        // The stronger ones of DDS serve whoever asks for this one.
        "1" | "2" | "3" => Durability::TransientLocal,
        _ => return None,
    };
    let history = match parts.next()? {
        "" => History::KeepLast(1),
        text => {
            let (kind, depth) = text.split_once(',')?;
            let depth = usize::try_from(depth.parse::<i32>().ok()?.max(1)).ok()?;
            match kind {
                "" | "0" => History::KeepLast(depth),
                "1" => History::KeepAll(depth),
                _ => return None,
            }
        }
    };
    let hash = match parts.next() {
        None => "",
        Some(data) => data.split(';').find_map(|item| item.strip_prefix("typehash=")).unwrap_or_default(),
    };
    let is_hash = hash.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let qos = Qos { reliability, durability, history, ..Qos::default() };
    (is_hash && matches!(keyless, "" | "K")).then(|| (Some(qos), hash.to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::{Announcement, Ros2dds, WireProfile};
    use super::*;

    const HASH: &str = "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18";

    #[test]
    fn what_is_written_is_read() {
        use EndpointKind::*;
        let reliabilities = [Reliability::Reliable, Reliability::BestEffort];
        let durabilities = [Durability::Volatile, Durability::TransientLocal];
        let histories = [History::KeepLast(1), History::KeepLast(10), History::KeepAll(100)];
        let every = || {
            reliabilities.into_iter().flat_map(move |reliability| {
                durabilities.into_iter().flat_map(move |durability| {
                    let qos = move |history| Qos { reliability, durability, history, ..Qos::default() };
                    histories.into_iter().map(qos)
                })
            })
        };
        for name in ["/a", "/bot1/chatter", "/a/b/c_d/_hidden"] {
            for kind in [Publisher, Subscriber, ServiceServer, ServiceClient, ActionServer, ActionClient] {
                let topic = matches!(kind, Publisher | Subscriber);
                let qualities: Vec<Option<Qos>> = if topic { every().map(Some).collect() } else { vec![None] };
                for qos in qualities {
                    for type_hash in if topic { vec!["", HASH] } else { vec![""] } {
                        let name = Name::new(name).unwrap();
                        let (participant, type_name) = ("a3f2", "std_msgs/msg/String");
                        let announcement =
                            Announcement { participant, kind, name: &name, type_name, type_hash, qos: qos.as_ref() };
                        let token = Ros2dds.token(&announcement).unwrap().unwrap();
                        let expected = HeardEndpoint {
                            participant: participant.to_owned(),
                            kind,
                            name: name.clone(),
                            type_name: type_name.to_owned(),
                            type_hash: type_hash.to_owned(),
                            qos,
                        };
                        assert_eq!(read(&token).unwrap(), Some(expected), "{token}");
                    }
                }
            }
        }
    }

    #[test]
    fn tokens_of_bridges_are_understood() {
        assert_eq!(read("@/a3f2/@ros2_lv").unwrap(), None);
        let qos = |field: &str| qos_field(field).unwrap();
        let reliable = Qos { history: History::KeepLast(1), ..Qos::default() };
        assert_eq!(qos(":1::"), (Some(reliable), String::new()));
        assert_eq!(qos(":::").0.unwrap().reliability, Reliability::BestEffort);
        assert_eq!(qos(":1:0:1,-1").0.unwrap().history, History::KeepAll(1));
        assert_eq!(qos("K:1:3:0,7").0.unwrap().durability, Durability::TransientLocal);
        assert_eq!(qos(":1::0,10:enclave=/;typehash=RIHS01_ab;").1, "RIHS01_ab");
    }

    /// What anybody may declare on the network.
    #[test]
    fn hostile_tokens_are_refused() {
        let good = "@/a3f2/@ros2_lv/MP/chatter/std_msgs§msg§String/:1:0:0,10";
        assert!(read(good).unwrap().is_some());
        let long = format!("@/a3f2/@ros2_lv/MP/{}/a§msg§B/:1:0:0,10", "x".repeat(3_000));
        let table = [
            "",
            "/",
            "@",
            "@//@ros2_lv",
            "@/a3f2",
            "@/a3f2/@ros2_lv/",
            "@/a3f2/@ros2_lv/MP",
            "@/a3f2/@ros2_lv/MP/chatter",
            "@/a3f2/@ros2_lv/MP/chatter/a§msg§B",
            "@/a3f2/@ros2_lv/M/chatter/a§msg§B/:1:0:0,10",
            "@/a3f2/@ros2_lv/XX/chatter/a§msg§B/:1:0:0,10",
            "@/a3f2/@ros2_lv/MP/chat ter/a§msg§B/:1:0:0,10",
            "@/a3f2/@ros2_lv/MP/§chatter/a§msg§B/:1:0:0,10",
            "@/a3f2/@ros2_lv/MP/1a/a§msg§B/:1:0:0,10",
            "@/a3f2/@ros2_lv/MP/~/a§msg§B/:1:0:0,10",
            "@/a3f2/@ros2_lv/MP/chatter/§/:1:0:0,10",
            "@/a3f2/@ros2_lv/MP/chatter/a§b§c§d/:1:0:0,10",
            "@/a3f2/@ros2_lv/MP/chatter/a§msg§B/:2:0:0,10",
            "@/a3f2/@ros2_lv/MP/chatter/a§msg§B/:1:9:0,10",
            "@/a3f2/@ros2_lv/MP/chatter/a§msg§B/:1:0:0",
            "@/a3f2/@ros2_lv/MP/chatter/a§msg§B/:1:0:7,1",
            "@/a3f2/@ros2_lv/MP/chatter/a§msg§B/:1:0:0,99999999999999999999",
            "@/a3f2/@ros2_lv/MP/chatter/a§msg§B/:1:0:0,10:typehash=a b;",
            "@/a3f2/@ros2_lv/MP/chatter/a§msg§B/x:1:0:0,10",
            "@/a3f2/@ros2_lv/MP/chatter/a§msg§B/:1:0:0,10/more",
            "@/a3f2/@ros2_lv/SS/add/a§srv§B/:1:0:0,10",
            "@/zz/@ros2_lv/MP/chatter/a§msg§B/:1:0:0,10",
            "@/123456789012345678901234567890123/@ros2_lv/MP/chatter/a§msg§B/:1:0:0,10",
            long.as_str(),
        ];
        for token in table {
            let error = read(token).expect_err(token);
            assert!(error.to_string().len() < 400, "{error}");
        }
        // Every beginning of a good token, and every good token with a byte gone, is refused or read, never a panic.
        for (at, _) in good.char_indices() {
            let _ = read(&good[..at]);
            let mut chars: Vec<char> = good.chars().collect();
            chars.remove(good[..at].chars().count());
            let _ = read(&chars.into_iter().collect::<String>());
        }
    }
}
