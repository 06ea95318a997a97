//! What commands print. The macros of the standard library panic when a reader has had enough, as in `keyward openapi | head`; these
//! take their names, so that no command can do that.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, Write},
};

/// Prints to standard output. A reader that is gone wants no more; the command goes on.
pub(super) fn print(text: Arguments<'_>) {
    if let Err(error) = tell(&mut io::stdout().lock(), text) {
        complain(format_args!("keyward: can't write to standard output: {error}\n"));
        std::process::exit(1);
    }
}

/// Prints to standard error. If that can't be written to, there is no one to tell.
pub(super) fn complain(text: Arguments<'_>) {
    let _ = io::stderr().lock().write_fmt(text);
}

fn tell(out: &mut impl Write, text: Arguments<'_>) -> io::Result<()> {
    match out.write_fmt(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

macro_rules! print {
    ($($text:tt)*) => { $crate::cli::output::print(format_args!($($text)*)) };
}

macro_rules! println {
    () => { print!("\n") };
    ($($text:tt)*) => { print!("{}\n", format_args!($($text)*)) };
}

macro_rules! eprintln {
    ($($text:tt)*) => { $crate::cli::output::complain(format_args!("{}\n", format_args!($($text)*))) };
}
