//! Finds messages that contain themselves. Nothing here recurses, because a chain of types can be longer than the
//! stack.

use std::collections::{BTreeMap, VecDeque};

use crate::describe::Catalog;

/// Types by number, each with those that its fields are of.
struct Graph<'a> {
    names: Vec<&'a str>,
    to: Vec<Vec<usize>>,
}

/// For every type that leads back to itself, the shortest way: the types on it, from the type to the type.
pub(crate) fn cycles(catalog: &Catalog) -> BTreeMap<&str, Vec<&str>> {
    let graph = Graph::new(catalog);
    let left = graph.without_ends();
    let nodes = (0..graph.names.len()).filter(|node| left.get(*node) == Some(&true));
    let ways = nodes.filter_map(|node| Some((*graph.names.get(node)?, graph.way_back(node, &left)?)));
    ways.collect()
}

impl<'a> Graph<'a> {
    fn new(catalog: &'a Catalog) -> Self {
        let names: Vec<&str> = catalog.keys().map(String::as_str).collect();
        let numbers: BTreeMap<&str, usize> = names.iter().enumerate().map(|(number, name)| (*name, number)).collect();
        let number = |name: &str| numbers.get(name).copied();
        let to = catalog.values().map(|description| {
            let mut to: Vec<usize> = description.fields.iter().filter_map(|field| number(&field.nested)).collect();
            to.sort_unstable();
            to.dedup();
            to
        });
        Self { to: to.collect(), names }
    }

    fn next(&self, node: usize) -> &[usize] {
        self.to.get(node).map_or(&[], Vec::as_slice)
    }

    /// What is left when types that contain nothing, or that nothing contains, are taken away as long as there are any.
    /// All cycles are in it, and mostly it is empty.
    fn without_ends(&self) -> Vec<bool> {
        let forward = self.to.clone();
        let mut backward = vec![Vec::new(); forward.len()];
        for (from, to) in forward.iter().enumerate() {
            to.iter().for_each(|to| backward[*to].push(from));
        }
        let mut left = vec![true; forward.len()];
        for (ahead, behind) in [(&forward, &backward), (&backward, &forward)] {
            let mut degrees: Vec<usize> = ahead.iter().map(Vec::len).collect();
            let mut waiting: Vec<usize> = (0..degrees.len()).filter(|node| degrees[*node] == 0).collect();
            while let Some(node) = waiting.pop() {
                left[node] = false;
                for other in &behind[node] {
                    degrees[*other] -= 1;
                    if degrees[*other] == 0 {
                        waiting.push(*other);
                    }
                }
            }
        }
        left
    }

    /// The shortest way from a type back to it, among those that are left.
    fn way_back(&self, start: usize, left: &[bool]) -> Option<Vec<&'a str>> {
        let mut reached_from: Vec<Option<usize>> = vec![None; self.names.len()];
        let mut waiting = VecDeque::from([start]);
        while let Some(node) = waiting.pop_front() {
            for next in self.next(node) {
                if *next == start {
                    return Some(self.way(start, node, &reached_from));
                }
                if left[*next] && reached_from[*next].is_none() {
                    reached_from[*next] = Some(node);
                    waiting.push_back(*next);
                }
            }
        }
        None
    }

    /// The names on the way that was found, from its end.
    fn way(&self, start: usize, last: usize, reached_from: &[Option<usize>]) -> Vec<&'a str> {
        let mut way = vec![self.names[start]];
        let mut node = last;
        while node != start {
            way.push(self.names[node]);
            node = reached_from[node].unwrap_or(start);
        }
        way.push(self.names[start]);
        way.reverse();
        way
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use crate::describe::{Description, FieldDescription};

    fn catalog(edges: impl IntoIterator<Item = (String, Vec<String>)>) -> Catalog {
        let field = |nested: String| FieldDescription {
            name: "a".to_owned(),
            type_id: 1,
            capacity: 0,
            string_capacity: 0,
            nested,
            default: String::new(),
        };
        let description = |(name, to): (String, Vec<String>)| {
            (name.clone(), Description { name, fields: to.into_iter().map(field).collect() })
        };
        edges.into_iter().map(description).collect()
    }

    fn small(edges: &[(&str, &[&str])]) -> Catalog {
        catalog(edges.iter().map(|(name, to)| ((*name).to_owned(), to.iter().map(|to| (*to).to_owned()).collect())))
    }

    #[test]
    fn each_type_on_a_cycle_has_its_shortest_way() {
        let catalog = small(&[
            ("a", &["b", "c", "x"]),
            ("b", &["c"]),
            ("c", &["a"]),
            ("d", &["a", "e"]),
            ("e", &["e"]),
            ("between", &["a"]),
            ("f", &["between", "nowhere"]),
        ]);
        let cycles = cycles(&catalog);
        assert_eq!(cycles.keys().copied().collect::<Vec<_>>(), ["a", "b", "c", "e"]);
        assert_eq!(cycles["a"], ["a", "c", "a"]);
        assert_eq!(cycles["b"], ["b", "c", "a", "b"]);
        assert_eq!(cycles["e"], ["e", "e"]);
    }

    #[test]
    fn what_two_cycles_are_joined_by_is_on_none() {
        let catalog = small(&[("a", &["a", "m"]), ("m", &["z"]), ("z", &["z"])]);
        assert_eq!(cycles(&catalog).keys().copied().collect::<Vec<_>>(), ["a", "z"]);
    }

    #[test]
    fn long_chains_and_cycles_are_followed_to_their_ends() {
        let name = |number: usize| format!("p/msg/T{number:06}");
        let length = 100_000;
        let chain = catalog((0..length).map(|number| (name(number), vec![name(number + 1)])));
        assert!(cycles(&chain).is_empty());
        let length = 2_000;
        let ring = catalog((0..length).map(|number| (name(number), vec![name((number + 1) % length)])));
        let found = cycles(&ring);
        assert_eq!(found.len(), length);
        assert!(found.values().all(|way| way.len() == length + 1));
    }
}
