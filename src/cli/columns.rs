//! Labelled lines of at most 80 columns, as screens at the bench have them.

/// Columns of a screen, and of a label.
const WIDE: usize = 80;
const LABEL: usize = 8;

/// A label and its text, wrapped; what follows stands under the text. A word that is too long is cut, not lost.
pub fn labelled(label: &str, text: &str) -> Vec<String> {
    let rows = wrapped(text, WIDE - LABEL).into_iter().enumerate();
    rows.map(|(nth, row)| format!("{:<LABEL$}{row}", if nth == 0 { label } else { "" })).collect()
}

fn wrapped(text: &str, wide: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    for word in text.split_whitespace().flat_map(|word| cut(word, wide)) {
        match rows.last_mut() {
            Some(row) if row.is_empty() => row.push_str(&word),
            Some(row) if row.chars().count() + 1 + word.chars().count() <= wide => {
                row.push(' ');
                row.push_str(&word);
            }
            _ => rows.push(word),
        }
    }
    rows
}

fn cut(word: &str, wide: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(wide).map(|part| part.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wider_than_the_screen_and_nothing_is_lost() {
        let text = format!("a few words, then {} and the end", "x".repeat(100));
        let rows = labelled("Device", &text);
        assert!(rows.iter().all(|row| row.chars().count() <= WIDE), "{rows:#?}");
        assert!(rows.iter().skip(1).all(|row| row.starts_with("        ")));
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert_eq!(letters(&rows.concat()), letters(&format!("Device {text}")));
        assert_eq!(labelled("Alert", ""), ["Alert   "]);
    }
}
