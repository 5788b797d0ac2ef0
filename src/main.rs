//! The binary: hands over to the library's `cli` floor and nothing else.

fn main() -> std::process::ExitCode {
    signpost::cli::main()
}
