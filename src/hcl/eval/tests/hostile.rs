//! Configurations that are written to be dear.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::{evaluated, files};

/// Evaluates a `main.tf` , and says why something of `a_b.x` is not known.
fn answer(main: &str) -> String {
    let begun = Instant::now();
    let all = evaluated(&files(&[("main.tf", main)]));
    let body = all.resources.last().map(|it| super::why(&it.body));
    let answer = body.map_or_else(|| "there is none".to_owned(), |why| why.to_string());
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    answer
}

const TOO_MUCH: &str = "there is too much to work out here";

#[test]
fn long_chains_end() {
    let mut main = "locals {\n l0 = 1\n".to_owned();
    for at in 1..5000 {
        let _ = writeln!(main, " l{at} = [[[local.l{}]]][0][0][0]", at - 1);
    }
    main += "}\nresource \"a_b\" \"x\" {\n a = local.l4999\n}\n";
    assert_eq!(answer(&main), TOO_MUCH);
}

#[test]
fn templates_in_themselves_end() {
    let main = "resource \"a_b\" \"x\" {\n a = templatefile(\"t\", {})\n}\n";
    let all = evaluated(&files(&[("main.tf", main), ("t", "a${templatefile(\"t\", {})}")]));
    assert_eq!(&*super::why(&all.resources[0].body), TOO_MUCH);
}

#[test]
fn doubling_ends() {
    for each in ["\"${local.LAST}${local.LAST}\"", "[local.LAST, local.LAST]", "concat([local.LAST], [local.LAST])"] {
        let mut main = "locals {\n l0 = \"aaaaaaaaaaaaaaaa\"\n".to_owned();
        for at in 1..60 {
            let _ = writeln!(main, " l{at} = {}", each.replace("LAST", &format!("l{}", at - 1)));
        }
        main += "}\nresource \"a_b\" \"x\" {\n a = local.l59\n}\n";
        assert_eq!(answer(&main), TOO_MUCH, "{each}");
    }
}

#[test]
fn nested_values_built_step_by_step_end() {
    let mut main = "locals {\n l0 = []\n".to_owned();
    for at in 1..3000 {
        let _ = writeln!(main, " l{at} = [local.l{}]", at - 1);
    }
    main += "}\n";
    for at in (0..3000).step_by(20) {
        let _ = writeln!(main, "resource \"a_b\" \"x{at}\" {{\n a = local.l{at}\n}}");
    }
    assert_eq!(answer(&main), TOO_MUCH);
}

#[test]
fn loops_in_loops_end() {
    let list = (0..200).map(|it| it.to_string()).collect::<Vec<_>>().join(",");
    let main = format!(
        "locals {{\n l = [{list}]\n}}\nresource \"a_b\" \"x\" {{\n a = [for a in local.l : [for b in local.l : \
         [for c in local.l : [for d in local.l : a]]]]\n}}\n"
    );
    assert_eq!(answer(&main), TOO_MUCH);
}

#[test]
fn instances_without_end() {
    let main = "resource \"a_b\" \"x\" {\n count = 1000000000\n}\n";
    assert_eq!(answer(main), "it is known");
    let all = evaluated(&files(&[("main.tf", main)]));
    assert_eq!(all.resources.len(), 1);
    assert!(all.resources[0].uncertain.is_some());
    let main = "module \"a\" {\n count = 9000\n source = \"./a\"\n}\n";
    let child = "module \"b\" {\n count = 9000\n source = \"../b\"\n}\n";
    let leaf = "resource \"a_b\" \"x\" {\n count = 9000\n}\n";
    let all = evaluated(&files(&[("main.tf", main), ("a/main.tf", child), ("b/main.tf", leaf)]));
    assert!(all.resources.len() < 250_000, "{}", all.resources.len());
}

#[test]
fn circles_of_every_kind_are_found() {
    let main = r#"
locals {
  a = local.b
  b = "${local.a}"
}
resource "c_d" "x" {
  for_each = c_d.x
  a = c_d.x
}
module "m" {
  source = "./m"
  in = module.m.out
}
resource "a_b" "x" {
  a = local.a
}
"#;
    let m = "variable \"in\" {}\noutput \"out\" { value = var.in }\nresource \"a_b\" \"x\" {\n a = var.in\n}\n";
    let all = evaluated(&files(&[("main.tf", main), ("m/main.tf", m)]));
    let whys: Vec<_> = all.resources.iter().map(|it| super::why(&it.body).to_string()).collect();
    let uncertain = all.resources[0].uncertain.clone().unwrap().why;
    let found = [uncertain.as_ref(), whys[1].as_str(), whys[2].as_str()];
    assert_eq!(
        found,
        [
            "Terraform would refuse this: `c_d.x` refers to itself: `c_d.x` refers to `c_d.x`",
            "Terraform would refuse this: `local.a` refers to itself: `local.a` refers to `local.b` refers to `local.a`",
            concat!(
                "Terraform would refuse this: `module.m.var.in` refers to itself: `module.m.var.in` refers to ",
                "`module.m.output.out` refers to `module.m.var.in`"
            ),
        ]
    );
}
