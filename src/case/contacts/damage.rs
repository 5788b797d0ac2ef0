//! What a spreadsheet leaves of a number that it took for a quantity: `4.477E+11`, or its digits with noughts for the
//! lost ones. Nobody can say what they were, so the whole list is refused: its other numbers went the same way.

use super::table::Cell;

/// A spreadsheet shows at most six digits of a long number.
const LOST: f64 = 1e6;
const LONG: f64 = 1e10;

/// Whether digits are gone.
pub(super) fn is_rounded(cell: &Cell) -> bool {
    match cell {
        Cell::Text(text) => is_scientific(text.trim()),
        Cell::Number(number) => *number >= LONG && number % LOST == 0.0,
        Cell::Empty | Cell::Moment(_) => false,
    }
}

/// `4.477E+11`, with the decimal comma of other countries too.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    digits(whole) && digits(fraction) && digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_or_not() {
        for text in ["4.477E+11", "4,477E+11", "4E+11", "7.7009e9", " 4.47701E+11 "] {
            assert!(is_rounded(&Cell::Text(text.into())), "{text}");
        }
        for text in ["", "E", "4.477E", "E+11", "07700900123", "+447700000000", "Ed 07700900123", "4.4.7E+11"] {
            assert!(!is_rounded(&Cell::Text(text.into())), "{text}");
        }
        assert!(is_rounded(&Cell::Number(447_701_000_000.0)));
        for number in [447_700_900_000.0, 7_700_900_123.0, 7_700_000_000.0, 0.0, f64::NAN, f64::INFINITY] {
            assert!(!is_rounded(&Cell::Number(number)), "{number}");
        }
    }
}
