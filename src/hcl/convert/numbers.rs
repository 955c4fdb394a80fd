//! Numbers as Terraform computes with them: binary floating point of 512 bits, rounded to the nearest even, and written with
//! the fewest decimal digits that read back as the same number.
//!
//! A [`BigDecimal`] holds these fewest digits, so that printing needs no rounding, and arithmetic goes through [`Binary`] where
//! decimal digits would not come to the same. Terraform's few numbers of 64 bits (`length`, `count.index`) are whole, and whole
//! numbers come to the same in either width; only a quotient of two of them that does not come out even has fewer digits there.

use bigdecimal::num_bigint::{BigInt, Sign};
use bigdecimal::num_traits::{One, Signed, Zero};
use bigdecimal::{BigDecimal, RoundingMode};

use crate::hcl::ast::BinaryOp;

/// Bits of a mantissa.
const PRECISION: u64 = 512;
/// Digits that always survive `PRECISION` bits.
const SAFE_DIGITS: u64 = 153;
/// The greatest power of ten that is worked with, either way: a zone has no greater numbers, and `1e999999999` has a
/// thousand million digits.
const MAX_EXPONENT: i64 = 5_000;

/// Why text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoNumber {
    /// Terraform refuses it.
    Malformed,
    /// Terraform may take it; it is not worked out here. A negative zero is not either: `-0` is written so.
    TooLarge,
}

/// The number that `text` writes, as Terraform converts strings and literals.
pub(crate) fn parse(text: &str) -> Result<BigDecimal, NoNumber> {
    let (is_negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], parse_exponent(&rest[at + 1..])?),
        None => (rest, 0),
    };
    // Go's reader knows powers of two, too: `1p3` is 8.
    if let Some((binary, power)) = rest.split_once(['p', 'P']) {
        return if parse(binary).is_ok() && parse_exponent(power).is_ok() {
            Err(NoNumber::TooLarge)
        } else {
            Err(NoNumber::Malformed)
        };
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.len() + fraction.len() == 0 || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(NoNumber::Malformed);
    }
    let limit = usize::try_from(MAX_EXPONENT).unwrap_or(usize::MAX);
    if whole.len() > limit || fraction.len() > limit {
        return Err(NoNumber::TooLarge);
    }
    let digits = BigInt::parse_bytes([whole, fraction].concat().as_bytes(), 10).ok_or(NoNumber::Malformed)?;
    if is_negative && digits.is_zero() {
        return Err(NoNumber::TooLarge);
    }
    let scale = i64::try_from(fraction.len()).map_err(|_| NoNumber::TooLarge)? - exponent;
    let number = BigDecimal::new(if is_negative { -digits } else { digits }, scale);
    canonical(&number).ok_or(NoNumber::TooLarge)
}

fn parse_exponent(text: &str) -> Result<i64, NoNumber> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NoNumber::Malformed);
    }
    let exponent = text.parse().map_err(|_| NoNumber::TooLarge)?;
    if (-MAX_EXPONENT..=MAX_EXPONENT).contains(&exponent) { Ok(exponent) } else { Err(NoNumber::TooLarge) }
}

/// The number as Terraform writes it: all digits, no exponent, no zeros at the end of a fraction.
pub(crate) fn plain(number: &BigDecimal) -> String {
    let (digits, scale) = number.normalized().into_bigint_and_exponent();
    let (sign, mut digits) = (if digits.is_negative() { "-" } else { "" }, digits.magnitude().to_string());
    let limit = |n: i64| usize::try_from(n.clamp(0, 2 * MAX_EXPONENT)).unwrap_or(0);
    if scale <= 0 {
        digits.extend(std::iter::repeat_n('0', limit(-scale)));
        return format!("{sign}{digits}");
    }
    let places = limit(scale);
    if digits.len() <= places {
        digits.insert_str(0, &"0".repeat(places + 1 - digits.len()));
    }
    digits.insert(digits.len() - places, '.');
    format!("{sign}{digits}")
}

/// The same number with the digits that it is held with; `None` if it is out of bounds.
pub(crate) fn canonical(number: &BigDecimal) -> Option<BigDecimal> {
    let number = number.normalized();
    let (digits, scale) = number.as_bigint_and_scale();
    // A number of n bits has at most n / 3 digits.
    if scale.abs() > 2 * MAX_EXPONENT || digits.bits() > 8 * MAX_EXPONENT.unsigned_abs() {
        return None;
    }
    if number.digits() <= SAFE_DIGITS { Some(number) } else { Some(Binary::of(&number).to_decimal()) }
}

/// All digits of the binary number that a decimal one stands for.
pub(crate) fn exact(number: &BigDecimal) -> BigDecimal {
    let Binary { mantissa, exponent } = Binary::of(number);
    Digits::of(&mantissa, exponent).whole()
}

/// `a op b` for the operators of arithmetic; `None` if that is out of bounds, or a division by zero.
pub(crate) fn compute(a: &BigDecimal, op: BinaryOp, b: &BigDecimal) -> Option<BigDecimal> {
    let (a, b) = (canonical(a)?, canonical(b)?);
    if op == BinaryOp::Remainder {
        return remainder(&a, &b);
    }
    // A negative zero, which is written as one, is no decimal number.
    let is_product = matches!(op, BinaryOp::Multiply | BinaryOp::Divide);
    if is_product && (a.is_zero() || b.is_zero()) && a.is_negative() != b.is_negative() {
        return None;
    }
    if op != BinaryOp::Divide && fits(&a) && fits(&b) {
        let exact = match op {
            BinaryOp::Add => &a + &b,
            BinaryOp::Subtract => &a - &b,
            _ => &a * &b,
        };
        if fits(&exact) {
            return canonical(&exact);
        }
    }
    let (a, b) = (Binary::of(&a), Binary::of(&b));
    let result = match op {
        BinaryOp::Add => a.plus(&b),
        BinaryOp::Subtract => a.plus(&b.negated()),
        BinaryOp::Multiply => Binary::rounded(&a.mantissa * &b.mantissa, a.exponent + b.exponent),
        BinaryOp::Divide => a.divided_by(&b)?,
        _ => return None,
    };
    canonical(&result.to_decimal())
}

/// Terraform's `%`: what truncated division leaves, with the sign of `a`. `a % 0` is `a`.
fn remainder(a: &BigDecimal, b: &BigDecimal) -> Option<BigDecimal> {
    if b.is_zero() {
        return Some(a.clone());
    }
    let times = compute(a, BinaryOp::Divide, b)?.with_scale_round(0, RoundingMode::Down);
    compute(a, BinaryOp::Subtract, &compute(b, BinaryOp::Multiply, &times)?)
}

/// Whether it is a whole number that 512 bits hold, so that sums and products of such that are such are exact.
fn fits(number: &BigDecimal) -> bool {
    number.is_integer() && number.with_scale(0).as_bigint_and_scale().0.bits() <= PRECISION
}

/// `mantissa * 2^exponent`, the mantissa of at most [`PRECISION`] bits.
struct Binary {
    mantissa: BigInt,
    exponent: i64,
}

impl Binary {
    /// The binary number next to a decimal one.
    fn of(number: &BigDecimal) -> Self {
        let (digits, scale) = number.as_bigint_and_scale();
        let power = power_of(10, scale.unsigned_abs());
        if scale <= 0 { Self::rounded(digits.as_ref() * power, 0) } else { Self::quotient(&digits, &power, 0) }
    }

    /// Rounds to the nearest; of two that are as near, to the even one.
    fn rounded(mantissa: BigInt, exponent: i64) -> Self {
        let excess = mantissa.bits().saturating_sub(PRECISION);
        if excess == 0 {
            return Self { mantissa, exponent };
        }
        let (sign, magnitude) = (mantissa.sign(), BigInt::from(mantissa.magnitude().clone()));
        let mut kept: BigInt = &magnitude >> excess;
        let lost: BigInt = magnitude - (&kept << excess);
        let half = BigInt::one() << (excess - 1);
        if lost > half || (lost == half && kept.bit(0)) {
            kept += 1;
        }
        let mantissa = if sign == Sign::Minus { -kept } else { kept };
        Self { mantissa, exponent: exponent + i64::try_from(excess).unwrap_or(i64::MAX) }
    }

    /// `numerator / denominator * 2^exponent`; the denominator is not zero.
    fn quotient(numerator: &BigInt, denominator: &BigInt, exponent: i64) -> Self {
        // Two bits more than are kept, and one that says whether anything is left: enough to round by.
        let shift = (PRECISION + 2 + denominator.bits()).saturating_sub(numerator.bits());
        let shifted: BigInt = numerator << shift;
        let (quotient, rest) = (&shifted / denominator, &shifted % denominator);
        let sticky = i32::from(!rest.is_zero()) * if shifted.sign() == denominator.sign() { 1 } else { -1 };
        let mantissa: BigInt = (quotient << 1) + sticky;
        Self::rounded(mantissa, exponent - i64::try_from(shift).unwrap_or(0) - 1)
    }

    fn plus(&self, other: &Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        let aligned = |number: &Self| -> BigInt { &number.mantissa << (number.exponent - exponent).unsigned_abs() };
        Self::rounded(aligned(self) + aligned(other), exponent)
    }

    fn negated(&self) -> Self {
        Self { mantissa: -&self.mantissa, exponent: self.exponent }
    }

    fn divided_by(&self, other: &Self) -> Option<Self> {
        let exponent = self.exponent - other.exponent;
        (!other.mantissa.is_zero()).then(|| Self::quotient(&self.mantissa, &other.mantissa, exponent))
    }

    /// The fewest decimal digits between this number's lower and upper neighbours' halves, as Go's `math/big` finds them.
    fn to_decimal(&self) -> BigDecimal {
        if self.mantissa.is_zero() {
            return BigDecimal::zero();
        }
        // One bit more than the precision, so that 1 is half a unit.
        let shift = (PRECISION + 1).saturating_sub(self.mantissa.bits());
        let mantissa: BigInt = BigInt::from(self.mantissa.magnitude().clone()) << shift;
        let exponent = self.exponent - i64::try_from(shift).unwrap_or(0);
        let is_inclusive = !mantissa.bit(1);
        let exact = Digits::of(&mantissa, exponent);
        let shortest = exact.shortest(
            &Digits::of(&(&mantissa - 1), exponent),
            &Digits::of(&(&mantissa + 1), exponent),
            is_inclusive,
        );
        if self.mantissa.is_negative() { -shortest } else { shortest }
    }
}

/// The decimal digits of a number, none of the last of them zero, and the scale of the last.
struct Digits {
    digits: Vec<u8>,
    scale: i64,
}

impl Digits {
    /// All digits of `mantissa * 2^exponent`, which is not negative.
    fn of(mantissa: &BigInt, exponent: i64) -> Self {
        let number = if exponent >= 0 {
            BigDecimal::new(mantissa << exponent.unsigned_abs(), 0)
        } else {
            BigDecimal::new(mantissa * power_of(5, exponent.unsigned_abs()), -exponent)
        };
        let (digits, scale) = number.normalized().into_bigint_and_exponent();
        Self { digits: digits.magnitude().to_string().into_bytes(), scale }
    }

    fn whole(&self) -> BigDecimal {
        self.cut(self.digits.len(), false)
    }

    fn at(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(b'0')
    }

    fn shortest(&self, lower: &Self, upper: &Self, is_inclusive: bool) -> BigDecimal {
        for (index, &digit) in self.digits.iter().enumerate() {
            let (low, high) = (lower.at(index), upper.at(index));
            let may_go_down = low != digit || (is_inclusive && index + 1 == lower.digits.len());
            let may_go_up = digit != high && (is_inclusive || digit + 1 < high || index + 1 < upper.digits.len());
            if may_go_down || may_go_up {
                let goes_up = may_go_up && (!may_go_down || self.rounds_up(index + 1));
                return self.cut(index + 1, goes_up);
            }
        }
        self.cut(self.digits.len(), false)
    }

    fn rounds_up(&self, kept: usize) -> bool {
        if self.at(kept) == b'5' && kept + 1 == self.digits.len() {
            return kept > 0 && (self.at(kept - 1) - b'0') % 2 == 1;
        }
        self.at(kept) >= b'5'
    }

    fn cut(&self, kept: usize, goes_up: bool) -> BigDecimal {
        let digits = BigInt::parse_bytes(&self.digits[..kept], 10).unwrap_or_default();
        let lost = i64::try_from(self.digits.len() - kept).unwrap_or(0);
        BigDecimal::new(digits + i32::from(goes_up), self.scale - lost)
    }
}

fn power_of(base: u32, exponent: u64) -> BigInt {
    BigInt::from(base).pow(u32::try_from(exponent).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_terraform_writes_them() {
        for (text, written) in [
            ("604800", "604800"),
            ("1e6", "1000000"),
            ("1.50", "1.5"),
            ("0123", "123"),
            ("20240101123456789012345678", "20240101123456789012345678"),
            ("1e-7", "0.0000001"),
            ("5.", "5"),
            (".5", "0.5"),
            ("+5", "5"),
            ("-.5e+2", "-50"),
            ("-12.340", "-12.34"),
            ("0.0", "0"),
        ] {
            assert_eq!(parse(text).map(|number| plain(&number)), Ok(written.to_owned()), "{text}");
        }
        let long = "1234567890".repeat(18);
        let kept = format!("{}{}", &long[..155], "0".repeat(25));
        assert_eq!(plain(&parse(&long).unwrap()), kept, "512 bits hold no more");
        assert_eq!(plain(&parse("1e400").unwrap()), format!("1{}", "0".repeat(400)));
    }

    #[test]
    fn what_is_no_number() {
        for text in
            ["", "-", ".", "e5", "1e", "0x10", " 5", "5 ", "1_000", "Inf", "1e5.5", "--1", "1.2.3", "é", " pad ", "p3"]
        {
            assert_eq!(parse(text), Err(NoNumber::Malformed), "{text}");
        }
        for text in ["1e999999999", "1e-99999", "1e99999999999999999999999", "1p3"] {
            assert_eq!(parse(text), Err(NoNumber::TooLarge), "{text}");
        }
    }

    #[test]
    fn arithmetic_rounds_as_terraforms() {
        let check = |a: &str, op, b: &str, wanted: &str| {
            let result = compute(&parse(a).unwrap(), op, &parse(b).unwrap()).map(|number| plain(&number));
            assert_eq!(result.as_deref(), Some(wanted), "{a} {op:?} {b}");
        };
        check("604800", BinaryOp::Multiply, "1.5", "907200");
        check("0.1", BinaryOp::Add, "0.2", "0.3");
        check("0.1", BinaryOp::Multiply, "3", "0.3");
        check("10", BinaryOp::Divide, "4", "2.5");
        check("5", BinaryOp::Remainder, "3", "2");
        check("5.5", BinaryOp::Remainder, "2", "1.5");
        check("-5", BinaryOp::Remainder, "3", "-2");
        check("5", BinaryOp::Remainder, "0", "5");
        check("1", BinaryOp::Divide, "3", &format!("0.{}5", "3".repeat(154)));
        check("2", BinaryOp::Divide, "3", &format!("0.{}7", "6".repeat(153)));
        check("-3", BinaryOp::Divide, "7", &format!("-0.{}6", &"428571".repeat(26)[..154]));
        check("1e200", BinaryOp::Add, "1", &format!("1{}", "0".repeat(200)));
        check("1e154", BinaryOp::Add, "1", &format!("1{}1", "0".repeat(153)));
        assert_eq!(compute(&parse("1").unwrap(), BinaryOp::Divide, &parse("0").unwrap()), None);
        let large = compute(&parse("1e5000").unwrap(), BinaryOp::Divide, &parse("1e-5000").unwrap()).unwrap();
        assert_eq!(compute(&large, BinaryOp::Multiply, &large), None, "out of bounds");
    }
}
