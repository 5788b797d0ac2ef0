//! The pages of the manual and the completions of shells, from what clap knows and from the texts of `signpost help`.
//!
//! usage: cargo run --example manual -- DIR
//!
//! Writes `man/` and `completions/` into DIR. `scripts/package` calls it: the files lie in the package, so the program
//! itself has neither a verb for them nor the crates that make them.

use std::path::Path;
use std::{env, fs, io};

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use jiff::Timestamp;
use signpost::cli::args::Arguments;
use signpost::cli::help::Topic;

const SHELLS: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).ok_or_else(|| io::Error::other("name the folder to write into"))?;
    let (pages, completions) = (Path::new(&folder).join("man"), Path::new(&folder).join("completions"));
    fs::create_dir_all(&pages)?;
    fs::create_dir_all(&completions)?;
    let date = date();
    for (name, page) in verbs(&whole(), &date)?.into_iter().chain(Topic::ALL.map(|topic| about(topic, &date))) {
        fs::write(pages.join(name), page)?;
    }
    SHELLS
        .into_iter()
        .try_for_each(|shell| clap_complete::generate_to(shell, &mut whole(), "signpost", &completions).map(drop))
}

fn whole() -> Command {
    let mut whole = Arguments::command();
    whole.build();
    whole
}

/// The day of the sources, so that the same sources give the same pages; else today.
fn date() -> String {
    let epoch =
        env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| Timestamp::from_second(seconds.parse().ok()?).ok());
    epoch.unwrap_or_else(Timestamp::now).strftime("%Y-%m-%d").to_string()
}

/// The page of a verb, and those of the verbs below it: file name and contents.
fn verbs(verb: &Command, date: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    let man = Man::new(verb.clone()).date(date).source(version()).manual("signpost");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if verb.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let after = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
    let mut rest = Roff::new();
    plain(&mut rest, &after);
    see_also(&mut rest);
    rest.to_writer(&mut page)?;
    let below = verb.get_subcommands().map(|verb| verbs(verb, date)).collect::<io::Result<Vec<_>>>()?;
    Ok([vec![(man.get_filename(), page)], below.concat()].concat())
}

/// The page of a topic: file name and contents.
fn about(topic: Topic, date: &str) -> (String, Vec<u8>) {
    let name = format!("signpost-{}", topic.name());
    let (title, text) = topic.text().split_once("\n\n").unwrap_or((topic.text(), ""));
    let what = title.split_once(": ").map_or(title, |(_, what)| what).trim();
    let mut page = Roff::new();
    page.control("TH", [name.as_str(), "7", date, version().as_str(), "signpost"]);
    page.control("SH", ["NAME"]).text([roman(format!("{name} - {what}"))]);
    plain(&mut page, text);
    see_also(&mut page);
    (format!("{name}.7"), page.render().into_bytes())
}

fn version() -> String {
    format!("signpost {}", env!("CARGO_PKG_VERSION"))
}

fn see_also(page: &mut Roff) {
    let topics = Topic::ALL.map(|topic| format!("signpost-{}(7)", topic.name()));
    page.control("SH", ["SEE ALSO"]).text([bold("signpost"), roman(format!("(1), {}", topics.join(", ")))]);
}

/// A text as the screen shows it, paragraph by paragraph: what is indented is typed as it stands.
fn plain(page: &mut Roff, text: &str) {
    let mut below_heading = false;
    for paragraph in text.split("\n\n") {
        let (typed, running): (Vec<&str>, Vec<&str>) = paragraph.lines().partition(|line| line.starts_with("  "));
        match running.as_slice() {
            [] => {}
            [heading] if is_heading(heading) => {
                page.control("SH", [heading.trim_end_matches(':').to_uppercase().as_str()]);
                below_heading = true;
            }
            lines => {
                if !std::mem::take(&mut below_heading) {
                    page.control("PP", []);
                }
                page.text([roman(lines.join("\n"))]);
            }
        }
        if !typed.is_empty() {
            if !std::mem::take(&mut below_heading) {
                page.control("PP", []);
            }
            let lines = typed.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n");
            page.control("RS", ["4"]).control("nf", []).text([roman(lines)]).control("fi", []).control("RE", []);
        }
    }
}

/// A sentence ends in a mark.
fn is_heading(line: &str) -> bool {
    line.starts_with("Example") || !line.ends_with(['.', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_below(verb: &Command, path: &str) -> Vec<String> {
        let below = verb.get_subcommands().flat_map(|verb| names_below(verb, &format!("{path}-{}", verb.get_name())));
        [path.to_owned()].into_iter().chain(below).collect()
    }

    #[test]
    fn every_verb_has_a_page_that_shows_its_examples_as_they_are_typed() {
        let pages = verbs(&whole(), "2026-12-01").unwrap();
        let names: Vec<String> = pages.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(names, names_below(&whole(), "signpost").iter().map(|name| format!("{name}.1")).collect::<Vec<_>>());
        for (name, page) in pages {
            let page = String::from_utf8(page).unwrap();
            assert!(page.contains(".SH SYNOPSIS") && page.contains(".SH DESCRIPTION"), "{name}");
            let leaf = !page.contains(".SH SUBCOMMANDS");
            assert!(
                !leaf || name.contains("-contacts-") || name.contains("-pdu-") || page.contains(".SH EXAMPLE"),
                "{name}"
            );
        }
    }

    #[test]
    fn every_topic_has_a_page_with_all_of_its_words() {
        for topic in Topic::ALL {
            let (name, page) = about(topic, "2026-12-01");
            let page = String::from_utf8(page).unwrap().replace("\\-", "-").replace("\\*(Aq", "'").to_lowercase();
            let words = topic.text().to_lowercase();
            let missing: Vec<&str> = words.split_whitespace().skip(2).filter(|word| !page.contains(word)).collect();
            assert!(missing.is_empty(), "{name}: {missing:?}\n{page}");
        }
    }
}
