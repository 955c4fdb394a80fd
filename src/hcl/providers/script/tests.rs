use super::*;
use crate::text::FileId;

fn found(code: &str) -> Vec<String> {
    let place = Place::new(FileId(0), Span::of(0..code.len()));
    let all = policies(&Traced::verbatim(code.as_bytes(), place));
    let words = |found: &Found| {
        let text = found.text.as_ref().map_or_else(|reason| format!("? {}", reason.why), Traced::shown);
        found.domain.as_ref().map_or_else(|| text.clone(), |domain| format!("{domain}: {text}"))
    };
    all.iter().map(words).collect()
}

#[test]
fn literals_that_are_policies_are_read() {
    let policy = "version: STSv1\nmode: enforce\n";
    let good = [
        "const p = `version: STSv1\nmode: enforce\n`;",
        r#"const p = "version: STSv1\nmode: enforce\n";"#,
        r"const p = 'version: STSv1\nmode: enforce\n'",
        r#"return new Response("version: STSv1\x0amode: \u0065nforce\u{a}", {})"#,
        "var p = 'version: STSv1\\n' +\n  'mode: enforce\\n';",
        r#"["version: STSv1", 'mode: enforce', ""].join("\n")"#,
        "x = '\\n'.join(['version: STSv1', 'mode: enforce', ''])",
        "body = (\"version: STSv1\\n\"\n  \"mode: enforce\\n\")",
        "body = \"\"\"version: STSv1\nmode: enforce\n\"\"\"",
        "const p = `\nversion: STSv1\nmode: enforce\n`.trimStart();",
        "const p = `\nversion: STSv1\nmode: enforce\n`; respond(p.trim())",
        "// `version: STSv1` is the first line\nconst p = `version: STSv1\nmode: enforce\n`;",
    ];
    for code in good {
        assert_eq!(found(code), [policy], "{code}");
    }
}

#[test]
fn expressions_are_holes() {
    assert_eq!(found("p = `version: STSv1\nmode: ${env({a: 1}).mode}\n`"), ["version: STSv1\nmode: ${…}\n"]);
}

#[test]
fn a_map_by_domain_tells_the_domains() {
    let code = "const all = {\n \"a.example\": `version: STSv1\nmode: none\n`,\n 'mta-sts.b.example': `version: STSv1\nmode: none\n`}";
    assert_eq!(found(code), ["a.example: version: STSv1\nmode: none\n", "b.example: version: STSv1\nmode: none\n"]);
}

#[test]
fn what_code_makes_is_not_known() {
    let unknown = [
        "p = 'version: STSv1\\n' + mode",
        "lines.push(\"version: STSv1\"); lines.push(\"mode: none\")",
        "p = dedent`version: STSv1\nmode: none\n`",
        "p = `\n  version: STSv1\n  mode: none\n`.replace(/^ +/gm, '')",
        "p = ['version: STSv1', mode].join('\\n')",
        "p = `version: STSv1\nmode: none\n`.toUpperCase()",
    ];
    for code in unknown {
        let found = found(code);
        assert!(matches!(&found[..], [only] if only.starts_with("? ")), "{code}: {found:?}");
    }
    for none in
        ["", "// version: STSv1", "version: STSv1", "p = `version: STSv1\nmode", "\"version: STSv1\n\"", "STSv1", "`\\"]
    {
        assert_eq!(found(none), [""; 0], "{none}");
    }
}

#[test]
fn the_places_are_those_in_the_code() {
    let code = r#"const p = "version: STSv1\nmode: enforce\n";"#;
    let place = Place::new(FileId(0), Span::of(0..code.len()));
    let all = policies(&Traced::verbatim(code.as_bytes(), place));
    let text = all[0].text.as_ref().unwrap();
    let mode = text.place(Span::new(21, 28)).span;
    assert_eq!(&code[mode.range()], "enforce");
}
