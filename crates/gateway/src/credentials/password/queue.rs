//! A bounded, fair queue: addresses take turns, so that many requests of one address don't delay others, and every other
//! turn goes to clients with a session or a known address.

use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
};

use super::Asker;
use crate::http::address_group;

/// Limit of waiting requests, for strangers and others each. On one core this is about ten seconds of work.
pub(super) const WAITING_MAX: usize = 512;
/// Limit of waiting requests per address group. Enough for an office behind one address.
pub(super) const WAITING_OF_ONE_MAX: usize = 64;

pub(super) struct Queue<T> {
    proven: Lines<T>,
    strangers: Lines<T>,
    was_proven: bool,
    next: u64,
}

/// A position in the queue, for removal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket {
    proven: bool,
    group: IpAddr,
    number: u64,
}

/// The queue is full.
#[derive(Debug)]
pub(super) struct Full;

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            proven: Lines::default(),
            strangers: Lines::default(),
            was_proven: false,
            next: 0,
        }
    }
}

impl<T> Queue<T> {
    /// Appends `item` to its address's line. If all lines together are too long, the last item of the longest one is
    /// dropped.
    pub(super) fn push(&mut self, asker: Asker, item: T) -> Result<Ticket, Full> {
        let ticket = Ticket {
            proven: asker.proven,
            group: address_group(asker.address),
            number: self.next,
        };
        self.next += 1;
        self.lines(asker.proven).push(ticket.group, ticket.number, item)?;
        Ok(ticket)
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        self.was_proven = match self.was_proven {
            true => self.strangers.is_empty(),
            false => !self.proven.is_empty(),
        };
        let was_proven = self.was_proven;
        self.lines(was_proven).pop()
    }

    /// Removes an item, if it still waits.
    pub(super) fn remove(&mut self, ticket: Ticket) {
        self.lines(ticket.proven).remove(ticket.group, ticket.number);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.proven.waiting + self.strangers.waiting
    }

    fn lines(&mut self, proven: bool) -> &mut Lines<T> {
        if proven { &mut self.proven } else { &mut self.strangers }
    }
}

struct Lines<T> {
    lines: HashMap<IpAddr, VecDeque<(u64, T)>>,
    /// Each address that has a line, in the order of their turns.
    turns: VecDeque<IpAddr>,
    waiting: usize,
}

impl<T> Default for Lines<T> {
    fn default() -> Self {
        Self {
            lines: HashMap::new(),
            turns: VecDeque::new(),
            waiting: 0,
        }
    }
}

impl<T> Lines<T> {
    fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    fn push(&mut self, group: IpAddr, number: u64, item: T) -> Result<(), Full> {
        let own = self.lines.get(&group).map_or(0, VecDeque::len);
        if own >= WAITING_OF_ONE_MAX {
            return Err(Full);
        }
        if self.waiting >= WAITING_MAX {
            let longest = self.lines.iter().max_by_key(|(_, line)| line.len());
            let (longest, last) = longest
                .and_then(|(group, line)| Some((*group, line.back()?.0)))
                .filter(|(group, _)| self.lines[group].len() > own + 1)
                .ok_or(Full)?;
            self.remove(longest, last);
        }
        let line = self.lines.entry(group).or_default();
        if line.is_empty() {
            self.turns.push_back(group);
        }
        line.push_back((number, item));
        self.waiting += 1;
        Ok(())
    }

    fn pop(&mut self) -> Option<T> {
        let group = self.turns.pop_front()?;
        let line = self.lines.get_mut(&group)?;
        let (_, item) = line.pop_front()?;
        self.waiting -= 1;
        if line.is_empty() {
            self.lines.remove(&group);
        } else {
            self.turns.push_back(group);
        }
        Some(item)
    }

    fn remove(&mut self, group: IpAddr, number: u64) {
        let Some(line) = self.lines.get_mut(&group) else { return };
        let Some(place) = line.iter().position(|(other, _)| *other == number) else {
            return;
        };
        line.remove(place);
        self.waiting -= 1;
        if line.is_empty() {
            self.lines.remove(&group);
            self.turns.retain(|other| *other != group);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    fn stranger(number: u32) -> Asker {
        Asker::stranger(Ipv4Addr::from_bits(number).into())
    }

    fn order<T>(mut queue: Queue<T>) -> Vec<T> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn addresses_take_turns_and_each_keeps_its_order() {
        let mut queue = Queue::default();
        for (address, item) in [(1, "a1"), (1, "a2"), (1, "a3"), (2, "b1"), (2, "b2"), (3, "c1")] {
            queue.push(stranger(address), item).unwrap();
        }
        assert_eq!(order(queue), ["a1", "b1", "c1", "a2", "b2", "a3"]);
    }

    /// Addresses take turns, and every other turn goes to proven clients.
    #[test]
    fn every_other_turn_goes_to_proven_clients() {
        let mut queue = Queue::default();
        for item in ["s1", "s2", "s3", "s4"] {
            queue.push(stranger(1), item).unwrap();
        }
        for item in ["p1", "p2"] {
            queue.push(Asker::proven(Ipv4Addr::from_bits(1).into()), item).unwrap();
        }
        assert_eq!(order(queue), ["p1", "s1", "p2", "s2", "s3", "s4"]);
    }

    #[test]
    fn queue_places_per_address_are_limited() {
        let mut queue = Queue::default();
        for item in 0..WAITING_OF_ONE_MAX {
            queue.push(stranger(1), item).unwrap();
        }
        assert!(queue.push(stranger(1), 0).is_err());
        assert!(queue.push(stranger(2), 0).is_ok());
    }

    #[test]
    fn an_ipv6_64_network_counts_as_one_client() {
        let mut queue = Queue::default();
        for number in 0..=WAITING_OF_ONE_MAX as u128 {
            let address = Ipv6Addr::from_bits(0x2001_0db8_0000_0001_0000_0000_0000_0000 + number);
            let pushed = queue.push(Asker::stranger(address.into()), number);
            assert_eq!(pushed.is_ok(), number < WAITING_OF_ONE_MAX as u128);
        }
        let other = Ipv6Addr::from_bits(0x2001_0db8_0000_0002_0000_0000_0000_0000);
        assert!(queue.push(Asker::stranger(other.into()), 0).is_ok());
    }

    #[test]
    fn a_full_queue_drops_from_the_longest_line() {
        let mut queue = Queue::default();
        let groups = u32::try_from(WAITING_MAX / WAITING_OF_ONE_MAX).unwrap();
        for item in 0..WAITING_MAX {
            let address = u32::try_from(item).unwrap() % groups;
            queue.push(stranger(address), item).unwrap();
        }
        queue.push(stranger(groups), WAITING_MAX).unwrap();
        assert_eq!(queue.len(), WAITING_MAX);
        // With one of each address waiting, a newcomer has no better claim than they have.
        let mut queue = Queue::default();
        for item in 0..u32::try_from(WAITING_MAX).unwrap() {
            queue.push(stranger(item), item).unwrap();
        }
        assert!(queue.push(stranger(u32::MAX), 0).is_err());
    }

    #[test]
    fn what_is_taken_out_leaves_no_trace() {
        let mut queue = Queue::default();
        let tickets: Vec<Ticket> = (0..3)
            .map(|item| queue.push(stranger(item % 2), item).unwrap())
            .collect();
        queue.remove(tickets[1]);
        queue.remove(tickets[1]);
        assert_eq!(queue.len(), 2);
        queue.remove(tickets[2]);
        queue.remove(tickets[0]);
        assert_eq!(queue.len(), 0);
        assert!(queue.strangers.lines.is_empty() && queue.strangers.turns.is_empty());
    }
}
