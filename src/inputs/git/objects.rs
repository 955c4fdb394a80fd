//! Blobs by their names, out of one `git cat-file --batch`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Mutex;

use sha1::Sha1;
use sha2::{Digest, Sha256};

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
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("the object {id} is not in this clone")));
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

/// Whether `text` is the blob `id`: SHA-1 or SHA-256, as the id's length tells.
pub(super) fn is_blob(text: &[u8], id: &str) -> bool {
    let header = format!("blob {}\0", text.len());
    match id.len() {
        40 => is_digest(Sha1::new().chain_update(&header).chain_update(text).finalize().as_slice(), id),
        64 => is_digest(Sha256::new().chain_update(&header).chain_update(text).finalize().as_slice(), id),
        _ => false,
    }
}

fn is_digest(digest: &[u8], hex: &str) -> bool {
    let nibble = |at: usize| hex.as_bytes().get(at).and_then(|byte| char::from(*byte).to_digit(16));
    digest.iter().enumerate().all(|(at, byte)| match (nibble(2 * at), nibble(2 * at + 1)) {
        (Some(high), Some(low)) => u32::from(*byte) == high << 4 | low,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_are_named_as_git_does() {
        // `printf 'hello\n' | git hash-object --stdin`, in repositories of both formats.
        assert!(is_blob(b"hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"));
        assert!(is_blob(b"hello\n", "2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4"));
        assert!(!is_blob(b"hello", "ce013625030ba8dba906f756967f9e9ca394464a"));
        assert!(!is_blob(b"hello\n", "ce01"));
    }
}
