//! YAML, read into the tree: the documents of a file, aliases followed and merge keys (`<<`) put in.
//!
//! The grammar is saphyr-parser's. What is ours is the places: its events say where a value stands, in characters, and not
//! where each byte of its text does ([`scalar`]).

mod build;
mod scalar;
#[cfg(test)]
mod tests;

use saphyr_parser::{Event, Parser};

use self::build::Builder;
use super::Error;
use super::tree::Node;
use crate::text::{FileId, Place, Span};

/// Larger files are refused: nobody writes them by hand.
const MAX_BYTES: usize = 64 << 20;

/// The documents of a file, in order. A document that is empty is `null`.
pub fn documents(file: FileId, text: &[u8]) -> Result<Vec<Node>, Error> {
    let text = checked(file, text)?;
    let mut builder = Builder::new(file, text);
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| builder.syntax_error(&error))?;
        if matches!(event, Event::StreamEnd) {
            break;
        }
        builder.take(event, span)?;
    }
    Ok(builder.finish())
}

/// The only document of a file; that of an empty file is `null`. What follows a second `---` is an error.
pub fn document(file: FileId, text: &[u8]) -> Result<Node, Error> {
    let mut documents = documents(file, text)?;
    match documents.len() {
        0 | 1 => Ok(documents.pop().unwrap_or_else(|| build::nothing(Place::new(file, Span::new(0, 0))))),
        _ => Err(Error { place: documents.swap_remove(1).place, message: "a second document begins here".to_owned() }),
    }
}

fn checked(file: FileId, text: &[u8]) -> Result<&str, Error> {
    let error = |at: usize, message: &str| Error {
        place: Place::new(file, Span::of(at..(at + 1).min(text.len()))),
        message: message.to_owned(),
    };
    if text.len() > MAX_BYTES {
        return Err(error(0, "the file is larger than 64 MiB"));
    }
    std::str::from_utf8(text).map_err(|utf8| error(utf8.valid_up_to(), "this byte is not UTF-8"))
}
