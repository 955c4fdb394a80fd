//! The fields of a resource record entry: owner, TTL, class, type (RFC 1035 §5.1).

use super::lex::Token;
use super::problem::ProblemKind;
use crate::text::clipped;

/// The type of a record, as a number (RFC 1035 §3.2.2, RFC 3597).
pub(super) mod rtype {
    pub(in crate::zone) const A: u16 = 1;
    pub(in crate::zone) const NS: u16 = 2;
    pub(in crate::zone) const CNAME: u16 = 5;
    pub(in crate::zone) const SOA: u16 = 6;
    pub(in crate::zone) const MX: u16 = 15;
    pub(in crate::zone) const TXT: u16 = 16;
    pub(in crate::zone) const AAAA: u16 = 28;
    /// Types of one name server's own: the answer has another type.
    pub(in crate::zone) const SYNTHETIC: u16 = u16::MAX;
    /// Any other type that has a mnemonic: it matters only that the name exists.
    pub(in crate::zone) const OTHER: u16 = u16::MAX - 1;
}

/// What stands before the data of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prefix {
    /// Seconds, and the token that says so.
    pub(super) ttl: Option<(u32, Token)>,
    /// See [`rtype`].
    pub(super) rtype: u16,
    /// How many of the tokens stand before the data.
    pub(super) len: usize,
}

/// Reads TTL and class, in either order, and the type, from the tokens after the owner.
pub(super) fn prefix(tokens: &[Token], text: &[u8]) -> Result<Prefix, (Option<Token>, ProblemKind)> {
    let mut ttl = None;
    let mut has_class = false;
    for (at, token) in tokens.iter().enumerate() {
        let word = token.text(text);
        let Some(&first) = word.first() else { break };
        if first.is_ascii_digit() && ttl.is_none() {
            match parse_ttl(word) {
                Some(seconds) => ttl = Some((seconds, *token)),
                None if parse_type(word).is_none() => {
                    let rest_has_type = tokens.get(at + 1).is_some_and(|next| parse_type(next.text(text)).is_some());
                    let kind = if rest_has_type { ProblemKind::BadTtl } else { ProblemKind::UnknownType };
                    return Err((Some(*token), kind(clipped(word, 40))));
                }
                None => {}
            }
            continue;
        }
        if !has_class && is_class(word) {
            has_class = true;
            continue;
        }
        return match parse_type(word) {
            Some(rtype) => Ok(Prefix { ttl, rtype, len: at + 1 }),
            None => Err((Some(*token), ProblemKind::UnknownType(clipped(word, 40)))),
        };
    }
    Err((tokens.last().copied(), ProblemKind::NoType))
}

/// `3600`, `1h`, `1w2d`, in any case (BIND's units, which all the others take). At most 2^31 - 1 (RFC 2181 §8).
pub(super) fn parse_ttl(word: &[u8]) -> Option<u32> {
    let (mut total, mut number, mut has_digits) = (0_u64, 0_u64, false);
    for byte in word {
        if byte.is_ascii_digit() {
            number = number.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
            has_digits = true;
            continue;
        }
        let unit = match byte.to_ascii_lowercase() {
            b's' => 1,
            b'm' => 60,
            b'h' => 3_600,
            b'd' => 86_400,
            b'w' => 604_800,
            _ => return None,
        };
        if !std::mem::take(&mut has_digits) {
            return None;
        }
        total = total.checked_add(std::mem::take(&mut number).checked_mul(unit)?)?;
    }
    let ends_in_unit = word.last().is_some_and(|byte| !byte.is_ascii_digit());
    let total = if has_digits || ends_in_unit { total.checked_add(number)? } else { return None };
    u32::try_from(total).ok().filter(|seconds| *seconds <= 0x7fff_ffff)
}

fn is_class(word: &[u8]) -> bool {
    match word.len() {
        2 if word == b"IN" => true,
        2 => [b"IN", b"CH", b"HS"].iter().any(|class| word.eq_ignore_ascii_case(*class)),
        6.. => numbered(word, b"CLASS").is_some(),
        _ => false,
    }
}

/// The number behind `TYPE` or `CLASS` (RFC 3597 §5).
fn numbered(word: &[u8], prefix: &[u8]) -> Option<u16> {
    let (front, digits) = word.split_at_checked(prefix.len())?;
    if !front.eq_ignore_ascii_case(prefix) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The type that `word` names.
pub(super) fn parse_type(word: &[u8]) -> Option<u16> {
    // As nearly all zones write nearly all records.
    match word {
        b"A" => return Some(rtype::A),
        b"AAAA" => return Some(rtype::AAAA),
        b"TXT" => return Some(rtype::TXT),
        b"CNAME" => return Some(rtype::CNAME),
        b"NS" => return Some(rtype::NS),
        _ => {}
    }
    let mut upper = [0_u8; 12];
    let name = upper.get_mut(..word.len())?;
    name.copy_from_slice(word);
    name.make_ascii_uppercase();
    Some(match &*name {
        b"A" => rtype::A,
        b"AAAA" => rtype::AAAA,
        b"CNAME" => rtype::CNAME,
        b"NS" => rtype::NS,
        b"MX" => rtype::MX,
        b"TXT" => rtype::TXT,
        b"SOA" => rtype::SOA,
        // PowerDNS, several hosts, PowerDNS, gdnsd.
        b"ALIAS" | b"ANAME" | b"LUA" | b"DYNA" | b"DYNC" => rtype::SYNTHETIC,
        known if is_known(known) => rtype::OTHER,
        other => numbered(other, b"TYPE")?,
    })
}

/// The mnemonics of the IANA registry of resource record types, sorted: a signed zone is mostly RRSIG and NSEC.
#[rustfmt::skip]
fn is_known(name: &[u8]) -> bool {
    const KNOWN: &[&[u8]] = &[
        b"A6", b"AFSDB", b"AMTRELAY", b"APL", b"ATMA", b"AVC", b"BRID", b"CAA", b"CDNSKEY", b"CDS", b"CERT", b"CLA",
        b"CSYNC", b"DELEG", b"DHCID", b"DLV", b"DNAME", b"DNSKEY", b"DOA", b"DS", b"DSYNC", b"EID", b"EUI48",
        b"EUI64", b"GID", b"GPOS", b"HHIT", b"HINFO", b"HIP", b"HTTPS", b"IPN", b"IPSECKEY", b"ISDN", b"KEY", b"KX",
        b"L32", b"L64", b"LOC", b"LP", b"MB", b"MD", b"MF", b"MG", b"MINFO", b"MR", b"NAPTR", b"NID", b"NIMLOC",
        b"NINFO", b"NSAP", b"NSAP-PTR", b"NSEC", b"NSEC3", b"NSEC3PARAM", b"NULL", b"NXNAME", b"NXT", b"OPENPGPKEY",
        b"PTR", b"PX", b"RESINFO", b"RKEY", b"RP", b"RRSIG", b"RT", b"SIG", b"SINK", b"SMIMEA", b"SPF", b"SRV",
        b"SSHFP", b"SVCB", b"TA", b"TALINK", b"TLSA", b"UID", b"UINFO", b"UNSPEC", b"URI", b"WALLET", b"WKS", b"X25",
        b"ZONEMD",
    ];
    KNOWN.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mnemonic_is_found() {
        for name in ["A6", "CAA", "DS", "NSEC3PARAM", "NSAP-PTR", "PTR", "RRSIG", "SRV", "TLSA", "X25", "ZONEMD"] {
            assert_eq!(parse_type(name.to_lowercase().as_bytes()), Some(rtype::OTHER), "{name}");
        }
        assert_eq!(parse_type(b"TXTT"), None);
        assert_eq!(parse_type(b"TYPE16"), Some(rtype::TXT));
        assert_eq!(parse_type(b"TYPE65536"), None);
    }
}
