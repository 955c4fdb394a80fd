//! The floor: reads every file that it is given into memory, as whoever must show places in it has to, and counts lines.

fn main() {
    let mut lines = 0;
    for path in std::env::args_os().skip(1) {
        let text = std::fs::read(path).unwrap_or_default();
        lines += text.iter().filter(|byte| **byte == b'\n').count();
    }
    println!("{lines}");
}
