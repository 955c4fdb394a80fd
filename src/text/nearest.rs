//! The name that was meant.

/// The name among `known` that `word` is nearest to, when it is near.
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    // No name is that long, and the distance costs the product of both lengths.
    if word.len() > 64 {
        return None;
    }
    // People mix the two signs up.
    let alike = |text: &str| text.to_lowercase().replace('_', "-");
    let word = alike(word);
    let distance = |name: &str| strsim::damerau_levenshtein(&word, &alike(name));
    let (distance, name) = known.iter().map(|&name| (distance(name), name)).min()?;
    (distance <= 1 + word.chars().count() / 4).then_some(name)
}

/// What to add to a sentence about a word that is not known.
pub fn did_you_mean(word: &str, known: &[&str]) -> String {
    nearest(word, known).map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_offered_and_far_ones_are_not() {
        let known = ["record-syntax", "mx-not-covered", "mx", "max_age"];
        let table = [
            ("record-sytnax", Some("record-syntax")),
            ("Record_Syntax", Some("record-syntax")),
            ("nmx", Some("mx")),
            ("mx-uncovered", Some("mx-not-covered")),
            ("max-age", Some("max_age")),
            ("policy", None),
            ("", None),
        ];
        for (word, name) in table {
            assert_eq!(nearest(word, &known), name, "{word}");
        }
        assert_eq!(nearest(&"mx".repeat(1_000_000), &known), None);
    }
}
