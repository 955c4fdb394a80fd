//! Expressions, each with what `terraform console` answers.

use super::told;

const MAIN: &str = r#"
variable "unset" {}
variable "set" { default = "set" }
variable "hosts" { default = ["a", "b"] }
variable "settings" {
  default = { mode = "enforce", max = 7 }
}
locals {
  name  = "${var.set}-local"
  unset = "id-${var.unset}"
  sets  = toset(["b", "a"])
  a     = local.b
  b     = local.a
  bad   = {}.missing
  plain = { a = 1, b = var.unset }
}
"#;

/// Each expression and its value.
fn table(rows: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, value) in rows {
        let found = told(MAIN, text);
        let is_refused = *value == "refused:" && found.starts_with(value);
        if found != *value && !is_refused {
            wrong.push(format!("{text}\n  expected {value}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn literals_and_references() {
    table(&[
        ("1", "1"),
        ("\"a\"", r#""a""#),
        ("null", "null"),
        ("[1, \"a\", true]", r#"[1,"a",true]"#),
        ("{ a = 1, \"b\" = 2, (var.set) = 3, 4 = 5, a = 6 }", r#"{"4":5,"a":6,"b":2,"set":3}"#),
        ("{ (null) = 1 }", "refused:"),
        ("{ (var.unset) = 1 }", "?"),
        ("var.set", r#""set""#),
        ("var.unset", "<var.unset>"),
        ("var.nope", "refused:"),
        ("local.name", r#""set-local""#),
        ("local.unset", r#""id-${…}""#),
        ("local.nope", "refused:"),
        ("local.bad", "refused:"),
        ("local.a", "refused:"),
        ("var.hosts[1]", r#""b""#),
        ("var.hosts.1", r#""b""#),
        ("var.hosts[\"0\"]", r#""a""#),
        ("var.hosts[2]", "refused:"),
        ("var.hosts[-1]", "refused:"),
        ("var.hosts[0.5]", "refused:"),
        ("var.hosts[var.unset]", "?"),
        ("var.hosts[null]", "refused:"),
        ("var.settings.mode", r#""enforce""#),
        ("var.settings[\"mode\"]", r#""enforce""#),
        ("var.settings.nope", "refused:"),
        ("{ \"1\" = 2 }[1]", "2"),
        ("local.sets[0]", "refused:"),
        ("var.set.x", "refused:"),
        ("null.x", "refused:"),
        ("[1].a", "refused:"),
        ("var.unset.a[0].b", "<var.unset.a[0].b>"),
        ("var.unset[\"a\"]", "<var.unset.a>"),
        ("path.module", r#"".""#),
        ("path.root", r#"".""#),
        ("path.cwd", "?"),
        ("path.nope", "refused:"),
        ("terraform.workspace", "<terraform.workspace>"),
        ("terraform.nope", "refused:"),
        ("each.key", "refused:"),
        ("count.index", "refused:"),
        ("self.x", "?"),
        ("nope.x", "refused:"),
        ("nope", "refused:"),
        ("data.nope", "refused:"),
    ]);
}

#[test]
fn operators_and_conditions() {
    table(&[
        ("1 + 2 * 3", "7"),
        ("\"1\" + 1", "2"),
        ("1 + null", "refused:"),
        ("!true", "false"),
        ("false && {}.a", "false"),
        ("true || {}.a", "true"),
        ("true && {}.a", "refused:"),
        ("var.unset == \"a\" && false", "false"),
        ("var.unset == \"a\" || true", "true"),
        ("var.unset == \"a\" && true", "?"),
        ("null == null", "true"),
        ("true ? 1 : \"a\"", r#""1""#),
        ("true ? 1 : {}.a", "1"),
        ("true ? null : 1", "null"),
        ("null ? 1 : 2", "refused:"),
        ("\"true\" ? 1 : 2", "1"),
        ("var.unset ? 1 : 2", "?"),
        ("var.unset ? 1 : 1", "1"),
        ("var.unset ? \"a\" : local.unset", "?"),
        ("var.unset ? var.unset : var.unset", "<var.unset>"),
        ("false ? toset([\"a\"]) : []", "[]"),
        ("true ? { a = 1 } : { b = \"x\" }", r#"{"a":"1"}"#),
    ]);
}

#[test]
fn loops_and_splats() {
    table(&[
        ("[for h in var.hosts : upper(h)]", r#"["A","B"]"#),
        ("[for i, h in var.hosts : \"${i}${h}\"]", r#"["0a","1b"]"#),
        ("[for s in { b = 1, a = 2 } : s]", "[2,1]"),
        ("[for k, s in local.sets : k]", r#"["a","b"]"#),
        ("{ for h in var.hosts : h => 1 if h != \"a\" }", r#"{"b":1}"#),
        ("{ for h in [\"a\", \"a\"] : h => 1 }", "refused:"),
        ("{ for i, h in [\"a\", \"a\"] : h => i... }", r#"{"a":[0,1]}"#),
        ("[for h in null : h]", "refused:"),
        ("[for h in \"a\" : h]", "refused:"),
        ("[for h in var.unset : h]", "?"),
        ("[for h in var.hosts : h if var.unset]", "?"),
        ("[for h in var.hosts : h if null]", "refused:"),
        ("{ for h in [var.unset] : h => 1 }", "?"),
        ("[for v in local.plain : v]", "[1,<var.unset>]"),
        ("[for var in [1] : var]", "[1]"),
        ("[for a in [[1, 2], [3]] : [for b in a : a[0] + b]]", "[[2,3],[6]]"),
        ("null[*]", "[]"),
        ("\"a\"[*]", r#"["a"]"#),
        ("local.sets[*]", r#"["a","b"]"#),
        ("{ a = 1 }[*]", r#"[{"a":1}]"#),
        ("[{ a = [1] }, { a = [2] }][*].a[0]", "[1,2]"),
        ("[{ a = [1] }, { a = [2] }].*.a", "[[1],[2]]"),
        ("var.unset[*].a", "?"),
        ("[var.unset][*].a", "[<var.unset.a>]"),
    ]);
}

#[test]
fn templates() {
    table(&[
        ("\"${[1]}\"", "[1]"),
        ("\"a${1 + 1}b\"", r#""a2b""#),
        ("\"a${[1]}\"", "refused:"),
        ("\"a${null}\"", "refused:"),
        ("\"%{if true}a%{else}b%{endif}\"", r#""a""#),
        ("\"%{if null}a%{endif}\"", "refused:"),
        ("\"x%{if var.unset}a%{endif}y\"", r#""x${…}y""#),
        ("\"%{for x in [1, true]}${x},%{endfor}\"", r#""1,true,""#),
        ("\"%{for i, x in var.hosts}${i}${x}%{endfor}\"", r#""0a1b""#),
        ("\"mx: %{for x in var.unset}${x}%{endfor}!\"", r#""mx: ${…}!""#),
        ("\"${var.unset}\"", "<var.unset>"),
        ("templatestring(\"a\", {})", "refused:"),
        ("templatestring(local.name, {})", r#""set-local""#),
    ]);
}

#[test]
fn what_may_fail() {
    table(&[
        ("try({}.a, 1)", "1"),
        ("try(1, {}.a)", "1"),
        ("try({}.a, null.b, 2)", "2"),
        ("try({}.a)", "refused:"),
        ("try(null, 1)", "null"),
        // What is not known might fail, or not.
        ("try(var.unset.a, \"x\")", "?"),
        ("try(tonumber(var.unset), 1)", "?"),
        ("try(\"id=${var.unset.a}\", \"x\")", "?"),
        ("try(var.unset.a == 1 ? 1 : 1, 2)", "?"),
        ("try(var.hosts[var.unset], \"x\")", "?"),
        ("try([for h in var.unset : h], [])", "?"),
        ("try(var.unset && {}.a, 1)", "?"),
        // It cannot fail, whatever it is.
        ("try(var.unset, \"x\")", "<var.unset>"),
        ("try(local.plain.b, \"x\")", "<var.unset>"),
        ("try(local.plain.a, \"x\")", "1"),
        ("try(local.plain.c, \"x\")", r#""x""#),
        ("try([var.unset, 1], 2)", "[<var.unset>,1]"),
        ("try(lookup(local.plain, \"c\", 3), 2)", "3"),
        // It fails, whatever that is.
        ("try({ a = var.unset }.b, \"x\")", r#""x""#),
        // No `try` catches these, in Terraform neither.
        ("try(var.nope, 1)", "refused:"),
        ("try(local.nope, 1)", "refused:"),
        ("try(local.bad, 1)", "refused:"),
        ("try(each.key, 1)", "refused:"),
        ("can({}.a)", "false"),
        ("can(1)", "true"),
        ("can(var.unset)", "?"),
        ("can(var.unset.a)", "?"),
        ("can(try({}.a))", "false"),
        ("try(try(var.unset.a, {}.b), 1)", "?"),
    ]);
}

#[test]
fn functions_are_called_with_values() {
    table(&[
        ("length(var.hosts)", "2"),
        ("join(\",\", var.hosts)", r#""a,b""#),
        ("join(\"\", [var.unset])", "<var.unset>"),
        ("max([1, 3, 2]...)", "3"),
        ("max(1...)", "refused:"),
        ("max(var.unset...)", "?"),
        ("lookup(var.settings, \"mode\", \"x\")", r#""enforce""#),
        ("lookup(var.settings, \"nope\", \"x\")", r#""x""#),
        ("lookup(var.unset, \"id\")", "<var.unset.id>"),
        ("lookup(var.unset, \"id\", \"\")", "?"),
        ("core::upper(\"a\")", r#""A""#),
        ("nope()", "refused:"),
    ]);
}
