//! Any bytes as a policy: spans lie inside, and a policy that is accepted survives being printed and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mtasts::mta_sts::mx_pattern::MxPattern;
use mtasts::mta_sts::policy::{parse, render};

fuzz_target!(|data: &[u8]| {
    let policy = parse(data);
    let fields = policy.fields.iter().flat_map(|field| [field.name, field.value]);
    for span in fields.chain(policy.faults.iter().map(|fault| fault.span)) {
        assert!(span.start <= span.end && span.end as usize <= data.len());
    }
    if policy.is_valid() {
        let mx: Vec<MxPattern> = policy.mx().filter_map(|(_, pattern)| pattern.clone().ok()).collect();
        let (mode, max_age) = (policy.mode().unwrap(), policy.max_age().unwrap());
        let again = parse(render(mode, &mx, max_age).as_bytes());
        assert!(again.is_valid());
        assert_eq!((again.mode(), again.max_age()), (Some(mode), Some(max_age)));
        assert!(again.mx().map(|(_, pattern)| pattern.clone().unwrap()).eq(mx));
    }
});
