//! Objects by their names, out of one `git cat-file --batch`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Mutex;

use super::Git;
use crate::text::Bytes;

/// Reads objects; the process is started by the first that is asked for.
#[derive(Debug)]
pub struct Objects {
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
    /// Those of the repository of `git`.
    pub fn new(git: Git) -> Self {
        Self { git, process: Mutex::new(None) }
    }

    /// The repository that they are of.
    pub fn git(&self) -> &Git {
        &self.git
    }

    /// Starts the process, so that it is ready when the first object is asked for.
    pub fn prepare(&self) {
        let mut process = self.process.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if process.is_none() {
            *process = Process::start(&self.git).ok();
        }
    }

    /// The bytes of the blob `id`, at most `limit` of them.
    pub(super) fn read(&self, id: &str, limit: u64) -> io::Result<Bytes> {
        Ok(self.ask(id, limit)?.1)
    }

    /// The commit that `revision` names, in full.
    pub(super) fn commit(&self, revision: &str) -> Option<String> {
        Some(self.ask(&format!("{revision}^{{commit}}"), 0).ok()?.0)
    }

    fn ask(&self, name: &str, limit: u64) -> io::Result<(String, Bytes)> {
        let mut process = self.process.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let started = match process.take() {
            Some(started) => process.insert(started),
            None => process.insert(Process::start(&self.git)?),
        };
        started.object(name, limit)
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

    /// The id and the first `limit` bytes of what `name` stands for.
    fn object(&mut self, name: &str, limit: u64) -> io::Result<(String, Bytes)> {
        writeln!(self.asked, "{name}")?;
        self.asked.flush()?;
        let mut header = String::new();
        self.told.read_line(&mut header)?;
        // "<id> <type> <size>", or "<name> missing".
        let words: Vec<&str> = header.split_ascii_whitespace().collect();
        let [id, _, size] = words[..] else { return Err(missing(name)) };
        let size: u64 = size.parse().map_err(|_| missing(name))?;
        let mut text = Vec::new();
        (&mut self.told).take(size.min(limit)).read_to_end(&mut text)?;
        // What is not wanted, and the line feed.
        io::copy(&mut (&mut self.told).take(size.saturating_sub(limit) + 1), &mut io::sink())?;
        Ok((id.to_owned(), text.into()))
    }
}

fn missing(name: &str) -> io::Error {
    let advice = format!("run `git cat-file -e {name}` where the remote can be reached");
    io::Error::new(io::ErrorKind::NotFound, format!("its bytes are not in this clone; {advice}"))
}

impl Drop for Process {
    fn drop(&mut self) {
        // It ends by itself when its input does; it must not be left a zombie in a process that goes on.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
