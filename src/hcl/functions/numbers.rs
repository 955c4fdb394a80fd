//! Functions of numbers.

use bigdecimal::num_bigint::BigInt;
use bigdecimal::num_traits::Zero;
use bigdecimal::{BigDecimal, RoundingMode};

use super::Fault;
use super::arguments::Arguments;
use crate::hcl::ast::BinaryOp;
use crate::hcl::convert;
use crate::hcl::value::Value;

/// `abs(number)`.
pub(super) fn abs(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(result(given, given.number(0).map(BigDecimal::abs).as_ref()))
}

/// `ceil(number)`.
pub(super) fn ceil(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(result(given, given.number(0).map(|number| number.with_scale_round(0, RoundingMode::Ceiling)).as_ref()))
}

/// `floor(number)`.
pub(super) fn floor(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(result(given, given.number(0).map(|number| number.with_scale_round(0, RoundingMode::Floor)).as_ref()))
}

/// `signum(number)`: of whole numbers only.
pub(super) fn signum(given: &Arguments<'_>) -> Result<Value, Fault> {
    let sign = given.integer(0)?.map(i64::signum);
    Ok(result(given, sign.map(BigDecimal::from).as_ref()))
}

/// `max(number...)`.
pub(super) fn max(given: &Arguments<'_>) -> Result<Value, Fault> {
    let numbers = (0..given.len()).filter_map(|at| given.number(at)).max();
    numbers.map(|number| result(given, Some(number))).ok_or_else(|| given.fault("there is no number"))
}

/// `min(number...)`.
pub(super) fn min(given: &Arguments<'_>) -> Result<Value, Fault> {
    let numbers = (0..given.len()).filter_map(|at| given.number(at)).min();
    numbers.map(|number| result(given, Some(number))).ok_or_else(|| given.fault("there is no number"))
}

/// `sum(list)`.
pub(super) fn sum(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(list) = super::lists::any_row(given, 0)? else { return Ok(given.unknown()) };
    if list.items.is_empty() {
        return Err(given.fault("the list is empty"));
    }
    let mut sum = Some(BigDecimal::zero());
    for item in list.items.iter() {
        let Value::Number(number, _) = convert::to_number(item, given.place())? else {
            return Err(given.fault("an element is null"));
        };
        sum = sum.and_then(|sum| convert::compute(&sum, BinaryOp::Add, &number));
    }
    Ok(result(given, sum.as_ref()))
}

/// `pow(number, power)`, in 64 bits.
pub(super) fn pow(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (Some(base), Some(power)) = (float(given, 0), float(given, 1)) else { return Ok(given.unknown()) };
    if power.fract() == 0.0 && power.abs() < 2_f64.powi(31) {
        return from_float(given, whole_power(base, power));
    }
    // The last digits of other powers hang on the implementation.
    if base < 0.0 || (base == 0.0 && power < 0.0) {
        return Err(given.fault("the result is no number"));
    }
    Ok(given.unknown_because("a power that is no whole number is not worked out here"))
}

/// By repeated squaring of the mantissa, as Go does it: the last digit hangs on the order.
fn whole_power(base: f64, power: f64) -> f64 {
    if power == 0.0 || base == 0.0 {
        return base.powf(power);
    }
    let (mut square, mut square_exponent) = fractional(base);
    let (mut result, mut exponent) = (1.0_f64, 0_i64);
    let mut rest = power.abs();
    while rest > 0.0 {
        if rest % 2.0 > 0.0 {
            result *= square;
            exponent += square_exponent;
        }
        square *= square;
        square_exponent *= 2;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        rest = (rest / 2.0).floor();
        if square_exponent.abs() > 1 << 40 {
            return f64::INFINITY;
        }
    }
    if power < 0.0 {
        (result, exponent) = (1.0 / result, -exponent);
    }
    scaled(result, exponent)
}

/// The number as a fraction from a half to one (or its negative), and the power of two to multiply it with.
fn fractional(number: f64) -> (f64, i64) {
    let (mut fraction, mut exponent) = (number, 0);
    while fraction.abs() >= 1.0 {
        (fraction, exponent) = (fraction / 2.0, exponent + 1);
    }
    while fraction.abs() < 0.5 {
        (fraction, exponent) = (fraction * 2.0, exponent - 1);
    }
    (fraction, exponent)
}

fn scaled(fraction: f64, exponent: i64) -> f64 {
    let steps = i32::try_from(exponent.clamp(-3000, 3000)).unwrap_or(0);
    let half = steps / 2;
    fraction * 2_f64.powi(half) * 2_f64.powi(steps - half)
}

/// `log(number, base)`, in 64 bits: what comes out whole. The last digits of others hang on the implementation.
pub(super) fn log(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (Some(number), Some(base)) = (float(given, 0), float(given, 1)) else { return Ok(given.unknown()) };
    let result = number.ln() / base.ln();
    if result.is_finite() && result.fract() != 0.0 {
        return Ok(given.unknown_because("a logarithm that is no whole number is not worked out here"));
    }
    from_float(given, result)
}

fn float(given: &Arguments<'_>, at: usize) -> Option<f64> {
    convert::plain(given.number(at)?).parse().ok()
}

fn from_float(given: &Arguments<'_>, float: f64) -> Result<Value, Fault> {
    if !float.is_finite() {
        return Err(given.fault("the result is no number"));
    }
    if float == 0.0 && float.is_sign_negative() {
        return Ok(given.unknown_because("a negative zero is not worked out here"));
    }
    let shortest = convert::parse_number(&float.to_string()).ok();
    // A number of 64 bits may be written with fewer digits than it has, and is computed with all.
    if BigDecimal::try_from(float).ok() != shortest {
        return Ok(given.unknown_because("the last digits of the result are not worked out here"));
    }
    Ok(result(given, shortest.as_ref()))
}

/// `parseint(text, base)`.
pub(super) fn parseint(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Value::String(text) = &given.values[0] else {
        return match given.values[0] {
            Value::Unknown(_) => Ok(given.unknown()),
            _ => Err(given.fault("a string is required")),
        };
    };
    let Some(base) = given.integer(1)? else { return Ok(given.unknown()) };
    if !(2..=62).contains(&base) {
        return Err(given.fault("the base must be from 2 to 62"));
    }
    if text.holes().next().is_some() {
        return Ok(given.unknown());
    }
    let shown = text.text();
    if shown.len() > 4096 {
        return Ok(given.unknown_because("the number is too long to be worked out here"));
    }
    let (is_negative, digits) = match shown.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, shown.strip_prefix('+').unwrap_or(&shown)),
    };
    let mut number = BigInt::zero();
    for char in digits.chars() {
        let digit = digit(char, base).ok_or_else(|| given.fault("the text is no number of that base"))?;
        number = number * base + digit;
    }
    if digits.is_empty() {
        return Err(given.fault("the text is no number of that base"));
    }
    Ok(given.count(if is_negative { -number } else { number }))
}

/// Up to base 36 capitals are the same digits; above they are further ones.
fn digit(char: char, base: i64) -> Option<i64> {
    let from = |start: char| i64::from(u32::from(char) - u32::from(start));
    let digit = match char {
        '0'..='9' => from('0'),
        'a'..='z' => from('a') + 10,
        'A'..='Z' if base <= 36 => from('A') + 10,
        'A'..='Z' => from('A') + 36,
        _ => return None,
    };
    (digit < base).then_some(digit)
}

fn result(given: &Arguments<'_>, number: Option<&BigDecimal>) -> Value {
    convert::number_from(number, &given.values.iter().collect::<Vec<_>>(), given.place())
}
