//! Any bytes as an MTA-STS record: spans lie inside, and the id of one that is accepted survives being printed and read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mtasts::mta_sts::record::{check_id, parse, render};

fuzz_target!(|data: &[u8]| {
    let record = parse(data);
    let fields = record.fields.iter().flat_map(|field| [field.name, field.whole].into_iter().chain(field.value));
    for span in fields.chain(record.faults.iter().map(|fault| fault.span)).chain(record.version) {
        assert!(span.start <= span.end && span.end as usize <= data.len());
    }
    if record.is_valid(data) {
        let id = record.ids().next().and_then(|field| field.value).unwrap().slice(data);
        assert!(check_id(id).is_ok());
        let text = render(std::str::from_utf8(id).unwrap());
        let again = parse(text.as_bytes());
        assert!(again.is_valid(text.as_bytes()));
        assert_eq!(again.ids().next().and_then(|field| field.value).unwrap().slice(text.as_bytes()), id);
    }
});
