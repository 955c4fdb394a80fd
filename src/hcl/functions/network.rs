//! Functions of address ranges.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bigdecimal::num_traits::ToPrimitive as _;

use super::Fault;
use super::arguments::Arguments;
use crate::hcl::value::{ListKind, Value};

/// `address/length`.
#[derive(Clone, Copy)]
struct Range {
    /// The address, its bits beyond the length cleared.
    base: u128,
    length: u32,
    /// 32 or 128.
    width: u32,
}

impl Range {
    /// The bits of a host.
    fn host_bits(self) -> u32 {
        self.width - self.length
    }

    fn last(self) -> u128 {
        self.base | low_bits(self.host_bits())
    }

    fn show(self, address: u128) -> String {
        let low = u32::try_from(address & low_bits(32)).unwrap_or(0);
        if self.width == 32 { Ipv4Addr::from(low).to_string() } else { Ipv6Addr::from(address).to_string() }
    }
}

fn low_bits(count: u32) -> u128 {
    if count >= 128 { u128::MAX } else { (1 << count) - 1 }
}

/// The range that the first argument writes; `None` for one that is written in a way that is not followed here.
fn range(given: &Arguments<'_>) -> Result<Option<Range>, Fault> {
    let text = given.string(0);
    let refused = || given.fault("the prefix is no range of addresses, as in `10.0.0.0/8`");
    let (address, length) = text.split_once('/').ok_or_else(refused)?;
    // Terraform takes zeros before the digits of IPv4, and does not read them as octal.
    let plain: Vec<&str> = address.split('.').map(|part| part.trim_start_matches('0')).collect();
    let plain: Vec<&str> = plain.into_iter().map(|part| if part.is_empty() { "0" } else { part }).collect();
    let is_v6 = address.contains(':');
    let address = if is_v6 { address.to_owned() } else { plain.join(".") };
    let address: IpAddr = address.parse().map_err(|_| refused())?;
    let (bits, width) = match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)), 32),
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => return Ok(None),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    };
    if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refused());
    }
    let length: u32 = length.parse().ok().filter(|length| *length <= width).ok_or_else(refused)?;
    Ok(Some(Range { base: bits & !low_bits(width - length), length, width }))
}

/// `cidrhost(prefix, number)`: a negative number counts from the end.
pub(super) fn cidrhost(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (Some(range), Some(number)) = (range(given)?, small(given, 1)?) else { return Ok(unsure(given)) };
    let distance = u128::from(number.unsigned_abs());
    let hosts = low_bits(range.host_bits());
    let within =
        if number < 0 { distance.checked_sub(1).filter(|distance| *distance <= hosts) } else { Some(distance) };
    let within = within.filter(|distance| *distance <= hosts);
    let within = within.ok_or_else(|| given.fault("the range has no such host"))?;
    let address = if number < 0 { range.last() - within } else { range.base + within };
    Ok(given.computed(&range.show(address)))
}

/// `cidrnetmask(prefix)`: of IPv4 only.
pub(super) fn cidrnetmask(given: &Arguments<'_>) -> Result<Value, Fault> {
    match range(given)? {
        Some(range) if range.width == 32 => {
            Ok(given.computed(&range.show(low_bits(32) & !low_bits(range.host_bits()))))
        }
        Some(_) => Err(given.fault("IPv6 has no such masks")),
        None => Ok(unsure(given)),
    }
}

/// `cidrsubnet(prefix, bits, number)`.
pub(super) fn cidrsubnet(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(range) = range(given)? else { return Ok(unsure(given)) };
    let (Some(bits), Some(number)) = (small(given, 1)?, small(given, 2)?) else { return Ok(unsure(given)) };
    // What negative numbers come to is an accident of the implementation.
    let (Ok(bits), Ok(number)) = (u32::try_from(bits), u128::try_from(number)) else { return Ok(unsure(given)) };
    let length = range.length.checked_add(bits).filter(|length| *length <= range.width);
    let length = length.ok_or_else(|| given.fault("there are not so many bits left"))?;
    if number > low_bits(bits) {
        return Err(given.fault("the number does not fit into so many bits"));
    }
    let shifted = number.checked_shl(range.width - length).unwrap_or(0);
    Ok(given.computed(&format!("{}/{length}", range.show(range.base | shifted))))
}

/// `cidrsubnets(prefix, bits...)`: one after the other.
pub(super) fn cidrsubnets(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(range) = range(given)? else { return Ok(unsure(given)) };
    // Terraform begins at the range before this one, and there is none before the first.
    let mut next = Some(range.base).filter(|base| *base > 0);
    let mut items = Vec::new();
    for at in 1..given.len() {
        let bits = small(given, at)?.and_then(|bits| u32::try_from(bits).ok()).filter(|bits| (1..=32).contains(bits));
        let bits = bits.ok_or_else(|| given.fault("one to 32 bits must be added"))?;
        let length = range.length + bits;
        if length > range.width {
            return Err(given.fault("there are not so many bits left"));
        }
        let full = || given.fault("there is no room left in the range");
        let low = low_bits(range.width - length);
        let base = next.and_then(|next| Some(next.checked_add(low)? & !low)).filter(|base| base | low <= range.last());
        let base = base.ok_or_else(full)?;
        items.push(given.computed(&format!("{}/{length}", range.show(base))));
        next = (base | low).checked_add(1);
    }
    Ok(given.list_of(ListKind::List, items))
}

/// A whole number; `None` for one of more than 64 bits, which Terraform cuts off.
fn small(given: &Arguments<'_>, at: usize) -> Result<Option<i64>, Fault> {
    if given.number(at).is_some_and(|number| number.is_integer() && number.to_i64().is_none()) {
        return Ok(None);
    }
    given.integer(at)
}

fn unsure(given: &Arguments<'_>) -> Value {
    given.unknown_because("the range of addresses is not worked out here")
}
