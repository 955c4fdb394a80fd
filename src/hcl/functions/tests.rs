use super::sample::{Repository, evaluate};
use super::*;

#[test]
fn scratch_oracle() {
    let Ok(path) = std::env::var("FN_ORACLE") else { return };
    let files = Repository::of(&[]);
    let mut out = String::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let Ok(evaluated) = std::panic::catch_unwind(|| evaluate(&format!("jsonencode([{line}])"), &files)) else {
            out.push_str("PANIC\n");
            continue;
        };
        let shown = match evaluated {
            Ok(value) => match value.as_known_text() {
                Some(text) => text.into_owned(),
                None => {
                    "UNKNOWN".to_owned() + " " + &value.first_unknown().map(|r| r.why.to_string()).unwrap_or_default()
                }
            },
            Err(_fault) => "FAULT".to_owned(),
        };
        out.push_str(&shown.replace('\n', "\\n"));
        out.push('\n');
    }
    std::fs::write(std::env::var("FN_ORACLE_OUT").unwrap(), out).unwrap();
}
