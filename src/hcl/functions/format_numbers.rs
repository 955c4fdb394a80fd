//! Numbers as Go's `fmt` writes big ones.

use std::fmt::Write as _;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use bigdecimal::num_traits::{Signed, Zero};

use crate::hcl::convert;

/// Flags, width and precision of a verb.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "these are the flags of the language")]
pub(super) struct Style {
    pub(super) zero: bool,
    pub(super) sharp: bool,
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) space: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

/// The number by one of `bdoxX` (of whole numbers only) and `eEfgG`.
pub(super) fn formatted(number: &BigDecimal, mode: char, style: &Style) -> Option<String> {
    if "bdoxX".contains(mode) {
        return number.is_integer().then(|| whole(&number.with_scale(0).into_bigint_and_scale().0, mode, style));
    }
    let magnitude = number.abs();
    let digits = match (mode, style.precision) {
        ('e' | 'E', precision) => {
            exponential(&Digits::exact(&magnitude).rounded_to(1 + precision.unwrap_or(6)), precision.unwrap_or(6), mode)
        }
        ('f', precision) => fixed(&magnitude, precision.unwrap_or(6)),
        (_, None) => general(&Digits::shortest(&magnitude), None, mode),
        (_, Some(precision)) => {
            let precision = precision.max(1);
            general(&Digits::exact(&magnitude).rounded_to(precision), Some(precision), mode)
        }
    };
    let sign = sign(number.is_negative(), style);
    let pad = style.width.unwrap_or(0).saturating_sub(sign.len() + digits.len());
    Some(if style.minus {
        format!("{sign}{digits}{}", " ".repeat(pad))
    } else if style.zero {
        format!("{sign}{}{digits}", "0".repeat(pad))
    } else {
        format!("{}{sign}{digits}", " ".repeat(pad))
    })
}

/// The number by `%v`: the fewest digits, with an exponent from 1e+06 on.
pub(super) fn shortest(number: &BigDecimal) -> String {
    let sign = if number.is_negative() { "-" } else { "" };
    format!("{sign}{}", general(&Digits::shortest(&number.abs()), None, 'g'))
}

fn sign(is_negative: bool, style: &Style) -> &'static str {
    match (is_negative, style.plus, style.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    }
}

fn whole(number: &BigInt, mode: char, style: &Style) -> String {
    let (radix, prefix) = match mode {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = number.magnitude().to_str_radix(radix);
    if mode == 'X' {
        digits.make_ascii_uppercase();
    }
    // Nothing at all for zero with a precision of zero.
    if style.precision == Some(0) && number.is_zero() {
        return String::new();
    }
    let sign = sign(number.is_negative(), style);
    let prefix = if style.sharp { prefix } else { "" };
    let mut zeros = style.precision.unwrap_or(0).saturating_sub(digits.len());
    let pad = style.width.unwrap_or(0).saturating_sub(sign.len() + prefix.len() + zeros + digits.len());
    let (mut left, mut right) = (0, 0);
    if style.minus {
        right = pad;
    } else if style.zero && style.precision.is_none() {
        zeros = pad;
    } else {
        left = pad;
    }
    format!("{}{sign}{prefix}{}{digits}{}", " ".repeat(left), "0".repeat(zeros), " ".repeat(right))
}

/// Digits, none of the last of them zero, and where the point is: `0.digits * 10^point`.
struct Digits {
    digits: Vec<u8>,
    point: i64,
}

impl Digits {
    /// The digits of the binary number that the decimal one stands for.
    fn exact(number: &BigDecimal) -> Self {
        Self::of(&convert::exact(number))
    }

    fn shortest(number: &BigDecimal) -> Self {
        Self::of(number)
    }

    fn of(number: &BigDecimal) -> Self {
        if number.is_zero() {
            return Self { digits: Vec::new(), point: 0 };
        }
        let (digits, scale) = number.normalized().into_bigint_and_exponent();
        let digits = digits.magnitude().to_string().into_bytes();
        let point = i64::try_from(digits.len()).unwrap_or(i64::MAX) - scale;
        Self { digits, point }
    }

    /// Rounded to so many digits, a half to the even one.
    fn rounded_to(mut self, count: usize) -> Self {
        let Some(&next) = self.digits.get(count) else { return self };
        let is_half = next == b'5' && count + 1 == self.digits.len();
        let is_odd = count > 0 && (self.digits[count - 1] - b'0') % 2 == 1;
        let goes_up = if is_half { is_odd } else { next >= b'5' };
        self.digits.truncate(count);
        if goes_up {
            while self.digits.last() == Some(&b'9') {
                self.digits.pop();
            }
            if let Some(last) = self.digits.last_mut() {
                *last += 1;
            } else {
                self.digits.push(b'1');
                self.point += 1;
            }
        }
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
        self
    }

    fn at(&self, index: i64) -> char {
        usize::try_from(index).ok().and_then(|index| self.digits.get(index)).map_or('0', |digit| char::from(*digit))
    }
}

/// `d.ddde+dd`.
fn exponential(digits: &Digits, precision: usize, mode: char) -> String {
    let mut out = digits.at(0).to_string();
    if precision > 0 {
        out.push('.');
        out.extend((1..=precision).map(|index| digits.at(i64::try_from(index).unwrap_or(i64::MAX))));
    }
    let exponent = if digits.digits.is_empty() { 0 } else { digits.point - 1 };
    let (letter, sign) = (if mode.is_uppercase() { 'E' } else { 'e' }, if exponent < 0 { '-' } else { '+' });
    let _ = write!(out, "{letter}{sign}{:02}", exponent.abs());
    out
}

fn fixed(number: &BigDecimal, precision: usize) -> String {
    let exact = Digits::exact(number);
    let kept = exact.point + i64::try_from(precision).unwrap_or(i64::MAX);
    let digits = match usize::try_from(kept) {
        Ok(kept) => exact.rounded_to(kept),
        // Nothing of it is left.
        Err(_) => Digits { digits: Vec::new(), point: 0 },
    };
    plain(&digits, precision)
}

fn plain(digits: &Digits, precision: usize) -> String {
    let mut out: String = (0..digits.point.max(0)).map(|index| digits.at(index)).collect();
    if out.is_empty() {
        out.push('0');
    }
    if precision > 0 {
        out.push('.');
        let from = digits.point;
        out.extend(
            (0..precision).map(|index| digits.at(from.saturating_add(i64::try_from(index).unwrap_or(i64::MAX)))),
        );
    }
    out
}

/// `%e` for large and small numbers, else `%f`.
fn general(digits: &Digits, precision: Option<usize>, mode: char) -> String {
    let count = digits.digits.len();
    let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let limit = match precision {
        None => 6,
        Some(precision) if precision > count && signed(count) >= digits.point => signed(count),
        Some(precision) => signed(precision),
    };
    let exponent = digits.point - 1;
    if exponent < -4 || exponent >= limit {
        let shown = precision.map_or(count, |precision| precision.min(count));
        return exponential(digits, shown.saturating_sub(1), mode);
    }
    plain(digits, usize::try_from(signed(count) - digits.point).unwrap_or(0))
}
