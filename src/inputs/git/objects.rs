//! Blobs by their names, out of one `git cat-file --batch`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Mutex;

use super::Git;
use crate::text::Bytes;

/// Reads blobs; the process is started by the first that is asked for.
#[derive(Debug)]
pub(super) struct Objects {
    git: Git,
    process: Mutex<Option<Process>>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    asked: ChildStdin,
    told: BufReader<ChildStdout>,
}

impl Objects {
    pub(super) fn new(git: Git) -> Self {
        Self { git, process: Mutex::new(None) }
    }

    /// Starts the process, so that it is ready when the first blob is asked for.
    pub(super) fn prepare(&self) {
        let mut process = self.process.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if process.is_none() {
            *process = Process::start(&self.git).ok();
        }
    }

    /// The bytes of the blob `id`, at most `limit` of them.
    pub(super) fn read(&self, id: &str, limit: u64) -> io::Result<Bytes> {
        let mut process = self.process.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let started = match process.take() {
            Some(started) => process.insert(started),
            None => process.insert(Process::start(&self.git)?),
        };
        started.blob(id, limit)
    }
}

impl Process {
    fn start(git: &Git) -> io::Result<Self> {
        let mut command = git.command(&["cat-file", "--batch"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let (asked, told) = (child.stdin.take(), child.stdout.take());
        let (Some(asked), Some(told)) = (asked, told) else {
            return Err(io::Error::other("git cat-file has no pipes"));
        };
        Ok(Self { child, asked, told: BufReader::new(told) })
    }

    fn blob(&mut self, id: &str, limit: u64) -> io::Result<Bytes> {
        writeln!(self.asked, "{id}")?;
        self.asked.flush()?;
        let mut header = String::new();
        self.told.read_line(&mut header)?;
        // "<id> blob <size>", or "<id> missing".
        let size = header.trim_end().rsplit_once(' ').and_then(|(_, size)| size.parse::<u64>().ok());
        let Some(size) = size else {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                format!("its bytes are not in this clone; run `git cat-file -e {id}` where the remote can be reached"),
            ));
        };
        let mut text = Vec::new();
        (&mut self.told).take(size.min(limit)).read_to_end(&mut text)?;
        // What is not wanted, and the line feed.
        io::copy(&mut (&mut self.told).take(size.saturating_sub(limit) + 1), &mut io::sink())?;
        Ok(text.into())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It ends by itself when its input does; it must not be left a zombie in a process that goes on.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
