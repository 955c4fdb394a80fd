//! What the terminal can show: colour and width.

use std::io::IsTerminal;

use crate::report::Style;

/// The style for stdout: colour on a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; `CLICOLOR_FORCE` colours
/// even a pipe (bixense.com/clicolors, no-color.org).
pub(super) fn style() -> Style {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_terminal = std::io::stdout().is_terminal();
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let color = !no_color && (set("CLICOLOR_FORCE") || is_terminal && !is_dumb);
    let width = if is_terminal { terminal_size::terminal_size().map_or(100, |(width, _)| width.0.into()) } else { 100 };
    Style { color, unicode: !is_dumb, width: usize::clamp(width, 40, 120), links: is_terminal && color }
}
