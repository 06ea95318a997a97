//! The snippets. Each is a program of its own that a test runs as it is shown, PowerShell excepted.

/// A snippet in one language.
pub(super) struct Snippet {
    /// The language, which is what its tab is called.
    pub(super) language: &'static str,
    /// What to save it as.
    pub(super) file: &'static str,
    /// What runs that file.
    command: &'static str,
    /// What the program is told besides.
    argument: &'static str,
    source: &'static str,
    escape: fn(&str) -> String,
}

impl Snippet {
    /// The command that runs it.
    pub(super) fn command(&self) -> String {
        [self.command, " ", self.file, self.argument].concat()
    }

    /// The program, with values in place of their names. Each stands within a string of the language.
    pub(super) fn with(&self, values: &[(&str, &str)]) -> String {
        let fill = |code: String, (name, value): &(&str, &str)| code.replace(name, &(self.escape)(value));
        values.iter().fold(self.source.to_owned(), fill)
    }
}

/// Between single quotes of a POSIX shell.
fn shell(text: &str) -> String {
    text.replace('\'', r"'\''")
}

/// Between single quotes of PowerShell, which takes typographic ones for the same.
fn powershell(text: &str) -> String {
    let is_quote = |character| matches!(character, '\'' | '‘' | '’' | '‚' | '‛');
    let twice = |character: char| std::iter::repeat_n(character, if is_quote(character) { 2 } else { 1 });
    text.chars().flat_map(twice).collect()
}

/// Between double quotes of Go, JavaScript and Python.
fn quoted(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', r#"\""#)
}

/// Between double quotes of Java, in ASCII: which encoding a source has depends on the machine.
fn java(text: &str) -> String {
    let mut escaped = String::new();
    for unit in quoted(text).encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("\\u{unit:04x}")),
        }
    }
    escaped
}

const fn bash(file: &'static str, source: &'static str) -> Snippet {
    snippet("curl", (file, "bash"), source, shell)
}

const fn python(file: &'static str, source: &'static str) -> Snippet {
    snippet("Python", (file, "python3"), source, quoted)
}

const fn javascript(file: &'static str, source: &'static str) -> Snippet {
    snippet("JavaScript", (file, "node"), source, quoted)
}

const fn snippet(
    language: &'static str,
    (file, command): (&'static str, &'static str),
    source: &'static str,
    escape: fn(&str) -> String,
) -> Snippet {
    Snippet {
        language,
        file,
        command,
        argument: "",
        source,
        escape,
    }
}

/// The same with an argument.
const fn of_file(snippet: Snippet) -> Snippet {
    Snippet {
        argument: " sample.bin",
        ..snippet
    }
}

/// Signing in with the key.
pub(super) const KEY: &[Snippet] = &[
    bash("first-call.sh", include_str!("snippets/key.sh")),
    python("first_call.py", include_str!("snippets/key.py")),
    snippet(
        "Python SDK",
        ("first_call_sdk.py", "python3"),
        include_str!("snippets/key-sdk.py"),
        quoted,
    ),
    snippet(
        "Go",
        ("first-call.go", "go run"),
        include_str!("snippets/key.go"),
        quoted,
    ),
    javascript("first-call.mjs", include_str!("snippets/key.mjs")),
    snippet(
        "PowerShell",
        ("first-call.ps1", "pwsh"),
        include_str!("snippets/key.ps1"),
        powershell,
    ),
    snippet(
        "Java",
        ("FirstCall.java", "java"),
        include_str!("snippets/key.java"),
        java,
    ),
];

/// Calling with an access token.
pub(super) const TOKEN: &[Snippet] = &[
    bash("token-call.sh", include_str!("snippets/token.sh")),
    python("token_call.py", include_str!("snippets/token.py")),
    javascript("token-call.mjs", include_str!("snippets/token.mjs")),
];

/// Submitting a file to the Sandbox.
pub(super) const SANDBOX: &[Snippet] = &[
    of_file(bash("submit.sh", include_str!("snippets/sandbox.sh"))),
    of_file(python("submit.py", include_str!("snippets/sandbox.py"))),
    of_file(javascript("submit.mjs", include_str!("snippets/sandbox.mjs"))),
];
