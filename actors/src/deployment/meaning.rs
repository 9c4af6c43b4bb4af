//! What an entry means, whatever its place in the file: entries of one meaning run alike, so an edited comment changes nothing.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::file::{ActorEntry, ActorKind};
use super::located::{Located, Location};
use super::param_file::FileParam;

const NOWHERE: Location = Location { line: 0, column: 0, length: 0 };

impl ActorEntry {
    /// The entry without its places in files. Two that mean the same are equal.
    #[must_use]
    pub fn meaning(&self) -> Self {
        let mut entry = self.clone();
        entry.name.location = NOWHERE;
        match &mut entry.kind {
            ActorKind::Type(kind) => kind.location = NOWHERE,
            ActorKind::Exec(program) => program.location = NOWHERE,
        }
        forget(&mut entry.params);
        forget(&mut entry.mailboxes);
        forget(&mut entry.file_params);
        for FileParam { from, .. } in entry.file_params.values_mut().map(|given| &mut given.value) {
            from.clear();
        }
        for (from, to) in &mut entry.remap {
            (from.location, to.location) = (NOWHERE, NOWHERE);
        }
        if let Some(lifecycle) = &mut entry.lifecycle {
            lifecycle.location = NOWHERE;
        }
        entry
    }

    /// The meaning in 16 hex digits, to compare with that of another process. Another version of this program may have another for
    /// the same entry.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(format!("{:?}", self.meaning()));
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

fn forget<T>(located: &mut BTreeMap<String, Located<T>>) {
    located.values_mut().for_each(|value| value.location = NOWHERE);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::deployment::Deployment;

    fn prints(text: &str) -> Vec<String> {
        let deployment = Deployment::parse("d.yaml".as_ref(), text).unwrap();
        deployment.actors.iter().map(super::ActorEntry::fingerprint).collect()
    }

    #[test]
    fn places_and_comments_mean_nothing_and_values_do() {
        let file = "deployment: d
actors:
  - {name: a, type: x/Y, params: {speed: 0.5}, remap: {scan: front}, mailboxes: {scan: {keep_last: 5}}, lifecycle: active}
  - {name: b, exec: [sleep, '1']}
";
        let before = prints(file);
        let commented = file.replace("actors:", "# a comment\n\nactors:   # another").replace("name: a,", "name:   a,");
        assert_eq!(prints(&commented), before);
        for (old, new) in
            [("0.5", "0.6"), ("front", "rear"), ("keep_last: 5", "keep_last: 6"), (": active", ": inactive")]
        {
            let after = prints(&file.replace(old, new));
            assert_ne!(after[0], before[0], "{old} -> {new}");
            assert_eq!(after[1], before[1], "{old} -> {new}");
        }
        assert_ne!(prints(&file.replace("'1'", "'2'"))[1], before[1]);
    }
}
