//! Any bytes as a TLSRPT record: spans lie inside, and one that is accepted names an address.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mtasts::mta_sts::tlsrpt::parse;

fuzz_target!(|data: &[u8]| {
    let record = parse(data);
    let fields = record.fields.iter().flat_map(|field| [field.name, field.whole].into_iter().chain(field.value));
    let uris = record.uris.iter().map(|uri| uri.span);
    for span in fields.chain(uris).chain(record.faults.iter().map(|fault| fault.span)).chain(record.version) {
        assert!(span.start <= span.end && span.end as usize <= data.len());
    }
    assert!(!record.is_valid() || data.starts_with(b"v=TLSRPTv1"));
});
