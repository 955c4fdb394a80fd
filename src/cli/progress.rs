//! A progress bar, for long work on a terminal only.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::parallel::Progress;

/// Work shorter than this needs no bar.
const PATIENCE: Duration = Duration::from_millis(400);

/// Does `work` on things that are called `things`, with a bar on stderr once it takes long.
pub(super) fn watch<T>(things: &'static str, work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Arc::new(Progress::default());
    if !std::io::stderr().is_terminal() {
        return work(&progress);
    }
    let (done, waiting) = mpsc::channel::<()>();
    let watched = Arc::clone(&progress);
    let artist = std::thread::spawn(move || {
        if waiting.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
            draw(things, &watched, &waiting);
        }
    });
    let result = work(&progress);
    drop(done);
    // The thread only draws: whatever became of it, the result stands.
    let _ = artist.join();
    result
}

fn draw(things: &str, progress: &Progress, waiting: &mpsc::Receiver<()>) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {things}")) {
        bar.set_style(style);
    }
    while waiting.recv_timeout(Duration::from_millis(80)) == Err(mpsc::RecvTimeoutError::Timeout) {
        bar.set_length(progress.total.load(Ordering::Relaxed) as u64);
        bar.set_position(progress.done.load(Ordering::Relaxed) as u64);
    }
    bar.finish_and_clear();
}
