//! Work over many items on several cores, where there are many.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, Scope, ScopedJoinHandle};

/// Below this much work one thread is done before a second has started.
const WORTH_A_THREAD: usize = 64;
/// Deeply nested input is read by functions that call themselves as deep. Memory that is never touched costs nothing.
const STACK: usize = 8 << 20;

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
    match threads(count) {
        // Small batches, so that one large file does not leave the other threads idle.
        threads @ 2.. => spread(count, threads, 16, one),
        _ => (0..count).map(one).collect(),
    }
}

/// The same for items each of which is worth a thread. All of them have a deep stack, whatever this thread has: Windows gives
/// its first one megabyte.
pub fn heavy<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    spread(count, cores_for(count), 1, work)
}

/// Works on `threads` threads, each taking `batch` items at a time.
fn spread<T: Send>(count: usize, threads: usize, batch: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut results = Vec::new();
        loop {
            let start = next.fetch_add(batch, Ordering::Relaxed);
            if start >= count {
                return results;
            }
            results.extend((start..count.min(start + batch)).map(|item| (item, work(item))));
        }
    };
    let mut all: Vec<(usize, T)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).filter_map(|_| spawn(scope, worker).ok()).collect();
        // Where the system gives no thread, this one does the work.
        let mine = if handles.is_empty() { worker() } else { Vec::new() };
        handles.into_iter().flat_map(joined).chain(mine).collect()
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

fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> std::io::Result<ScopedJoinHandle<'scope, T>> {
    Builder::new().stack_size(STACK).spawn_scoped(scope, work)
}

/// A panic in a worker is a bug: let it surface as it is.
fn joined<T>(handle: ScopedJoinHandle<'_, T>) -> T {
    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn threads(count: usize) -> usize {
    cores_for(count / WORTH_A_THREAD)
}

/// How many of the cores there is work for, with `wanted` pieces of it.
fn cores_for(wanted: usize) -> usize {
    /// To find it out is to read half a dozen files, which a run of a few milliseconds does once, and only if it matters.
    static CORES: OnceLock<usize> = OnceLock::new();
    if wanted < 2 {
        return wanted;
    }
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(16);
    (*CORES.get_or_init(cores)).min(wanted)
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
    fn deep_work_does_not_overflow_the_stack() {
        fn depth(rest: usize) -> usize {
            let room = std::hint::black_box([1_u8; 1024]);
            if rest == 0 { 0 } else { depth(rest - 1) + usize::from(room[rest % 1024]) }
        }
        // More than the two megabytes that a thread gets by default.
        assert_eq!(heavy(1, |_| depth(2500)), [2500]);
        assert_eq!(map(128, &Progress::default(), |_| depth(2500)), vec![2500; 128]);
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
