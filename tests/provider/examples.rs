//! The fixtures that use the provider: what they have from it, Terraform takes. Their other providers are not here, so that is the
//! file that names none of them.

use super::workspace::Workspace;
use crate::support;

#[test]
fn what_fixtures_have_from_the_provider_is_planned() {
    for name in ["tf-provider-route53", "tf-provider-cloudflare"] {
        let fixture = support::root().join("fixtures").join(name);
        let policy = std::fs::read_to_string(fixture.join("policy.tf")).unwrap();
        let outputs = "output \"record\" {\n  value = local.sts_record\n}\noutput \"tlsrpt\" {\n  value = local.tlsrpt_record\n}\n";
        let Some(workspace) = Workspace::new(&(policy + outputs)) else { return };
        workspace.run(&["validate", "-no-color"]).succeeds();
        workspace.apply().succeeds();
        let outputs = workspace.outputs();
        // The linter comes to the same by itself.
        let output = support::mtasts(&fixture).args(["show", "--root", "."]).output().unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        for output in ["record", "tlsrpt"] {
            let value = outputs[output]["value"].as_str().unwrap();
            assert!(shown.contains(value), "{name}: {value} in {shown}");
        }
    }
}
