import Testing

@testable import Console
@testable import tokenvault_main

/// Quoting of paths for a shell's command line, and its reverse.
@Suite struct ShellWordTests {
    @Test(arguments: [
        ("a/b.env", "a/b.env"), ("-x", "./-x"), ("-", "./-"), ("--vault", "./--vault"),
        ("-f.env", "./-f.env"), ("- x", "'./- x'"), ("./-x", "./-x"), ("a-", "a-"),
        ("~x", "./~x"), ("~", "./~"), ("~/v", "~/v"), ("/tmp/~x", "/tmp/~x"),
        ("it's", "'it'\\''s'"),
        ("-it's", "'./-it'\\''s'"), ("a b", "'a b'"), ("$x", "'$x'"),
    ])
    func `a quoted path is read as a path by the shell and by the program`(
        path: String, word: String
    ) {
        #expect(ShellWord.quoted(path) == word)
    }

    @Test(arguments: ["", "a\nb", "\u{1B}[1m"])
    func `a path that cannot be copied from a screen is not shown`(path: String) {
        #expect(ShellWord.quoted(path) == nil)
    }

    @Test(arguments: [
        ("'sp dir/v'", "sp dir/v"), ("\"sp dir/v\"", "sp dir/v"), (#"sp\ dir/v"#, "sp dir/v"),
        ("--vault='sp dir/v'", "--vault=sp dir/v"), ("sp' 'dir", "sp dir"),
        (#""a\"b\\c""#, #"a"b\c"#),
        (#""a\nb""#, #"a\nb"#), (#"'a\b"c'"#, #"a\b"c"#), ("'open", "open"), (#"open\"#, "open"),
        ("", ""), ("''", ""), (#"'it'\''s'"#, "it's"),
    ])
    func `quotes are removed as a shell removes them`(word: String, text: String) {
        #expect(ShellWord.unquoted(word) == text)
    }
}
