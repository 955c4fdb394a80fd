//! What a module comes to; the tables were checked against Terraform 1.11.

use super::*;
use crate::hcl::MemoryFiles;

/// A module in short, a line each: values are the source's text.
fn shown(directory: &str, files: &[(&str, &str)]) -> Vec<String> {
    let files = MemoryFiles::new(files);
    let module = load(directory, &files);
    let mut lines = Vec::new();
    for (name, variable) in &module.variables {
        let text = |expr: &Option<Expr>| expr.as_ref().map_or("-".to_owned(), |expr| files.slice(expr.place));
        let (default, type_) = (text(&variable.default), text(&variable.type_));
        let flags = [variable.is_nullable.then_some(" nullable"), variable.is_sensitive.then_some(" sensitive")];
        lines.push(format!("var {name} {type_} {default}{}", flags.into_iter().flatten().collect::<String>()));
    }
    lines
        .extend(module.locals.values().map(|local| format!("local {} {}", local.name, files.slice(local.value.place))));
    lines.extend(module.outputs.iter().map(|(name, block)| format!("output {name} {}", inside(&block.body, &files))));
    for call in module.calls.values() {
        let source = call.source.as_ref().map_or("-", |(source, _)| source);
        lines.push(format!("module {} {source} {}", call.name, inside(&call.body, &files)));
    }
    for it in &module.resources {
        let mode = if it.is_data { "data" } else { "resource" };
        lines.push(format!("{mode} {}.{} {}", it.kind, it.name, inside(&it.body, &files)));
    }
    let at = |error: &SyntaxError| format!("{}: {}", files.path(error.place.file), files.slice(error.place));
    lines.extend(module.errors.iter().map(|error| format!("error {}: {error}", at(error))));
    lines
}

fn inside(body: &Body, files: &MemoryFiles) -> String {
    let mut parts: Vec<String> =
        body.attributes.iter().map(|it| format!("{}={}", it.name, files.slice(it.value.place))).collect();
    for block in &body.blocks {
        let labels: String = block.labels.iter().flat_map(|(label, _)| [" ", label]).collect();
        parts.push(format!("{}{labels} {}", block.kind, inside(&block.body, files)));
    }
    format!("{{{}}}", parts.join(", "))
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[test]
fn a_module_is_what_its_files_declare() {
    let files = [
        (
            "m/b.tf",
            r#"
            variable "domain" {
              type        = string
              default     = "example.com"
              description = "x"
            }
            variable "key" {
              sensitive = true
              nullable  = "false"
            }
            variable "old" { type = "list(string)" }
            output "id" { value = dns_zone.main.id }
            terraform { required_version = "1" }
            provider "dns" {}
            moved {
              from = a.b
              to   = a.c
            }
            check "x" {}
            "#,
        ),
        (
            "m/a.tf",
            r#"
            locals { mx = [1] }
            locals { txt = "x" }
            module "mail" {
              source = "../mail"
              x      = 1
            }
            module "where" { source = var.x }
            resource "dns_record" "a" { name = "n" }
            data "dns_record" "a" {
              block "l" { x = 1 }
            }
            ephemeral "dns_record" "a" {}
            "#,
        ),
        ("m/sub/c.tf", "locals { c = 1 }"),
        ("d.tf", "locals { d = 1 }"),
    ];
    let expected = r#"
        var domain string "example.com" nullable
        var key - - sensitive
        var old list(string) - nullable
        local mx [1]
        local txt "x"
        output id {value=dns_zone.main.id}
        module mail ../mail {source="../mail", x=1}
        module where - {source=var.x}
        resource dns_record.a {name="n"}
        data dns_record.a {block l {x=1}}
    "#;
    assert_eq!(shown("m", &files), lines(expected));
    assert_eq!(shown("", &files), ["local d 1"]);
    assert_eq!(shown("none", &files), [""; 0]);
    let files = MemoryFiles::new(&files);
    let module = load("m", &files);
    assert_eq!(&*module.directory, "m");
    assert_eq!(module.files.iter().map(|file| files.path(*file)).collect::<Vec<_>>(), ["m/a.tf", "m/b.tf"]);
    assert_eq!(files.slice(module.calls["mail"].source.as_ref().unwrap().1), "\"../mail\"");
    assert_eq!(files.slice(module.variables["key"].header), "variable \"key\"");
    assert_eq!(files.slice(module.resources[1].header), "data \"dns_record\" \"a\"");
}

#[test]
fn json_declares_the_same() {
    let text = r#"{
        "//": "a remark",
        "variable": {"v": {"type": "list(string)", "default": ["${x}"], "sensitive": "true"}},
        "locals": [{"a": 1, "//": "b"}, {"b": "${x}"}],
        "output": {"o": {"value": 1}},
        "module": {"m": [{"source": "./x"}]},
        "resource": {"r": {"a": {"x": 1}, "b": [{"x": 2}]}},
        "data": [{"r": {"a": {"x": 3}}}]
    }"#;
    let expected = r#"
        var v list(string) ["${x}"] nullable sensitive
        local a 1
        local b "${x}"
        output o {value=1}
        module m ./x {source="./x"}
        resource r.a {x=1}
        resource r.b {x=2}
        data r.a {x=3}
    "#;
    assert_eq!(shown("", &[("main.tf.json", text)]), lines(expected));
    let module = load("", &MemoryFiles::new(&[("main.tf.json", text)]));
    let type_ = module.variables["v"].type_.as_ref().unwrap();
    assert!(matches!(&type_.kind, crate::hcl::ast::ExprKind::Call { name, .. } if &**name == "list"));
}

#[test]
fn of_two_declarations_the_first_stays_and_the_second_is_an_error() {
    let files = [
        (
            "a.tf",
            "locals {\n  x = 1\n}\nresource \"r\" \"x\" {}\nvariable \"v\" {}\noutput \"o\" {}\nmodule \"m\" {}\n",
        ),
        (
            "b.tf",
            "locals {\n  x = 2\n}\nresource \"r\" \"x\" {\n  a = 1\n}\ndata \"r\" \"x\" {}\nvariable \"v\" {\n  default = 1\n}\n\
             output \"o\" {\n  value = 1\n}\nmodule \"m\" {\n  source = \"./x\"\n}\n",
        ),
    ];
    let expected = r#"
        var v - - nullable
        local x 1
        output o {}
        module m - {}
        resource r.x {}
        data r.x {}
        error b.tf: x: the local value `x` is declared a second time
        error b.tf: resource "r" "x": the resource `r.x` is declared a second time
        error b.tf: variable "v": the variable `v` is declared a second time
        error b.tf: output "o": the output `o` is declared a second time
        error b.tf: module "m": the module call `m` is declared a second time
    "#;
    assert_eq!(shown("", &files), lines(expected));
}

#[test]
fn blocks_of_the_wrong_shape_are_errors_and_left_out() {
    let text = "resource \"r\" {}\nresource \"r\" \"a\" \"b\" {}\ndata {}\nvariable {}\nvariable \"a\" \"b\" {}\n\
                locals \"a\" {\n  x = 1\n}\nmodule {}\noutput \"a\" \"b\" {}\nlocals {\n  y = 1\n}\n";
    let expected = r#"
        local y 1
        error a.tf: resource "r": a `resource` block has two labels, its type and its name
        error a.tf: resource "r" "a" "b": a `resource` block has two labels, its type and its name
        error a.tf: data: a `data` block has two labels, its type and its name
        error a.tf: variable: a `variable` block has one label, its name
        error a.tf: variable "a" "b": a `variable` block has one label, its name
        error a.tf: locals "a": a `locals` block has no label
        error a.tf: module: a `module` block has one label, its name
        error a.tf: output "a" "b": a `output` block has one label, its name
    "#;
    assert_eq!(shown("", &[("a.tf", text)]), lines(expected));
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_the_others_count() {
    let lines = shown("", &[("a.tf", "locals {\n  a = 1\n}\n"), ("b.tf", "locals {"), ("c.tf.json", "{")]);
    assert_eq!(lines[0], "local a 1");
    assert!(lines[1].starts_with("error b.tf: ") && lines[2].starts_with("error c.tf.json: "), "{lines:?}");
    assert_eq!(lines.len(), 3);
}

/// What `base` comes to with the override file.
fn overridden(base: &str, name: &str, text: &str) -> Vec<String> {
    shown("", &[("main.tf", base), (name, text)])
}

#[test]
fn override_files_change_what_they_name() {
    for (base, over, expected) in [
        ("locals {\n  a = 1\n  b = 2\n}", "locals {\n  a = 10\n}", "local a 10\nlocal b 2"),
        (
            "variable \"v\" {\n  type = number\n  default = 3\n}",
            "variable \"v\" {\n  default = \"77\"\n}",
            "var v number \"77\" nullable",
        ),
        (
            "variable \"v\" {\n  default = 3\n  sensitive = true\n  nullable = false\n}",
            "variable \"v\" {\n  type = string\n  sensitive = false\n}",
            "var v string 3",
        ),
        ("output \"o\" {\n  value = 1\n}", "output \"o\" {\n  description = 2\n}", "output o {value=1, description=2}"),
        (
            "module \"m\" {\n  source = \"./a\"\n  x = 1\n  y = 1\n}",
            "module \"m\" {\n  source = \"./b\"\n  y = 2\n}",
            "module m ./b {x=1, source=\"./b\", y=2}",
        ),
        ("module \"m\" {\n  source = \"./a\"\n}", "module \"m\" {\n  x = 1\n}", "module m ./a {source=\"./a\", x=1}"),
        (
            "resource \"r\" \"a\" {\n  x = 1\n  y = 1\n}\ndata \"r\" \"a\" {\n  x = 1\n}",
            "resource \"r\" \"a\" {\n  x = 2\n}",
            "resource r.a {y=1, x=2}\ndata r.a {x=1}",
        ),
        (
            "resource \"r\" \"a\" {\n  b {\n    x = 1\n  }\n  b {\n    x = 2\n  }\n  c {}\n}",
            "resource \"r\" \"a\" {\n  b {\n    y = 3\n  }\n}",
            "resource r.a {c {}, b {y=3}}",
        ),
        (
            "resource \"r\" \"a\" {\n  b {}\n  dynamic \"c\" {\n    for_each = 1\n  }\n}",
            "resource \"r\" \"a\" {\n  c {}\n  dynamic \"b\" {\n    for_each = 2\n  }\n}",
            "resource r.a {c {}, dynamic b {for_each=2}}",
        ),
        (
            "resource \"r\" \"a\" {\n  lifecycle {\n    prevent_destroy = true\n    ignore_changes = [x]\n  }\n}",
            "resource \"r\" \"a\" {\n  lifecycle {\n    prevent_destroy = false\n  }\n}",
            "resource r.a {lifecycle {ignore_changes=[x], prevent_destroy=false}}",
        ),
        (
            "resource \"r\" \"a\" {}",
            "resource \"r\" \"a\" {\n  lifecycle {\n    prevent_destroy = false\n  }\n}",
            "resource r.a {lifecycle {prevent_destroy=false}}",
        ),
    ] {
        assert_eq!(overridden(base, "override.tf", over), lines(expected), "{base} {over}");
        assert_eq!(overridden(base, "a_override.tofu", over), lines(expected), "{base} {over}");
    }
}

#[test]
fn override_files_in_json_do_the_same() {
    let base = "resource \"r\" \"a\" {\n  x = 1\n  y = 1\n  b {\n    x = 1\n  }\n  b {\n    x = 2\n  }\n}\nlocals {\n  l = 1\n}";
    let over = r#"{"resource": {"r": {"a": {"x": 2}}}, "locals": {"l": 2}}"#;
    assert_eq!(overridden(base, "override.tf.json", over), ["local l 2", "resource r.a {y=1, x=2, b {x=1}, b {x=2}}"]);
    let over = r#"{"resource": {"r": {"a": {"b": [{"x": 3}]}}}}"#;
    let shown = overridden(base, "override.tf.json", over);
    assert!(shown[1].contains("x=1, y=1") && !shown[1].contains("x=2") && shown[1].contains('3'), "{shown:?}");
}

#[test]
fn later_override_files_win() {
    let local = |text: &str| format!("locals {{\n{text}\n}}\n");
    let mut files = vec![
        ("main.tf", local("z = 0\ny = 0")),
        ("a_override.tf", local("z = \"a\"\ny = \"a\"")),
        ("b_override.tf", local("z = \"b\"") + &local("z = \"b2\"")),
        ("override.tf", local("y = \"plain\"")),
        ("B_override.tf", local("y = \"B\"\nz = \"B\"")),
    ];
    let shown = |files: &[(&str, String)]| {
        shown("", &files.iter().map(|(path, text)| (*path, &**text)).collect::<Vec<(&str, &str)>>())
    };
    assert_eq!(shown(&files), ["local y \"plain\"", "local z \"b2\""]);
    files.push(("override.tf.json", r#"{"locals": {"y": "json"}}"#.to_owned()));
    assert_eq!(shown(&files), ["local y \"json\"", "local z \"b2\""]);
}

#[test]
fn an_override_file_declares_nothing_new() {
    let over = "locals {\n  z = 1\n}\nvariable \"v\" {}\noutput \"w\" {}\nmodule \"m\" {}\nresource \"r\" \"x\" {}\ndata \"r\" \"x\" {}\n";
    let expected = r#"
        error override.tf: z: there is no local value `z` for this override file to override
        error override.tf: variable "v": there is no variable `v` for this override file to override
        error override.tf: output "w": there is no output `w` for this override file to override
        error override.tf: module "m": there is no module call `m` for this override file to override
        error override.tf: resource "r" "x": there is no resource `r.x` for this override file to override
        error override.tf: data "r" "x": there is no data source `r.x` for this override file to override
    "#;
    assert_eq!(overridden("", "override.tf", over), lines(expected));
}

/// The variables and the values that the files give them.
fn given(directory: &str, var_files: &[&str], files: &[(&str, &str)]) -> (Vec<String>, usize) {
    let files = MemoryFiles::new(files);
    let var_files: Vec<Arc<str>> = var_files.iter().map(|path| Arc::from(*path)).collect();
    let (given, errors, read) = values(directory, &var_files, &files);
    assert!(read.iter().all(|file| files.path(*file).contains("tfvars")));
    (given.iter().map(|it| format!("{}={}", it.name, files.slice(it.value.place))).collect(), errors.len())
}

#[test]
fn later_files_of_values_win() {
    let files = [
        ("r/terraform.tfvars", "a = 1\nb = 1\nc = 1\nd = 1\ne = 1\nf = 1\n"),
        ("r/terraform.tfvars.json", r#"{"//": "a remark", "b": 2, "c": 2, "d": 2, "e": 2, "f": 2}"#),
        ("r/B.auto.tfvars", "c = 0"),
        ("r/a.auto.tfvars", "c = 3\nd = 3\ne = 3\nf = 3\n"),
        ("r/b.auto.tfvars", "d = 4\ne = 4\nf = 4\n"),
        ("r/b.auto.tfvars.json", r#"{"d": 5, "e": 5}"#),
        ("r/.x.auto.tfvars", "h = 1"),
        ("r/auto.tfvars", "h = 2"),
        ("r/other.tfvars", "h = 2\nf = 6"),
        ("vars/prod.tfvars", "h = 7\nf = 7"),
        ("r/sub/terraform.tfvars", "h = 3"),
        ("terraform.tfvars", "h = 4"),
    ];
    assert_eq!(
        given("r", &[], &files),
        (["a=1", "b=2", "c=3", "d=5", "e=5", "f=4", "h=1"].map(str::to_owned).into(), 0)
    );
    let (values, _) = given("r", &["vars/prod.tfvars", "r/other.tfvars", "none.tfvars"], &files);
    assert_eq!(values, ["a=1", "b=2", "c=3", "d=5", "e=5", "f=6", "h=2"]);
    let (values, _) = given("r", &["r/other.tfvars", "vars/prod.tfvars"], &files);
    assert_eq!(values[5..], ["f=7", "h=7"]);
    assert_eq!(given("", &[], &files).0, ["h=4"]);
    assert_eq!(given("none", &[], &files).0, [""; 0]);
}

#[test]
fn a_file_of_values_that_cannot_be_read_gives_none() {
    let files =
        [("terraform.tfvars", "a = 1\nb = [\n"), ("x.auto.tfvars", "c = 1\nd {}\n"), ("y.auto.tfvars.json", "[")];
    assert_eq!(given("", &[], &files), (vec!["c=1".to_owned()], 3));
}

/// Where the call of `m` in `caller` leads, or why not.
fn source(files: &[(&str, &str)], caller: &str, path: &str, root: &str) -> String {
    let files = MemoryFiles::new(files);
    let call = load(caller, &files).calls.remove("m").unwrap();
    match source_of(&call, caller, path, root, &files) {
        Source::Directory(directory) => directory.to_string(),
        Source::Elsewhere(reason) => format!("{}: {}", files.slice(reason.place.unwrap()), reason.why),
    }
}

#[test]
fn a_path_leads_to_a_directory_of_the_repository() {
    for (said, expected) in [
        (r#"source = "./x""#, "a/b/x"),
        (r#"source = "../x/""#, "a/x"),
        (r#"source = "./../../x//y""#, "x/y"),
        (r#"source = "../..""#, "\"../..\": there is no module in `.`"),
        (r#"source = ".\\x""#, "a/b/x"),
        (r#"source = "./""#, "a/b"),
        (r#"source = (("./x"))"#, "a/b/x"),
        (r#"source = "./none""#, "\"./none\": there is no module in `a/b/none`"),
        (r#"source = "./text""#, "\"./text\": there is no module in `a/b/text`"),
        (r#"source = "../../../x""#, "\"../../../x\": `../../../x` leads out of this repository"),
        (r"source = var.x", "module \"m\": the module's `source` is no plain string"),
        (r#"source = "./${x}""#, "module \"m\": the module's `source` is no plain string"),
        ("", "module \"m\": the module's `source` is no plain string"),
    ] {
        let text = format!("module \"m\" {{\n  {said}\n}}\n");
        let files = [
            ("a/b/m.tf", &*text),
            ("a/b/x/m.tf", ""),
            ("a/x/m.tofu", ""),
            ("x/y/m.tf.json", ""),
            ("a/b/text/m.txt", ""),
        ];
        assert_eq!(source(&files, "a/b", "m", "a/b"), expected, "{said}");
    }
}

#[test]
fn an_address_leads_to_the_copy_that_the_root_module_keeps() {
    let list = r#"{"Modules":[
        {"Key":"","Source":"","Dir":"."},
        {"Key":"mail","Source":"./mail","Dir":"mail"},
        {"Key":"mail.m","Source":"registry.terraform.io/a/b/c","Version":"1.2.0","Dir":".terraform/modules/mail.m/sub"},
        {"Key":"none","Source":"registry.terraform.io/a/b/c","Version":"1.2.0","Dir":".terraform/modules/none"},
        {"Key":"out","Source":"registry.terraform.io/a/b/c","Version":"1.2.0","Dir":"../../etc"},
        {"Key":"beside","Source":"registry.terraform.io/a/b/c","Version":"1.2.0","Dir":"../x"}]}"#;
    let missing = "\"a/b/c\": the module `a/b/c` is not in this repository; `terraform get` puts a copy of it under \
                   `.terraform/modules`, which is read";
    let stale = "\"a/b/c\": the copy of the module `a/b/c` under `.terraform/modules` is not the one that is asked for; \
                 `terraform get` fetches that";
    for (version, path, root, expected) in [
        ("", "mail.m", "r", "r/.terraform/modules/mail.m/sub"),
        ("~> 1.1", "mail.m", "r", "r/.terraform/modules/mail.m/sub"),
        ("~> 2.0", "mail.m", "r", stale),
        ("", "m", "r", missing),
        ("", "none", "r", missing),
        ("", "out", "r", missing),
        ("", "beside", "r", "x"),
        ("", "mail.m", "", missing),
        ("", "mail.m", "bad", missing),
    ] {
        let said = if version.is_empty() { String::new() } else { format!("  version = \"{version}\"\n") };
        let text = format!("module \"m\" {{\n  source = \"a/b/c\"\n{said}}}\n");
        let files = [
            ("r/mail/main.tf", &*text),
            ("r/.terraform/modules/modules.json", list),
            ("r/.terraform/modules/mail.m/sub/main.tf", ""),
            ("bad/.terraform/modules/modules.json", "{\"Modules\": 1}"),
            ("x/main.tf", ""),
        ];
        assert_eq!(source(&files, "r/mail", path, root), expected, "{path} {version}");
    }
}
