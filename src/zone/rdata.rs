//! The data of the types that matter: A, AAAA, MX, TXT, CNAME, NS. Of others it matters only that they are there.

use std::str::FromStr;

use super::entry::rtype;
use super::lex::Token;
use super::problem::ProblemKind;
use super::strings;
use crate::dns::{Data, Name, NameError, Target};
use crate::text::{FileId, Place, clipped};

/// Where names are completed and places are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'a> {
    pub(super) text: &'a [u8],
    pub(super) file: FileId,
    pub(super) origin: &'a Name,
}

/// What is wrong, and the token in which it is; none where something is missing.
pub(super) type Fault = (Option<Token>, ProblemKind);

/// The mnemonic of the types that are decoded.
pub(super) fn mnemonic(rtype: u16) -> &'static str {
    match rtype {
        rtype::A => "A",
        rtype::NS => "NS",
        rtype::CNAME => "CNAME",
        rtype::SOA => "SOA",
        rtype::MX => "MX",
        rtype::TXT => "TXT",
        rtype::AAAA => "AAAA",
        _ => "",
    }
}

/// Whether the data are in RFC 3597 form.
pub(super) fn is_generic(tokens: &[Token], text: &[u8]) -> bool {
    tokens.first().is_some_and(|token| !token.is_quoted() && token.text(text) == b"\\#")
}

/// Checks data that nobody will look at: enough to say what a name server would refuse.
pub(super) fn check(rtype: u16, tokens: &[Token], text: &[u8]) -> Result<(), Fault> {
    match rtype {
        rtype::A if tokens.len() == 1 && is_dotted_quad(tokens[0].text(text)) => Ok(()),
        rtype::A => address::<std::net::Ipv4Addr>("A", tokens, text).map(drop),
        rtype::AAAA if tokens.len() == 1 && is_plain_v6(tokens[0].text(text)) => Ok(()),
        rtype::AAAA => address::<std::net::Ipv6Addr>("AAAA", tokens, text).map(drop),
        rtype::NS | rtype::CNAME => {
            let token = only(mnemonic(rtype), tokens)?;
            check_name(token, text).map_err(|error| (Some(token), bad_name(error, token, text)))
        }
        rtype::TXT if tokens.is_empty() => Err((None, ProblemKind::MissingData("TXT"))),
        rtype::SOA if tokens.len() < 7 => Err((tokens.last().copied(), ProblemKind::MissingData("SOA"))),
        rtype::SOA if tokens.len() > 7 => Err((tokens.get(7).copied(), ProblemKind::ExtraData("SOA"))),
        _ => Ok(()),
    }
}

/// Most records of most zones are A records: this is a third of the cost of parsing the address.
fn is_dotted_quad(word: &[u8]) -> bool {
    let (mut dots, mut value, mut digits) = (0, 0_u32, 0);
    for byte in word {
        match byte {
            b'0'..=b'9' if digits < 3 && (digits == 0 || value > 0) => {
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && value < 256 => (dots, value, digits) = (dots + 1, 0, 0),
            _ => return false,
        }
    }
    dots == 3 && digits > 0 && value < 256
}

/// Whether it is groups of hexadecimal digits: eight, or fewer with one `::` among them. What ends in a dotted quad, or is
/// no address, is left to the parser of addresses.
fn is_plain_v6(word: &[u8]) -> bool {
    let (mut groups, mut digits, mut gaps, mut after_colon) = (0, 0, 0, false);
    for (at, byte) in word.iter().enumerate() {
        match byte {
            b':' if after_colon => (gaps, after_colon) = (gaps + 1, false),
            b':' => {
                groups += usize::from(digits > 0);
                (digits, after_colon) = (0, true);
                if at == 0 && word.get(1) != Some(&b':') {
                    return false;
                }
            }
            byte if byte.is_ascii_hexdigit() && digits < 4 => (digits, after_colon) = (digits + 1, false),
            _ => return false,
        }
    }
    groups += usize::from(digits > 0);
    !after_colon && (gaps == 0 && groups == 8 || gaps == 1 && groups < 8)
}

/// The data of one record.
pub(super) fn parse(rtype: u16, tokens: &[Token], scope: Scope<'_>) -> Result<Data, Fault> {
    let text = scope.text;
    Ok(match rtype {
        rtype::A => Data::A(address("A", tokens, text)?),
        rtype::AAAA => Data::Aaaa(address("AAAA", tokens, text)?),
        rtype::CNAME => Data::Cname(target(only("CNAME", tokens)?, scope)?),
        rtype::NS => Data::Ns(target(only("NS", tokens)?, scope)?),
        rtype::MX => mx(tokens, scope)?,
        rtype::TXT if is_generic(tokens, text) => {
            Data::Txt(strings::join_generic(tokens, text, scope.file).map_err(|kind| (tokens.first().copied(), kind))?)
        }
        rtype::TXT if tokens.is_empty() => return Err((None, ProblemKind::MissingData("TXT"))),
        rtype::TXT => Data::Txt(strings::join(tokens, text, scope.file).map_err(|(token, kind)| (Some(token), kind))?),
        _ => Data::Other,
    })
}

fn mx(tokens: &[Token], scope: Scope<'_>) -> Result<Data, Fault> {
    let [preference, exchange, extra @ ..] = tokens else {
        let is_name = tokens.first().is_some_and(|token| !token.text(scope.text).iter().all(u8::is_ascii_digit));
        return Err(match tokens.first() {
            // `MX mail.example.com.`: it is the preference that is missing.
            Some(token) if is_name => (Some(*token), ProblemKind::BadPreference(clipped(token.text(scope.text), 60))),
            token => (token.copied(), ProblemKind::MissingData("MX")),
        });
    };
    if let Some(extra) = extra.first() {
        return Err((Some(*extra), ProblemKind::ExtraData("MX")));
    }
    let digits = preference.text(scope.text);
    let number = std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_digit));
    let Some(value) = number.and_then(|digits| digits.parse().ok()) else {
        return Err((Some(*preference), ProblemKind::BadPreference(clipped(digits, 60))));
    };
    Ok(Data::Mx { preference: value, exchange: target(*exchange, scope)? })
}

/// A name in the data: `@` is the origin.
pub(super) fn target(token: Token, scope: Scope<'_>) -> Result<Target, Fault> {
    let written = token.text(scope.text);
    let name = if written == b"@" { Ok(scope.origin.clone()) } else { Name::parse(written, Some(scope.origin)) };
    let name = name.map_err(|error| (Some(token), bad_name(error, token, scope.text)))?;
    let place = Place::new(scope.file, token.span());
    Ok(Target { name, written: String::from_utf8_lossy(written).into(), place, way: Box::default() })
}

fn bad_name(error: NameError, token: Token, text: &[u8]) -> ProblemKind {
    ProblemKind::BadName(error, clipped(token.text(text), 60))
}

fn address<T: FromStr>(rtype: &'static str, tokens: &[Token], text: &[u8]) -> Result<T, Fault> {
    let token = only(rtype, tokens)?;
    let word = token.text(text);
    let parsed = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok());
    parsed.ok_or_else(|| (Some(token), ProblemKind::BadAddress(rtype, clipped(word, 60))))
}

fn only(rtype: &'static str, tokens: &[Token]) -> Result<Token, Fault> {
    match tokens {
        [] => Err((None, ProblemKind::MissingData(rtype))),
        [token] => Ok(*token),
        [_, extra, ..] => Err((Some(*extra), ProblemKind::ExtraData(rtype))),
    }
}

/// Whether a name can be one, without making it: empty labels and labels over 63 octets. A name with a backslash, or so
/// long that its origin matters, is made.
pub(super) fn check_name(token: Token, text: &[u8]) -> Result<(), NameError> {
    let word = token.text(text);
    if token.is_escaped() || word.len() > 190 || word.is_empty() {
        return Name::parse(word, None).map(drop);
    }
    if word == b"." {
        return Ok(());
    }
    let mut label = 0;
    for byte in word {
        if *byte == b'.' {
            if label == 0 {
                return Err(NameError::EmptyLabel);
            }
            label = 0;
        } else {
            label += 1;
            if label > 63 {
                return Err(NameError::LabelTooLong);
            }
        }
    }
    Ok(())
}
