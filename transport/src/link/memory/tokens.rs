//! Liveliness tokens, and who hears of them.

use std::sync::Arc;

use super::network::{Memory, NodeId, Shared, State};
use crate::link::LinkError;

/// A token as the network knows it.
pub(super) struct Token {
    pub(super) node: NodeId,
    pub(super) key: String,
}

/// Who hears of tokens.
pub(super) struct Watcher {
    node: NodeId,
    /// What the keys of interest begin with.
    beginning: String,
    change: Change,
}

impl Watcher {
    fn wants(&self, token: &Token) -> bool {
        // As Zenoh has it, a `*` matches no chunk that begins with `@`.
        token.key.strip_prefix(&self.beginning).is_some_and(|rest| !rest.starts_with('@'))
    }
}

type Change = Arc<dyn Fn(&str, bool) + Send + Sync>;

/// News of tokens, to be told outside of the lock.
#[must_use]
pub(super) struct News(Vec<(Change, String, bool)>);

impl News {
    pub(super) fn tell(self) {
        self.0.into_iter().for_each(|(change, key, is_there)| change(&key, is_there));
    }
}

impl State {
    /// What watchers hear when two processes come to know each other, or no longer do.
    pub(super) fn news_between(&self, pairs: &[(NodeId, NodeId)], is_there: bool) -> News {
        let concerned = |one: NodeId, other: NodeId| pairs.contains(&(one, other)) || pairs.contains(&(other, one));
        let news = self.watchers.values().flat_map(|watcher| {
            let tokens = self.tokens.values().filter(|token| watcher.wants(token));
            let tokens = tokens.filter(move |token| concerned(watcher.node, token.node));
            tokens.map(move |token| (Arc::clone(&watcher.change), token.key.clone(), is_there))
        });
        News(news.collect())
    }

    fn news_of(&self, token: &Token, is_there: bool) -> News {
        let watchers = self.watchers.values().filter(|watcher| watcher.wants(token));
        let watchers = watchers.filter(|watcher| self.reach(token.node, watcher.node));
        News(watchers.map(|watcher| (Arc::clone(&watcher.change), token.key.clone(), is_there)).collect())
    }
}

impl Memory {
    pub(crate) fn declare_token(&self, key: &str) -> Result<MemoryToken, LinkError> {
        let mut news = News(Vec::new());
        let number = self.declare(|state, number| {
            let token = Token { node: self.node, key: key.to_owned() };
            news = state.news_of(&token, true);
            state.tokens.insert(number, token);
        })?;
        news.tell();
        Ok(MemoryToken { network: Arc::clone(&self.network), number })
    }

    /// The patterns that are asked for differ in what stands before their first `*`, so that is all that is compared.
    pub(crate) fn tokens(
        &self,
        pattern: &str,
        change: impl Fn(&str, bool) + Send + Sync + 'static,
    ) -> Result<MemoryTokens, LinkError> {
        let beginning = pattern.split('*').next().unwrap_or_default().to_owned();
        let watcher = Watcher { node: self.node, beginning, change: Arc::new(change) };
        let mut news = News(Vec::new());
        let number = self.declare(|state, number| {
            let heard = state.tokens.values().filter(|token| watcher.wants(token));
            let heard = heard.filter(|token| state.reach(token.node, self.node));
            news = News(heard.map(|token| (Arc::clone(&watcher.change), token.key.clone(), true)).collect());
            state.watchers.insert(number, watcher);
        })?;
        news.tell();
        Ok(MemoryTokens { network: Arc::clone(&self.network), number })
    }
}

/// A token; withdrawn when dropped.
pub(crate) struct MemoryToken {
    network: Arc<Shared>,
    number: u64,
}

impl Drop for MemoryToken {
    fn drop(&mut self) {
        let mut state = self.network.state();
        let Some(token) = state.tokens.remove(&self.number) else { return };
        let news = state.news_of(&token, false);
        drop(state);
        news.tell();
    }
}

/// Hears of tokens; ends when dropped.
pub(crate) struct MemoryTokens {
    network: Arc<Shared>,
    number: u64,
}

impl Drop for MemoryTokens {
    fn drop(&mut self) {
        let gone = self.network.state().watchers.remove(&self.number);
        drop(gone);
    }
}
