//! Work over many items on several cores, where there are many.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Below this much work one thread is done before a second has started.
const WORTH_A_THREAD: usize = 64;

/// How far some work has come, for whoever watches.
#[derive(Debug, Default)]
pub struct Progress {
    /// Items finished.
    pub done: AtomicUsize,
    /// Items in all; 0 while that is not known.
    pub total: AtomicUsize,
}

/// `work(0)`, `work(1)`, … `work(count - 1)`, in that order, worked out on as many threads as pay.
pub fn map<T: Send>(count: usize, progress: &Progress, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    progress.total.store(count, Ordering::Relaxed);
    let one = |item: usize| {
        let result = work(item);
        progress.done.fetch_add(1, Ordering::Relaxed);
        result
    };
    let threads = threads(count);
    if threads < 2 {
        return (0..count).map(one).collect();
    }
    // Small batches, so that one large file does not leave the other threads idle.
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut results = Vec::new();
        loop {
            let start = next.fetch_add(16, Ordering::Relaxed);
            if start >= count {
                return results;
            }
            results.extend((start..count.min(start + 16)).map(|item| (item, one(item))));
        }
    };
    let mut all: Vec<(usize, T)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        // A panic in a worker is a bug: let it surface as it is.
        handles
            .into_iter()
            .flat_map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    all.sort_unstable_by_key(|(item, _)| *item);
    all.into_iter().map(|(_, result)| result).collect()
}

/// Does `work` to every item, on as many threads as pay.
pub fn each<T: Send>(items: &mut [T], work: impl Fn(&mut T) + Sync) {
    let threads = threads(items.len());
    if threads < 2 {
        return items.iter_mut().for_each(work);
    }
    let share = items.len().div_ceil(threads);
    std::thread::scope(|scope| {
        for share in items.chunks_mut(share) {
            scope.spawn(|| share.iter_mut().for_each(&work));
        }
    });
}

fn threads(count: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cores.min(count / WORTH_A_THREAD).min(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_is_worked_on_once() {
        for count in [0, 1, 63, 1000] {
            let mut items = vec![0; count];
            each(&mut items, |item| *item += 1);
            assert!(items.iter().all(|item| *item == 1));
        }
    }

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        for count in [0, 1, 63, 64, 1000, 1017] {
            let progress = Progress::default();
            assert_eq!(map(count, &progress, |item| item * 2), (0..count).map(|item| item * 2).collect::<Vec<_>>());
            assert_eq!(progress.done.load(Ordering::Relaxed), count);
        }
    }
}
