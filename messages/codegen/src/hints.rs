//! What somebody may have meant, for the texts of errors.

use crate::{describe::Catalog, model::TypeName};

/// `; did you mean ...?` with the name that is like the one given, or nothing.
pub(crate) fn did_you_mean<S: AsRef<str>>(name: &str, all: &[S]) -> String {
    near(name, all.iter().map(AsRef::as_ref)).map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

fn near<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // One slip for every three letters: more would be another word.
    let most = name.len() / 3;
    let distances = all.filter(|other| *other != name).map(|other| (strsim::damerau_levenshtein(name, other), other));
    distances.filter(|(distance, _)| *distance <= most).min().map(|(_, other)| other)
}

/// Why there is no such type, and what to do.
pub(crate) fn unknown_type(name: &TypeName, catalog: &Catalog) -> String {
    let TypeName { package, name: short, .. } = name;
    // Names of the catalog are `package/kind/Name`.
    let parts = || catalog.keys().filter_map(|full| full.split_once('/'));
    let messages = || parts().filter_map(|(package, rest)| Some((package, rest.strip_prefix("msg/")?)));
    if !parts().any(|(other, _)| other == package) {
        let packages: Vec<&str> = messages().map(|(package, _)| package).collect();
        let meant = did_you_mean(package, &packages);
        let add = if meant.is_empty() { "; add" } else { " Otherwise add" };
        return format!(
            "the package {package} was not given{meant}{add} its folder with .packages(..), take it from a ROS \
             installation with .ament([\"{package}\"]), or name the crate that has it with .external(..)"
        );
    }
    for kind in ["srv", "action"] {
        if catalog.contains_key(&format!("{package}/{kind}/{short}")) {
            let what = if kind == "srv" { "a service" } else { "an action" };
            return format!("{package}/{kind}/{short} is {what}, and only messages can be types of fields");
        }
    }
    let elsewhere: Vec<&str> = messages().filter(|(_, other)| other == short).map(|(package, _)| package).collect();
    if !elsewhere.is_empty() {
        let list: Vec<String> = elsewhere.iter().map(|package| format!("{package}/{short}")).collect();
        return format!("the package {package} has no message of this name; did you mean {}?", list.join(" or "));
    }
    let own: Vec<&str> = messages().filter(|(other, _)| other == package).map(|(_, name)| name).collect();
    format!("the package {package} has no message of this name{}", did_you_mean(short, &own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_are_alike_are_offered() {
        let names = ["geometry_msgs", "sensor_msgs", "std_msgs", "std_srvs"];
        assert_eq!(did_you_mean("geometri_msg", &names), "; did you mean geometry_msgs?");
        assert_eq!(did_you_mean("std_msg", &names), "; did you mean std_msgs?");
        assert_eq!(did_you_mean("my_robot", &names), "");
    }
}
